import { UsageError } from '../../errors.ts';
import { timesOf } from './faultWords.ts';
import { LIFETIME, type Lie, type LieTopic, mostOf, POWER, saying, spiking, TODAY } from './lies.ts';
import { each, type Word, type Words } from './words.ts';

interface LieWord {
  readonly topic: LieTopic;
  readonly unit: 'kWh' | 'W';
  readonly meaning: string;
  /** The values that it can tell. */
  readonly from: number;
  readonly to: number;
  /** How often, where nothing is said. */
  readonly times: number;
  readonly make: (value: number) => Lie;
}

const counter = { from: 0, times: Number.POSITIVE_INFINITY };

const LIES: readonly LieWord[] = [
  {
    ...counter,
    topic: 'lifetime',
    unit: 'kWh',
    meaning: 'says so for the lifetime energy, until behave',
    to: mostOf(LIFETIME),
    make: (value) => saying(LIFETIME, value),
  },
  {
    ...counter,
    topic: 'today',
    unit: 'kWh',
    meaning: "says so for today's energy, until behave",
    to: mostOf(TODAY),
    make: (value) => saying(TODAY, value),
  },
  {
    ...counter,
    topic: 'power',
    unit: 'W',
    meaning: 'says so for the power of all, until behave',
    to: mostOf(POWER),
    make: (value) => saying(POWER, value),
  },
  {
    topic: 'spike',
    unit: 'kWh',
    meaning: 'says so much more for both energies, once',
    from: -mostOf(TODAY),
    to: mostOf(TODAY),
    times: 1,
    make: spiking,
  },
];

/** `lifetime 0`, `lifetime 0 3`, `spike 50`, `spike 50 always`: lies in the values of the summary. */
export const LIE_WORDS: Words = Object.fromEntries(LIES.map((lie) => [lie.topic, lieWord(lie)]));

function lieWord({ topic, unit, meaning, from, to, times, make }: LieWord): Word {
  return {
    usage: `${topic} ${unit === 'W' ? 'W' : 'KWH'}`,
    meaning,
    parse(words) {
      const [text = '', count, ...surplus] = words;
      const value = /^[+-]?\d{1,9}(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      const left = count === undefined ? times : timesOf(count);
      if (words.includes('on')) {
        throw new UsageError(`${topic}: only the summary has it, so leave out "on"`);
      }
      if (!(value >= from && value <= to) || left === null || surplus.length > 0) {
        throw new UsageError(
          `${topic}: how many ${unit}? For example: ${topic} 50, or ${topic} 50 3 for three answers to the summary`,
        );
      }
      const spoken = topic === 'spike' ? `${value} ${unit} more` : `${value} ${unit}`;
      const until = left === Number.POSITIVE_INFINITY ? 'until behave' : left === 1 ? 'once' : `${left} times`;
      return each(({ lies }) => {
        lies.lie(topic, make(value), left);
        return `It says ${spoken}${topic === 'spike' ? '' : ` for ${topic}`}, ${until}.`;
      });
    },
  };
}
