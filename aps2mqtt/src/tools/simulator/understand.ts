import { UsageError } from '../../errors.ts';
import { FAULT_USES, parseFault } from './faultWords.ts';
import { INVERTER_WORDS } from './inverterWords.ts';
import { LIE_WORDS } from './lieWords.ts';
import { meantAmong } from './meant.ts';
import { PLACE_WORDS } from './placeWords.ts';
import { SIDE_WORDS } from './sideWords.ts';
import type { SimulatedSite } from './siteState.ts';
import { SKY_WORDS } from './skyWords.ts';
import { type Act, each, type Stage, together, type Words } from './words.ts';

/** What a line does. @returns what to answer, empty for nothing @throws UsageError */
export type Action = (stage: Stage) => Promise<string>;

const END_WORDS: Words = {
  behave: {
    usage: 'behave',
    meaning: 'ends all faults and lies, a wrong clock and a freeze',
    parse: () =>
      each(async ({ simulator, lies, site, modbus, web }) => {
        modbus?.behave();
        web?.behave();
        lies.behave();
        site?.setClockOffset(0);
        site?.freeze(false);
        await simulator.behave();
        return 'It behaves.';
      }),
  },
  help: { usage: 'help', meaning: 'this list', parse: () => together(() => describeWords()) },
  quit: {
    usage: 'quit',
    meaning: 'ends the simulator, as exit, q and Ctrl-C do',
    parse: () =>
      together((stage) => {
        stage.end();
        return '';
      }),
  },
};

const ALIASES: Readonly<Record<string, string>> = { exit: 'quit', q: 'quit', '?': 'help' };

const WORDS: Words = { ...LIE_WORDS, ...SKY_WORDS, ...INVERTER_WORDS, ...PLACE_WORDS, ...SIDE_WORDS, ...END_WORDS };
const NAMES: readonly string[] = [...FAULT_USES.map(({ name }) => name), ...Object.keys(WORDS)];

/** All words, a line each. */
export function describeWords(): string {
  const lines = (uses: readonly { readonly usage: string; readonly meaning: string }[]) =>
    uses.map(({ usage, meaning }) => `  ${usage.padEnd(23)}${meaning}`).join('\n');
  return `Faults of the connection; each takes the place of the one before it:
${lines(FAULT_USES)}
Lies in the values:
${lines(Object.values(LIE_WORDS))}
Its sun, clock and counters:
${lines(Object.values(SKY_WORDS))}
Its inverters:
${lines(Object.values(INVERTER_WORDS))}
Where it listens:
${lines(Object.values(PLACE_WORDS))}
Its Modbus and its web page:
${lines(Object.values(SIDE_WORDS))}
And:
${lines(Object.values(END_WORDS))}
A fault or a lie may go on with a number of times, and a fault with a query: silent 3, cut 40 on signal, today 0 2.
Of several ECUs, all do it; 2: silent is for the second one.`;
}

/**
 * Understands a line that was typed, or written into a script, before anything is done.
 *
 * @param sites of all ECUs, in their order; null where captures are replayed
 * @throws UsageError that says what was meant
 */
export function understand(line: string, sites: readonly (SimulatedSite | null)[]): Action {
  const [, number, text = ''] = /^(?:(\d{1,3}):)?\s*(.*)$/s.exec(line.trim()) ?? [];
  const index = number === undefined ? null : Number(number) - 1;
  if (index !== null && sites[index] === undefined) {
    throw new UsageError(
      `there is no ECU ${number}: ${sites.length === 1 ? 'there is one' : `there are ${sites.length}`}`,
    );
  }
  const act = parse(text, index === null ? sites : sites.slice(index, index + 1));
  return async (stage) => {
    if (act.kind === 'together') {
      return act.act(stage);
    }
    const answers: (readonly [number: number, answer: string])[] = [];
    for (const [at, ecu] of stage.ecus.entries()) {
      if (index === null || index === at) {
        answers.push([at + 1, await act.act(ecu, stage)]);
      }
    }
    return joined(answers.filter(([, answer]) => answer !== ''));
  };
}

/** Each answer with the number of its ECU, unless all answer the same. */
function joined(answers: readonly (readonly [number: number, answer: string])[]): string {
  const different = new Set(answers.map(([, answer]) => answer));
  return different.size > 1
    ? answers.map(([number, answer]) => `${number}: ${answer}`).join('\n')
    : [...different].join('\n');
}

function parse(text: string, sites: readonly (SimulatedSite | null)[]): Act {
  const [typed = '', ...rest] = text.toLowerCase().split(/[\s=]+/);
  const name = ALIASES[typed] ?? typed;
  if (FAULT_USES.some((fault) => fault.name === name)) {
    const { fault, misbehaviour } = parseFault(text);
    return each(async ({ simulator }, { faultsAddUp }) => {
      if (!faultsAddUp) {
        await simulator.behave();
      }
      simulator.misbehave(fault, misbehaviour);
      return `It does: ${text}`;
    });
  }
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word !== undefined) {
    return word.parse(
      rest.filter((one) => one !== ''),
      sites,
    );
  }
  if (name === '') {
    return together(() => '');
  }
  throw new UsageError(`no word "${typed}"; ${meantAmong(typed, NAMES)}`);
}
