import type { Factor, Tracker } from './countingState.ts';
import { rounded } from './ledger.ts';
import { clamp, LIFETIME_STEP, stepOf } from './tracker.ts';

/** A counter grows by so many steps until they no longer hide what the factor is. */
const LEARNED_STEPS = 50;
const NEWEST_DAY = 0.3;
const LEAST_FACTOR = 0.8;
const MOST_FACTOR = 1.2;

export const UNLEARNED: Factor = { value: 1, isLearned: false, made: 0, grown: 0 };

/**
 * Adds a round.
 *
 * @param made Wh, by power and time alone
 * @param growth Wh; null where what was made can't be compared with any
 */
export function withRound(factor: Factor, made: number, growth: number | null): Factor {
  return growth === null
    ? { ...factor, made: 0, grown: 0 }
    : { ...factor, made: rounded(factor.made + made), grown: rounded(factor.grown + growth) };
}

/** At a day's end: what the counter grew by is compared with what its panels' powers made. */
export function learned(factor: Factor, lifetime: Tracker | null): Factor {
  const step = lifetime === null ? LIFETIME_STEP : stepOf(lifetime, LIFETIME_STEP);
  if (factor.grown < LEARNED_STEPS * step || factor.made <= 0) {
    return factor;
  }
  const newest = clamp(factor.grown / factor.made, LEAST_FACTOR, MOST_FACTOR);
  const value = factor.isLearned ? factor.value + NEWEST_DAY * (newest - factor.value) : newest;
  return { value, isLearned: true, made: 0, grown: 0 };
}
