import { Judge } from '../../src/alarms/judge.ts';
import type { SideOf } from '../../src/alarms/roofGroups.ts';
import type { Problem } from '../../src/site/verdict.ts';
import {
  type Ordinary,
  PARIS,
  type WeakFrom,
  type YearsDescription,
} from '../../src/tools/simulator/years/description.ts';
import { simulateYears } from '../../src/tools/simulator/years/years.ts';

/** Twelve inverters of two panels: six to the east, six to the west. */
export const TWELVE = Array.from({ length: 12 }, (_, index) => ({
  id: String(704_000_000_011 + index),
  azimuths: index < 6 ? [90, 90] : [270, 270],
}));

export interface Found extends Problem {
  readonly inverter: string;
  /** The day on which it was told. */
  readonly day: string;
  /** Days since the first one. */
  readonly index: number;
  /** Good days of the roof that had been judged by then. */
  readonly goodDays: number;
}

export interface Year {
  /** All problems, at the day on which each of them began. */
  readonly found: readonly Found[];
  /** By day: good days of the roof until then. */
  readonly goodDays: readonly number[];
  readonly judge: Judge;
}

const LAST_DAY = '2026-11-23';

export function describeYear(
  seed: string,
  ordinary: readonly Ordinary[],
  weak: readonly WeakFrom[] = [],
  change: Partial<YearsDescription> = {},
): YearsDescription {
  return {
    inverters: TWELVE,
    lastDay: LAST_DAY,
    days: 365,
    position: PARIS,
    timeZone: 'Europe/Paris',
    round: 300,
    seed,
    ordinary: new Set(ordinary),
    weak,
    ...change,
  };
}

/** Judges simulated days, one after the other. */
export function judgeYear(description: YearsDescription, sideOf?: SideOf): Year {
  const judge = new Judge(sideOf);
  const found: Found[] = [];
  const goodDays: number[] = [];
  const first = Date.parse(description.lastDay) - (description.days - 1) * 86_400_000;
  let open = new Set<string>();
  let good = 0;
  let before = '';
  for (const table of simulateYears(description)) {
    judge.takeDay(table);
    const index = Math.round((Date.parse(table.day) - first) / 86_400_000);
    const verdicts = description.inverters.map(({ id, azimuths }) => ({ id, ...judge.verdict(id, azimuths.length) }));
    // Ratios have many digits: where one has changed the day was a good one.
    const ratios = JSON.stringify(verdicts.map(({ panels }) => panels));
    good += Number(ratios !== before);
    before = ratios;
    goodDays[index] = good;
    const now = new Set<string>();
    for (const { id, problems } of verdicts) {
      for (const problem of problems) {
        const key = `${id}/${problem.panel} ${problem.kind}`;
        now.add(key);
        if (!open.has(key)) {
          found.push({ ...problem, inverter: id, day: table.day, index, goodDays: good });
        }
      }
    }
    open = now;
  }
  return { found, goodDays, judge };
}
