import { type ClosedDay, closeDay, nextDay } from './energyDay.ts';
import { giveOut, type Ledger } from './ledger.ts';
import { todaysShares, total, usualEnergies, type Weights } from './shares.ts';

const MINUTES_OF_DAY = 1_440;
/** As long as rounds are kept. Longer gaps are given out as if they had been so long. */
const MOST_DAYS = 400;

interface Span<T> {
  readonly from: T;
  readonly to: T;
}

/**
 * Gives out what the counter has grown by while nobody looked, by the panels' usual power in these hours. Days that ended
 * in the gap are closed with their part of it.
 *
 * @param wh to be given
 * @param days the one that was counted before, and the one of now; the same for a gap within a day
 * @param minutes of the day of now; `from` is below 0 where the gap began on a day before
 * @param today the ECU's energy of today, Wh: what was made since midnight, where it is no more than was made in all
 * @param isNow the powers of now are those at its end
 */
export function giveGap(
  ledger: Ledger,
  wh: number,
  days: Span<string>,
  minutes: Span<number>,
  today: number | null,
  isNow: boolean,
): ClosedDay[] {
  if (days.from >= days.to || minutes.from >= 0) {
    const closed = days.from === days.to ? [] : [closeDay(ledger, days.from)];
    giveByShares(ledger, wh, usualEnergies(ledger, minutes.from, minutes.to, isNow));
    return closed;
  }
  const between = daysBetween(days.from, days.to);
  const midnight = minutes.from + (MINUTES_OF_DAY - mod(minutes.from));
  const first = usualEnergies(ledger, minutes.from, midnight, false);
  const whole = between.length === 0 ? [] : usualEnergies(ledger, 0, MINUTES_OF_DAY, false);
  const last = usualEnergies(ledger, 0, minutes.to, isNow);
  const sums = { first: total(first), whole: total(whole), last: total(last) };
  const all = sums.first + sums.whole * between.length + sums.last;
  const newest = today !== null && today <= wh ? today : all > 0 ? (wh * sums.last) / all : wh;
  const before = sums.first + sums.whole * between.length;
  const part = (share: number) =>
    before > 0 ? ((wh - newest) * share) / before : (wh - newest) / (between.length + 1);

  giveByShares(ledger, part(sums.first), first);
  const closed = [closeDay(ledger, days.from)];
  for (const day of between) {
    giveByShares(ledger, part(sums.whole), whole);
    closed.push(closeDay(ledger, day));
  }
  giveByShares(ledger, newest, last);
  return closed;
}

function giveByShares(ledger: Ledger, wh: number, weights: Weights): void {
  if (wh > 0 && !giveOut(ledger, wh, weights, true)) {
    giveOut(ledger, wh, todaysShares(ledger), true);
  }
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = nextDay(from); day < to && days.length < MOST_DAYS; day = nextDay(day)) {
    days.push(day);
  }
  return days;
}

const mod = (minute: number) => ((minute % MINUTES_OF_DAY) + MINUTES_OF_DAY) % MINUTES_OF_DAY;
