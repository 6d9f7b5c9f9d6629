import type { DayRounds } from './dayRounds.ts';
import { fieldOf, ROUND } from './dayText.ts';
import type { History } from './history.ts';

/** Days to export, `yyyy-mm-dd`, both included. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** What came of it. */
export interface Exported {
  readonly rounds: number;
  readonly days: number;
  readonly skipped: number;
}

/**
 * Writes the rounds of a span of days as one table of the history's own form, below one header with all columns that
 * occur in it: a program that reads tables wants one. A day at a time, so that years take no more memory than a day.
 */
export async function exportDays(
  history: History,
  ecuIds: readonly string[],
  span: Span,
  write: (text: string) => Promise<void>,
): Promise<Exported> {
  const columns = new Set<string>();
  const days = new Set<string>();
  for await (const { day, rounds } of daysOf(history, ecuIds, span)) {
    days.add(day);
    for (const column of rounds.columns.keys()) {
      columns.add(column);
    }
  }
  const names = [...columns];
  let [count, skipped] = [0, 0];
  if (days.size > 0) {
    await write(`${[ROUND, ...names].join(',')}\n`);
  }
  for await (const { rounds } of daysOf(history, ecuIds, span)) {
    await write(linesOf(rounds, names));
    count += rounds.times.length;
    skipped += rounds.skipped;
  }
  return { rounds: count, days: days.size, skipped };
}

async function* daysOf(history: History, ecuIds: readonly string[], { from, to }: Span) {
  const all: { readonly ecuId: string; readonly day: string }[] = [];
  for (const ecuId of ecuIds) {
    for (const day of await history.days(ecuId)) {
      if (day >= from && day <= to) {
        all.push({ ecuId, day });
      }
    }
  }
  all.sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1));
  for (const { ecuId, day } of all) {
    const rounds = await history.readDay(ecuId, day);
    if (rounds !== null) {
      yield { day, rounds };
    }
  }
}

function linesOf({ stamps, columns }: DayRounds, names: readonly string[]): string {
  const lists = names.map((name) => columns.get(name));
  return stamps
    .map((stamp, index) => `${[stamp, ...lists.map((list) => fieldOf(list?.[index] ?? null))].join(',')}\n`)
    .join('');
}
