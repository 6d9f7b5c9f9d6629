import type { CountingState } from './countingState.ts';
import { learnHour, readCurve } from './curve.ts';
import { type Ledger, type Row, rounded } from './ledger.ts';
import { isAwayByDay } from './shares.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Less of an hour tells nothing. */
const LEAST_MS = 20 * MINUTE_MS;

type Hour = CountingState['hour'];

/**
 * Adds a round's powers to the hour that is open. Asleep, a panel makes 0 W; away among others that work, nothing is
 * known of it.
 *
 * @param ms that a panel's power has held; for one that is asleep, the time that the round stands for
 */
export function addToHour(ledger: Ledger, msOf: (row: Row) => number, isAnyOnline: boolean): void {
  for (const row of ledger.rows) {
    const isAsleep = row.online === false && !(isAnyOnline && isAwayByDay(row, ledger));
    if (row.online !== true && !isAsleep) {
      continue;
    }
    const ms = msOf(row);
    row.openMs += ms;
    for (const [panel, watts] of row.powers.entries()) {
      row.open[panel] = rounded((row.open[panel] ?? 0) + (watts * ms) / HOUR_MS);
    }
  }
}

/** Learns the hour that has ended from what was seen of it. */
export function closeHour(ledger: Ledger, { index, ms }: Hour): void {
  for (const row of ledger.rows) {
    if (row.openMs >= Math.max(LEAST_MS, ms / 2)) {
      const weight = Math.min(1, row.openMs / HOUR_MS);
      for (const [panel, curve] of row.curves.entries()) {
        row.curves[panel] = learnHour(curve, index, ((row.open[panel] ?? 0) * HOUR_MS) / row.openMs, weight);
      }
    }
    row.openMs = 0;
    row.open.fill(0);
  }
}

/** Nothing was made from one hour to another, both left out: a night that nobody has looked at. */
export function learnNight(ledger: Ledger, from: number, to: number): void {
  for (let hour = (from + 1) % 24, left = 24; hour !== to && left > 0; hour = (hour + 1) % 24, left--) {
    for (const row of ledger.rows) {
      for (const [panel, curve] of row.curves.entries()) {
        // Known hours stay: the night may be longer than usual.
        row.curves[panel] = readCurve(curve)[hour] === null ? learnHour(curve, hour, 0, 1) : curve;
      }
    }
  }
}
