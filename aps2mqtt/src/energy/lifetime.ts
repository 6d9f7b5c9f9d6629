import { begunAnew, met, replaced, returned, risen, stayed } from './accept.ts';
import { limitsOf } from './allowance.ts';
import { weigh } from './candidate.ts';
import { catchUpOf, classify, fits } from './classify.ts';
import { type CounterState, firstState, pass, rounded } from './counter.ts';
import type { Interval } from './look.ts';

export interface LifetimeState extends CounterState {
  /** What the ECU tells is not believed, and that has been told. */
  readonly isHeld: boolean;
  /** When the published value last began anew at 0, ms since 1970; null for never. Home Assistant's `last_reset`. */
  readonly resetAt: number | null;
}

/** Worth a line in the log: the lifetime counter said what cannot be, was believed at last, or went on as before. */
export interface EnergyNote {
  readonly kind: 'held' | 'accepted' | 'recovered';
  /** kWh that were published. */
  readonly from: number;
  /** kWh that the ECU tells. */
  readonly to: number;
  /** kWh that are published now. */
  readonly published: number;
}

export interface GuardedLifetime {
  readonly state: LifetimeState;
  /** kWh that were made, as far as this look believes it. */
  readonly gain: number;
  readonly note: EnergyNote | null;
  /** What this reply says fits what is believed: the rest of it may be believed, too. */
  readonly isSound: boolean;
}

/** No roof has made more than 100,000 hours at full power: some fifty years of sun. */
const MOST_HOURS = 100_000;
/** The inverters may be fewer than they were. */
const LEAST_KW = 10;

/**
 * The lifetime counter. Home Assistant takes it for a `total`, of which every step counts, down as well as up; with
 * another `last_reset` the new value counts from 0. So what is published rises by what inverters can have made, and by
 * nothing else; only after a true reset it falls.
 *
 * @param told kWh; null where the ECU doesn't know
 */
export function guardLifetime(before: LifetimeState | null, told: number | null, interval: Interval): GuardedLifetime {
  const isSane = told !== null && fits(told, MOST_HOURS * Math.max(LEAST_KW, interval.peakKw));
  if (before === null) {
    const state = { ...firstState(isSane ? told : 0, interval), isHeld: false, resetAt: null };
    return { state, gain: 0, note: null, isSound: isSane };
  }
  const state = { ...before, ...pass(before, interval) };
  if (told === null || (!state.isKnown && (!isSane || told === 0))) {
    return { state, gain: 0, note: null, isSound: told === 0 };
  }
  return state.isKnown ? guardKnown(state, told, interval) : meet(state, told, interval);
}

/** What comes after a 0 that meant nothing: published, it is the first value, from which Home Assistant counts. */
function meet(state: LifetimeState, told: number, interval: Interval): GuardedLifetime {
  const kind = classify(state, told, interval, 0);
  const weighed = weigh(state, told, kind.kind === 'implausible' ? { ...kind, missing: 0 } : kind, interval);
  if (weighed?.verdict === 'wait') {
    return { state: { ...state, candidate: weighed.candidate }, gain: 0, note: null, isSound: false };
  }
  return { state: { ...state, ...met(state, told, interval) }, gain: 0, note: null, isSound: true };
}

function guardKnown(state: LifetimeState, told: number, interval: Interval): GuardedLifetime {
  const kind = classify(state, told, interval, catchUpOf(interval.peakKw));
  const weighed = weigh(state, told, kind, interval);
  if (weighed === null && (kind.kind === 'same' || kind.kind === 'rise')) {
    return believed(state, kind.kind === 'same' ? stayed(state) : risen(state, told, interval), 'recovered');
  }
  if (weighed === null) {
    return held(kind.kind === 'zero' ? state : { ...state, candidate: null }, told, true);
  }
  const { candidate, verdict } = weighed;
  switch (verdict) {
    case 'step':
      return believed(
        state,
        candidate.kind === 'return' ? returned(state, candidate, interval) : risen(state, told, interval),
        'recovered',
      );
    case 'count': {
      if (candidate.kind !== 'reset') {
        return believed(state, replaced(state, candidate), 'accepted');
      }
      const anew = begunAnew(state, told, candidate.allowance);
      // Only another one than before makes Home Assistant count from 0.
      const resetAt = interval.now.at === state.resetAt ? interval.now.at + 1 : interval.now.at;
      return { ...believed(state, anew, 'accepted', resetAt), gain: told };
    }
    case 'wait': {
      const isPending =
        candidate.kind === 'return' ||
        (candidate.kind === 'implausible' && fits(candidate.missing, limitsOf(state.allowance, interval).unseen));
      return held({ ...state, candidate }, told, !isPending);
    }
  }
}

function believed(
  before: LifetimeState,
  after: CounterState,
  kind: 'accepted' | 'recovered',
  resetAt = before.resetAt,
): GuardedLifetime {
  const isNews = kind === 'accepted' || before.isHeld;
  const note = isNews ? { kind, from: before.value, to: after.told, published: after.value } : null;
  const gain = rounded(after.value - before.value);
  return { state: { ...before, ...after, isHeld: false, resetAt }, gain, note, isSound: true };
}

/** @param isFalse not merely waiting for the next look */
function held(state: LifetimeState, told: number, isFalse: boolean): GuardedLifetime {
  const isNews = isFalse && !state.isHeld;
  const note = isNews ? ({ kind: 'held', from: state.value, to: told, published: state.value } as const) : null;
  return { state: { ...state, isHeld: state.isHeld || isFalse }, gain: 0, note, isSound: !isFalse };
}
