import type { CountingState } from './countingState.ts';
import { type Ledger, sum } from './ledger.ts';

/** A day's energies of each panel, Wh, when it is over. */
export interface ClosedDay {
  /** `yyyy-mm-dd`. */
  readonly day: string;
  readonly inverters: readonly {
    readonly id: string;
    readonly energy: readonly number[];
    /** The part that was given without having been seen. */
    readonly estimated: readonly number[];
  }[];
}

interface Moment {
  readonly day: string;
  readonly stamp: string | null;
}

/**
 * Does another day begin? By our clock, while nobody works. By day, and backwards, the ECU's clock has to say so as well:
 * ours may have been set, and a day that is cut by it would lose what was counted.
 */
export function isNewDay(before: Pick<CountingState, 'day' | 'stampDay'>, { day, stamp }: Moment, isNight: boolean) {
  const hasOtherStamp = stamp === null || before.stampDay === null || stamp.slice(0, 10) !== before.stampDay;
  return day > before.day ? isNight || hasOtherStamp : day < before.day && isNight && hasOtherStamp;
}

/** Ends the day: today's energies begin at 0 again. */
export function closeDay(ledger: Ledger, day: string): ClosedDay {
  const inverters = ledger.rows
    .filter((row) => sum(row.today) > 0 || row.listedOn >= day)
    .map(({ id, today, estimated }) => ({ id, energy: [...today], estimated: [...estimated] }));
  for (const row of ledger.rows) {
    row.today.fill(0);
    row.estimated.fill(0);
  }
  ledger.todayEnergy = 0;
  return { day, inverters };
}

/** What an inverter may have missed by going to sleep a little earlier than others is nothing. */
const SLEEPY_WH = 50;

/** Everybody is asleep. */
export function afterNight({ rows }: Ledger): void {
  for (const row of rows) {
    if (sum(row.owed) < SLEEPY_WH) {
      row.owed.fill(0);
    }
  }
}

/** The day after, `yyyy-mm-dd`. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
