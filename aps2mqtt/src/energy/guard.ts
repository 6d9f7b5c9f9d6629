import { stampToMs } from '../ecu/stamp.ts';
import { type FastClock, paceOf } from './fastClock.ts';
import { type EnergyNote, guardLifetime, type LifetimeState } from './lifetime.ts';
import { intervalSince, type Look } from './look.ts';
import { guardToday, type TodayState } from './today.ts';

/** What is believed of one ECU's two energy counters. Small and serialisable: kept over restarts. kWh and ms. */
export interface EnergyState {
  /** 12 digits; another ECU's counters begin anew. */
  readonly ecuId: string;
  /** The last one. */
  readonly look: Look;
  readonly lifetime: LifetimeState;
  readonly today: TodayState;
  /** Looks that found the ECU's clock to run faster than ours; not there while it does not. */
  readonly fastClock?: FastClock;
}

/** What the ECU says. */
export interface EnergyReading {
  readonly ecuId: string;
  /** kWh; null where the ECU doesn't know. */
  readonly lifetime: number | null;
  /** kWh; null where the ECU doesn't know. */
  readonly today: number | null;
  /** When we had it. */
  readonly at: Date;
  /** Time of the poll round on the ECU's own clock, `yyyy-mm-dd hh:mm:ss`; null where not known. */
  readonly stamp: string | null;
  /** The day at the site, `yyyy-mm-dd`; null where not known. */
  readonly localDate: string | null;
  readonly anyOnline: boolean;
  /** kW that the registered inverters together can make at the very most. */
  readonly peakKw: number;
}

export interface GuardedEnergy {
  readonly state: EnergyState;
  /** kWh to publish; null while nothing could be believed yet. */
  readonly lifetime: number | null;
  /** kWh to publish; null while nothing could be believed yet. */
  readonly today: number | null;
  readonly note: EnergyNote | null;
}

/**
 * Keeps false energy from getting out, as the reported faults have it.
 * What Home Assistant adds up of the two values that are published rises by what the inverters can have made while looks
 * saw them online, or while nobody looked, and by nothing else, whatever the ECU says.
 *
 * - A usual rise is believed at once, an unusual one when the next look confirms it.
 * - A fall is believed after an hour of daylight in which the ECU stood by it and counted on. What was published goes on
 *   from where it was, by as much as the new counter rises; only a counter that began anew at 0 is published as it is.
 * - A counter that comes back, confirmed by a second look, goes on where it was left.
 * - A 0 at first sight is unknown until it moves.
 */
export function guardEnergy(before: EnergyState | null, reading: EnergyReading): GuardedEnergy {
  const { ecuId, anyOnline, localDate } = reading;
  const known = before?.ecuId === ecuId ? before : null;
  const look = { at: reading.at.getTime(), stamp: reading.stamp === null ? null : stampToMs(reading.stamp), anyOnline };
  const pace = paceOf(known?.fastClock ?? null, known?.look ?? null, look);
  const interval = intervalSince(known?.look ?? null, look, reading.peakKw, pace.elapsedMs);
  const undoubted = known !== null && pace.isNew ? withoutDoubts(known) : known;
  const lifetime = guardLifetime(undoubted?.lifetime ?? null, reading.lifetime, interval);
  const beside = { lifetime, toldLifetime: reading.lifetime, localDate, interval };
  const today = guardToday(undoubted?.today ?? null, reading.today, beside);
  const clock = pace.row === null ? {} : { fastClock: pace.row };
  const state = { ecuId, look, lifetime: lifetime.state, today, ...clock };
  return { state, lifetime: lifetimeOf(state), today: todayOf(state), note: lifetime.note };
}

function withoutDoubts({ lifetime, today, ...rest }: EnergyState): EnergyState {
  return { ...rest, lifetime: { ...lifetime, candidate: null }, today: { ...today, candidate: null } };
}

/** kWh to publish; null while it is not known. */
export function lifetimeOf({ lifetime }: EnergyState): number | null {
  return lifetime.isKnown ? lifetime.value : null;
}

/** kWh to publish; null while it is not known. */
export function todayOf({ today }: EnergyState): number | null {
  return today.isKnown ? today.value : null;
}

/** When the published lifetime began anew at 0; null for never. */
export function lifetimeResetOf({ lifetime }: EnergyState): Date | null {
  return lifetime.resetAt === null ? null : new Date(lifetime.resetAt);
}
