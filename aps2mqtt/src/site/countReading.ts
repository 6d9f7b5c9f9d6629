import { DateTime } from 'luxon';
import type { PolledReading } from '../ecu/reading.ts';
import type { CounterState } from '../energy/counter.ts';
import { type Counted, countRound } from '../energy/counting.ts';
import type { CountingState } from '../energy/countingState.ts';
import { newestMoment, runsFast } from '../energy/elapsed.ts';
import type { EnergyState } from '../energy/guard.ts';
import { type Elsewhere, sum } from '../energy/ledger.ts';
import { roundTime } from './assemble.ts';
import type { EcuSnapshot, InverterSnapshot } from './snapshot.ts';

/** A poll round that was read, once for each. */
export interface RoundRead extends Counted {
  /** When it was, ISO 8601 with the offset of the ECU's zone. */
  readonly moment: string;
}

/** Our clock is not set before the internet was reached; no round is older. */
const FIRST_YEAR = 2020;
/** An ECU's clock that is further off is wrong. */
const NEAR_MS = 30 * 60_000;

/**
 * Counts what a reading tells, if it has inverters.
 *
 * @param energy as the guard has accepted it, this reading's included
 * @param inverters as they are shown, without those of which this reading tells nothing
 */
export function countReading(
  before: CountingState | null,
  { summary, inverters: reply }: PolledReading,
  energy: EnergyState | null,
  inverters: readonly InverterSnapshot[],
  at: Date,
  timezone: string,
  elsewhere: Elsewhere,
): RoundRead | null {
  if (reply?.kind !== 'data') {
    return null;
  }
  const { stamp } = reply;
  const isFast = before !== null && runsFast(newestMoment(before), { stamp, at: at.getTime() }, before.intervals);
  const local = momentOf(stamp, at, timezone, isFast);
  const told =
    summary === null || energy === null
      ? { lifetime: null, today: null }
      : {
          lifetime: believed(energy.lifetime, summary.lifetimeEnergy),
          today: believed(energy.today, summary.todayEnergy),
        };
  const counted = countRound(
    before,
    {
      stamp,
      at: at.getTime(),
      day: local.toISODate() ?? at.toISOString().slice(0, 10),
      minute: local.hour * 60 + local.minute,
      ...told,
      inverters,
    },
    elsewhere,
  );
  return { ...counted, moment: local.toISO({ suppressMilliseconds: true }) ?? at.toISOString() };
}

/** What the guard makes of what is told now; null while it does not believe it. kWh */
function believed({ isKnown, told, value }: CounterState, now: number | null): number | null {
  return isKnown && told === now ? value : null;
}

/** By the ECU's clock; by ours where that is not set, or wrong. One that runs fast is a simulated one. */
function momentOf(stamp: string | null, at: Date, timezone: string, isFast: boolean): DateTime {
  const ours = DateTime.fromJSDate(at, { zone: timezone }).startOf('second');
  const iso = stamp === null ? null : roundTime(stamp, timezone, at);
  const theirs = iso === null ? null : DateTime.fromISO(iso, { zone: timezone });
  const isNear = theirs !== null && Math.abs(theirs.toMillis() - at.getTime()) <= NEAR_MS;
  return theirs !== null && (isNear || isFast || ours.year < FIRST_YEAR) ? theirs : ours;
}

/** With what was counted of each. */
export function withCounted<T extends InverterSnapshot>(inverters: readonly T[], counting: CountingState | null): T[] {
  const counts = new Map(counting?.inverters.map((count) => [count.id, count]));
  return inverters.map((inverter) => {
    const count = counts.get(inverter.id);
    return count === undefined
      ? { ...inverter, counted: null }
      : { ...inverter, counted: { energy: count.energy.map(kWh), today: count.today.map(kWh) } };
  });
}

export function countedSums(counting: CountingState | null): Pick<EcuSnapshot, 'countedEnergy' | 'countedTodayEnergy'> {
  return {
    countedEnergy: counting && kWh(counting.energy),
    countedTodayEnergy: counting && kWh(counting.todayEnergy),
  };
}

/** Of Wh to a thousandth. */
const kWh = (wh: number) => Math.round(wh * 1_000) / 1_000_000;

/** Where an inverter has been before: of several ECUs, the one where it has made most. */
export function elsewhereIn(countings: readonly (CountingState | null | undefined)[]): Elsewhere {
  return (id) => {
    let best: ReturnType<Elsewhere> = null;
    for (const counting of countings) {
      const count = counting?.inverters.find((one) => one.id === id);
      if (counting && count !== undefined && (best === null || sum(count.energy) > sum(best.count.energy))) {
        best = { day: counting.day, count };
      }
    }
    return best;
  };
}
