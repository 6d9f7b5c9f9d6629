import { limitsOf, slackOf } from './allowance.ts';
import { type CounterState, offsetOf, rounded } from './counter.ts';
import type { Interval } from './look.ts';

/** What a reading is to a counter. kWh. */
export type Kind =
  | { readonly kind: 'same' }
  /** By no more than usual. */
  | { readonly kind: 'rise'; readonly gain: number }
  /** By more than usual. `missing` is what only unwatched time can explain: 0 or less where no such time is needed. */
  | { readonly kind: 'implausible'; readonly gain: number; readonly missing: number }
  /** A counter of before goes on. */
  | { readonly kind: 'return'; readonly gain: number; readonly offset: number }
  /** Another 0 than the first one: ECUs say it by mistake for hours. */
  | { readonly kind: 'zero' }
  /** So little that it will be made up for soon. */
  | { readonly kind: 'dip' }
  /** To no more than can have been made since: begun anew at 0. */
  | { readonly kind: 'reset' }
  /** To an older count. */
  | { readonly kind: 'fall' };

/** Between looks so close a rise is small: one that takes a former counter's place is no rise. */
const CLOSE_MS = 16 * 60_000;
/** Hours of unwatched time that may explain another counter. After more, a count from 0 can't be told from an older one. */
const LATEST_CHANGE_HOURS = 48;
/** No step between two counters is as small. */
const SMALL_STEP_KWH = 0.2;

/**
 * @param state of a known counter, with this interval's time in its allowance
 * @param catchUp kWh by which an ECU may catch up with its inverters, confirmed by a second look
 */
export function classify(state: CounterState, told: number, interval: Interval, catchUp: number): Kind {
  const step = rounded(told - state.told);
  if (step === 0) {
    return { kind: 'same' };
  }
  if (told === 0) {
    return { kind: 'zero' };
  }
  const { usual, unseen } = limitsOf(state.allowance, interval);
  const isUsual = step > 0 && fits(step, usual);
  const isClose = interval.elapsedMs <= CLOSE_MS;
  if (isUsual && (!isClose || step <= SMALL_STEP_KWH)) {
    return { kind: 'rise', gain: step };
  }
  const back = returned(state, told, usual + Math.min(unseen, LATEST_CHANGE_HOURS * interval.peakKw));
  if (back !== null && (step < 0 || back.gain < step)) {
    return { kind: 'return', ...back };
  }
  if (step > 0) {
    return isUsual
      ? { kind: 'rise', gain: step }
      : { kind: 'implausible', gain: step, missing: rounded(step - usual - (interval.isOnline ? catchUp : 0)) };
  }
  if (-step <= slackOf(interval)) {
    return { kind: 'dip' };
  }
  // By less than half it is rather an older count, however much can have been made meanwhile.
  return told < state.told / 2 && isReset(state, told, interval) ? { kind: 'reset' } : { kind: 'fall' };
}

/** Can a counter that began anew since it rose last have come so far? */
export function isReset(state: CounterState, told: number, interval: Interval): boolean {
  const { allowance } = state;
  const { usual, unseen } = limitsOf({ ...allowance, seen: Math.max(0, allowance.seen) }, interval);
  return fits(told, usual + Math.min(unseen, LATEST_CHANGE_HOURS * interval.peakKw));
}

/** The former counter with which the smallest step is left. */
function returned(state: CounterState, told: number, most: number) {
  const own = offsetOf(state);
  const candidates = state.formerOffsets
    .filter((offset) => offset !== own)
    .map((offset) => ({ offset, gain: rounded(told + offset - state.value) }))
    .filter(({ gain }) => gain >= 0 && fits(gain, most));
  return candidates.sort((a, b) => a.gain - b.gain)[0] ?? null;
}

export function fits(kWh: number, most: number): boolean {
  return kWh <= most + 1e-9;
}

/** Inverters whose radio failed add their energy later: by an hour of all of them, in kWh. */
export function catchUpOf(peakKw: number): number {
  return peakKw;
}
