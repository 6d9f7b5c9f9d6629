import { type Circumstances, type Doubt, isConfirmed, isPossible, weigh } from './counter.ts';

/** What is believed of one ECU's two energy counters. Small and serialisable: kept over restarts. kWh and ms. */
export interface EnergyState {
  /** 12 digits; another ECU's counters begin anew. */
  readonly ecuId: string;
  readonly lifetime: LifetimeState;
  readonly today: TodayState;
}

export interface LifetimeState {
  readonly value: number;
  /** When the value was new: not the last look, as some firmware counts slowly. Or when more was said than can be. */
  readonly since: number;
  readonly doubt: Doubt | null;
  readonly isHeld: boolean;
  /** When the counter was last believed to have begun anew at 0; not there for never. */
  readonly resetAt?: number;
  /** It has only ever said 0, while today's energy said more: nothing to publish. */
  readonly isUnknown?: true;
}

export interface TodayState {
  readonly value: number;
  /** The day on which it rose last, `yyyy-mm-dd`; null where the day is not known. */
  readonly date: string | null;
  /** When the ECU last said so, or what can be no truth that follows it. */
  readonly at: number;
  /** What it was before its last reset; null before the first. */
  readonly before: number | null;
  readonly doubt: Doubt | null;
}

/** What the ECU says. */
export interface EnergyReading {
  readonly ecuId: string;
  /** kWh. */
  readonly lifetime: number;
  /** kWh. */
  readonly today: number;
  /** W. */
  readonly power: number;
  /** When we had it. */
  readonly at: Date;
  /** The day at the site, `yyyy-mm-dd`; null where not known. */
  readonly localDate: string | null;
  readonly anyOnline: boolean;
  /** Registered with the ECU. */
  readonly inverters: number;
}

/** Worth a line in the log: the lifetime counter said what cannot be, was believed at last, or went on as before. kWh. */
export interface EnergyNote {
  readonly kind: 'held' | 'accepted' | 'recovered';
  readonly from: number;
  readonly to: number;
}

export interface GuardedEnergy {
  /** Null while nothing could be believed yet. */
  readonly state: EnergyState | null;
  /** kWh to publish; null while nothing could be believed yet. */
  readonly lifetime: number | null;
  /** kWh to publish. */
  readonly today: number | null;
  readonly note: EnergyNote | null;
}

/** A rise to exactly what the day before ended with, when it is no small step, is the day before. */
const SMALL_STEP_KWH = 0.2;
/** By day, a step of the lifetime up to this is no spike, but an ECU that catches up with its inverters. */
const HARMLESS_STEP_KWH = 5;

/**
 * Keeps false energy from getting out, as the reported faults have it (PROTOCOL 12 rules 14 to 16, 17 rows 4 to 6).
 * Home Assistant takes the lifetime for a `total`, of which every step counts, and today's energy for a
 * `total_increasing`: a fall of more than a tenth is a reset there, and the new value counts anew. So whatever does not
 * fit is held, and believed only after an hour in which the ECU stood by it while inverters were online.
 *
 * The lifetime may stay or rise by what the inverters can make. When it is believed to have fallen to no more than can
 * have been made since, it has begun anew; else it was put right, as by some kWh. Today's energy may rise with it, and
 * may fall as well, by a reset: to no more than can have been made since the last look. On another day than before that
 * is believed at once, else after the hour, and no energy is lost by the wait: Home Assistant counts from 0.
 *
 * At first sight, without a state, the ECU is believed: a new one says 0. But a 0 is none while its inverters are all
 * offline, as it may be that of an ECU that says 0 all night, nor with no power, as in a reply that is all zeros. Beside an
 * energy of today it is the lifetime alone that is not known: published, it would count what comes next as a spike.
 */
export function guardEnergy(state: EnergyState | null, reading: EnergyReading): GuardedEnergy {
  const { ecuId, localDate } = reading;
  const at = reading.at.getTime();
  if (state === null || state.ecuId !== ecuId) {
    const isZero = reading.lifetime === 0 && reading.inverters > 0;
    const isDay = reading.anyOnline && (reading.power > 0 || reading.today > 0);
    if (isZero && !isDay) {
      return { state: null, lifetime: null, today: null, note: null };
    }
    const known = { value: reading.lifetime, since: at, doubt: null, isHeld: false };
    const lifetime: LifetimeState = isZero && reading.today > 0 ? { ...known, isUnknown: true } : known;
    const today = { value: reading.today, date: localDate, at, before: null, doubt: null };
    return guarded({ ecuId, lifetime, today }, null);
  }
  const circumstances = { at, inverters: reading.inverters, anyOnline: reading.anyOnline };
  const { lifetime, note } = guardLifetime(state.lifetime, reading.lifetime, circumstances);
  const isNewDay = localDate !== null && localDate !== state.today.date;
  // A reply whose lifetime is false is not believed to tell of a new day.
  const mayReset = isNewDay && !lifetime.isHeld && (reading.today > 0 || !reading.anyOnline);
  const lifetimeRise = lifetime.value - state.lifetime.value;
  const today = guardToday(state.today, reading.today, localDate, mayReset, lifetimeRise, circumstances);
  return guarded({ ecuId, lifetime, today }, note);
}

function guarded(state: EnergyState, note: EnergyNote | null): GuardedEnergy {
  return { state, lifetime: lifetimeOf(state), today: state.today.value, note };
}

/** kWh to publish; null while it is not known. */
export function lifetimeOf({ lifetime }: EnergyState): number | null {
  return lifetime.isUnknown === true ? null : lifetime.value;
}

function guardLifetime(before: LifetimeState, value: number, circumstances: Circumstances) {
  const { at } = circumstances;
  const { isUnknown, ...known } = before;
  const accepted: LifetimeState = { ...known, value, since: at, doubt: null, isHeld: false };
  const rise = value - before.value;
  // A 0 can only have been believed at first sight. It gives no reason to doubt what comes after it.
  const isHarmless = before.value === 0 || (circumstances.anyOnline && rise <= HARMLESS_STEP_KWH);
  if (rise >= 0 && (isHarmless || isPossible(rise, before.since, circumstances))) {
    const note = before.isHeld ? ({ kind: 'recovered', from: before.value, to: value } as const) : null;
    return { lifetime: rise > 0 ? accepted : { ...before, doubt: null, isHeld: false }, note };
  }
  const doubt = weigh(before.doubt, value, circumstances);
  if (value === doubt?.value && isConfirmed(doubt)) {
    const isReset = rise < 0 && isPossible(value, before.since, circumstances);
    const lifetime = isReset ? { ...accepted, resetAt: at } : accepted;
    return { lifetime, note: { kind: 'accepted', from: before.value, to: value } as const };
  }
  const note = before.isHeld ? null : ({ kind: 'held', from: before.value, to: value } as const);
  return { lifetime: { ...before, since: rise > 0 ? at : before.since, doubt, isHeld: true }, note };
}

function guardToday(
  before: TodayState,
  value: number,
  localDate: string | null,
  mayReset: boolean,
  lifetimeRise: number,
  circumstances: Circumstances,
): TodayState {
  const { at } = circumstances;
  const rise = value - before.value;
  const isYesterday = value === before.before && rise > SMALL_STEP_KWH;
  if (rise >= 0 && !isYesterday && isPossible(rise - lifetimeRise, before.at, circumstances)) {
    return { ...before, value, date: rise > 0 ? localDate : before.date, at, doubt: null };
  }
  const reset: TodayState = { value, date: localDate, at, before: before.value, doubt: null };
  const canBeReset = rise < 0 && isPossible(value, before.at, circumstances);
  if (canBeReset && mayReset) {
    return reset;
  }
  const doubt = canBeReset || rise > 0 ? weigh(before.doubt, value, circumstances) : null;
  // What never rises is a value of the day before.
  if (value === doubt?.value && isConfirmed(doubt) && value > doubt.first) {
    return reset;
  }
  // What can't be true now is not true because time goes by.
  return { ...before, at: canBeReset ? before.at : at, doubt };
}
