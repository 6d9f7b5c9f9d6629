import type { Tracker } from './countingState.ts';

/** Wh of one step, as the protocol has them: the least that a counter can tell. */
export const LIFETIME_STEP = 100;
export const TODAY_STEP = 10;

/** So many steps tell how coarse a counter is: some firmware counts in steps of its own. */
const TELLING_STEPS = 2;
/** A step that is greater than what was made by so much tells it at once. */
const COARSE = 3;

/** What a reading of a counter tells of our sum. */
export interface Followed {
  readonly tracker: Tracker;
  /** Wh that our sum has to move by to be where the counter says it is; 0 while it may be there already. */
  readonly pull: number;
  /** Wh since the reading before; null where it began anew. */
  readonly growth: number | null;
}

/** A counter at first sight, or one that has begun anew: it may be anywhere within its step. */
export function startTracker(value: number, leastStep: number, before: Tracker | null = null): Tracker {
  const { divisor = 0, steps = 0, isTrusted = true, grown = 0, pulled = 0 } = before ?? {};
  const step = stepOf({ divisor, steps }, leastStep);
  return {
    value,
    low: value,
    high: value + step,
    divisor,
    steps,
    isTrusted,
    grown,
    pulled,
    isTold: true,
    isBroken: before !== null,
  };
}

/** Wh. */
export function stepOf({ divisor, steps }: Pick<Tracker, 'divisor' | 'steps'>, leastStep: number): number {
  return steps < TELLING_STEPS ? leastStep : Math.max(leastStep, divisor);
}

/** Our sum has moved by so many Wh, and the counter with it. */
export function shifted(tracker: Tracker, wh: number): Tracker {
  return { ...tracker, low: tracker.low + wh, high: tracker.high + wh };
}

/**
 * Compares a counter with where our sum makes it: the counter shows the whole steps of what was made. Where it can't be
 * within the step that is shown, our sum has to move: to the edge of the step for a small drift, to its middle where more
 * than a step is missing.
 *
 * @param counted since the reading before, Wh
 * @param reading Wh
 */
export function follow(before: Tracker, counted: number, reading: number, leastStep: number): Followed {
  const growth = reading - before.value;
  const tracker = shifted(growth > 0 ? withStep(before, growth, counted, leastStep) : before, counted);
  const step = stepOf(tracker, leastStep);
  const [low, high] = [reading, reading + step];
  const excess = tracker.high < low ? low - tracker.high : tracker.low > high ? high - tracker.low : 0;
  const pull = Math.abs(excess) > step ? (low + high - tracker.low - tracker.high) / 2 : excess;
  const moved = shifted(tracker, pull);
  return { tracker: within({ ...moved, value: reading, grown: moved.grown + growth }, low, high), pull, growth };
}

/** Cut to what is left of its bounds between two others. */
function within(tracker: Tracker, low: number, high: number): Tracker {
  const [from, to] = [clamp(tracker.low, low, high), clamp(tracker.high, low, high)];
  return { ...tracker, low: Math.min(from, to), high: Math.max(from, to) };
}

function withStep(tracker: Tracker, growth: number, counted: number, leastStep: number): Tracker {
  const units = Math.round(growth / leastStep);
  const divisor = leastStep * greatestDivisor(units, Math.round(tracker.divisor / leastStep));
  const telling = growth > COARSE * (counted + leastStep) ? TELLING_STEPS : 1;
  return { ...tracker, divisor, steps: Math.min(TELLING_STEPS, tracker.steps + telling) };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
