import { begunAnew, met, replaced, returned, risen, stayed } from './accept.ts';
import { limitsOf, spend } from './allowance.ts';
import { weigh } from './candidate.ts';
import { classify, fits, isReset } from './classify.ts';
import { type CounterState, firstState, pass } from './counter.ts';
import type { GuardedLifetime } from './lifetime.ts';
import type { Interval } from './look.ts';

export interface TodayState extends CounterState {
  /** The day on which it rose last, `yyyy-mm-dd`; null where the day is not known. */
  readonly date: string | null;
  /** What the ECU told before the day began; null before the first one. Some say so again in the morning. */
  readonly yesterday: number | null;
  /** kWh by which it rose since the lifetime rose last. */
  readonly ahead: number;
  /** It has risen beside a lifetime of 0: that 0 is no sign of a false reply. */
  readonly risesBesideZero: boolean;
}

/** What the same reply says. */
export interface Beside {
  readonly lifetime: GuardedLifetime;
  /** kWh; null where the ECU doesn't know. */
  readonly toldLifetime: number | null;
  readonly localDate: string | null;
  readonly interval: Interval;
}

const HOURS_A_DAY = 24;
/** The inverters may be fewer than they were this morning. */
const LEAST_KW = 10;
/** Steps by which the two counters may differ, kWh. */
const STEPS_KWH = 0.2;
/** Home Assistant takes a fall to less than this share for a reset. */
const RESET_SHARE = 0.9;

/**
 * Today's counter. Home Assistant takes it for a `total_increasing`: a fall of more than a tenth is a reset, and the new
 * value counts anew. So it may fall to what can have been made since it rose last: on another day than that at once, on
 * the same day after an hour in which it counted.
 *
 * @param told kWh; null where the ECU doesn't know
 */
export function guardToday(before: TodayState | null, told: number | null, beside: Beside): TodayState {
  const { interval, localDate, lifetime } = beside;
  const isSane = told !== null && fits(told, HOURS_A_DAY * Math.max(LEAST_KW, interval.peakKw));
  if (before === null) {
    return {
      ...firstState(isSane ? told : 0, interval),
      date: localDate,
      yesterday: null,
      ahead: 0,
      risesBesideZero: false,
    };
  }
  const passed = { ...before, ...pass(before, interval) };
  if (!isSane || (told === passed.yesterday && told > passed.told + STEPS_KWH)) {
    return passed;
  }
  const state = withLifetime(passed, lifetime.gain, interval);
  const isNewDay = localDate !== null && localDate !== state.date;
  if (isNewDay && lifetime.state.candidate?.kind === 'implausible' && told >= state.told) {
    // Whether it rose or began anew meanwhile, the lifetime's rise will tell.
    return state;
  }
  if (mayBeginAnew(state, told, isNewDay, beside)) {
    return begunOn(state, told, beside);
  }
  const after = state.isKnown ? guardKnown(state, told, beside) : meet(state, told, interval);
  const hasRisen = after.told > state.told;
  const risesBesideZero = beside.toldLifetime === 0 && (state.risesBesideZero || hasRisen);
  const ahead = state.ahead + Math.max(0, after.value - state.value);
  return { ...state, ...after, date: hasRisen ? localDate : state.date, ahead, risesBesideZero };
}

/** What the lifetime rose by was made: today's counter may follow, at once or later, with what it has not told yet. */
function withLifetime(state: TodayState, gain: number, interval: Interval): TodayState {
  if (gain === 0) {
    return state;
  }
  const { allowance } = state;
  const behind = gain - state.ahead;
  const isMore = behind > limitsOf(allowance, interval).usual;
  return isMore
    ? { ...state, ahead: 0, allowance: { ...allowance, seen: behind }, candidate: null }
    : { ...state, ahead: 0 };
}

/** A 0 while inverters work is no new day, nor one in a reply whose lifetime is false. */
function mayBeginAnew(state: TodayState, told: number, isNewDay: boolean, { lifetime, interval }: Beside): boolean {
  if (!isNewDay || !state.isKnown) {
    return false;
  }
  if (told >= state.told) {
    // While nobody looked, it began anew: else it would have risen as the lifetime did.
    const { gain } = lifetime;
    const isUnseen = fits(told, limitsOf(state.allowance, interval).unseen);
    return isUnseen && gain > told - state.told + STEPS_KWH && fits(told, gain + STEPS_KWH);
  }
  const isTold = told > 0 || (!interval.now.anyOnline && (lifetime.isSound || state.risesBesideZero));
  return isTold && isReset(state, told, interval);
}

function begunOn(state: TodayState, told: number, { localDate, interval }: Beside): TodayState {
  // Home Assistant must see it fall, or it would take the new day's energy for more of the old one's: that comes next.
  const isFall = told < RESET_SHARE * state.value;
  const allowance = spend(state.allowance, isFall ? told : 0, interval);
  const day = begunAnew(state, isFall ? told : 0, isFall ? { ...allowance, left: 0, leftMs: 0 } : allowance);
  return {
    ...state,
    ...day,
    formerOffsets: [],
    date: localDate,
    yesterday: state.told,
    ahead: state.ahead + day.value,
  };
}

function meet(state: TodayState, told: number, interval: Interval): CounterState {
  const kind = classify(state, told, interval, 0);
  const weighed = weigh(state, told, kind.kind === 'implausible' ? { ...kind, missing: 0 } : kind, interval);
  if (kind.kind === 'same') {
    return stayed(state);
  }
  return weighed?.verdict === 'wait' ? { ...state, candidate: weighed.candidate } : met(state, told, interval);
}

function guardKnown(state: TodayState, told: number, { interval }: Beside): CounterState {
  const kind = classify(state, told, interval, 0);
  const weighed = weigh(state, told, kind, interval);
  if (kind.kind === 'same') {
    return stayed(state);
  }
  if (weighed === null && kind.kind === 'rise') {
    return risen(state, told, interval);
  }
  if (weighed === null) {
    return kind.kind === 'zero' ? state : { ...state, candidate: null };
  }
  const { candidate, verdict } = weighed;
  if (verdict === 'wait') {
    return { ...state, candidate };
  }
  if (verdict === 'count') {
    return candidate.kind === 'reset' ? begunAnew(state, told, candidate.allowance) : replaced(state, candidate);
  }
  return candidate.kind === 'return' ? returned(state, candidate, interval) : risen(state, told, interval);
}
