import { parseDay } from './dayRounds.ts';
import { ROUND, roundFields } from './dayText.ts';
import type { History } from './history.ts';

interface Today {
  readonly day: string;
  columns: string;
  text: string;
}

/** Only today, in the form of its file: where there is no place to keep more. */
export function memoryHistory(): History {
  const ecus = new Map<string, Today>();
  const textOf = (ecuId: string, day: string) => {
    const today = ecus.get(ecuId);
    return today?.day === day ? today.text : null;
  };
  return {
    append: async (ecuId, round, inverters) => {
      const day = round.slice(0, 10);
      const known = ecus.get(ecuId);
      const today = known?.day === day ? known : { day, columns: '', text: '' };
      const fields = roundFields(inverters);
      const columns = [ROUND, ...fields.keys()].join(',');
      const header = columns === today.columns ? '' : `${columns}\n`;
      today.text += `${header}${[round, ...fields.values()].join(',')}\n`;
      today.columns = columns;
      ecus.set(ecuId, today);
    },
    closeDay: async () => {},
    ecus: async () => [...ecus.keys()].sort(),
    days: async (ecuId) => [ecus.get(ecuId)?.day].filter((day) => day !== undefined),
    readDay: async (ecuId, day) => {
      const text = textOf(ecuId, day);
      return text === null ? null : parseDay(text);
    },
    readText: async (ecuId, day) => textOf(ecuId, day),
    readEnergies: async () => [],
    start: async () => {},
    settled: async () => {},
  };
}
