import type { CountingState, Tracker } from './countingState.ts';
import { clamp, follow, LIFETIME_STEP, shifted, startTracker, stepOf, TODAY_STEP } from './tracker.ts';

/** The ECU's two counters as they are followed. */
export type Counters = Pick<CountingState, 'lifetime' | 'today' | 'trial'>;

/** As the guard of the ECU's counters accepts them, Wh; null for what this round does not tell. */
export interface Readings {
  readonly lifetime: number | null;
  readonly today: number | null;
  /** More than the panels can have made since: whatever is beyond it, the counter has begun anew. Wh. */
  readonly most: number;
}

export interface CountersFollowed {
  readonly counters: Counters;
  /** Wh that the counters say was made beyond what we counted; below 0 for less. */
  readonly pull: number;
  /** Growth of the counter that is followed, Wh; null where none can be told. */
  readonly growth: number | null;
}

/**
 * Follows both counters by what was counted in a round. The lifetime leads; today's finer steps count for as long as they
 * keep within the lifetime's step, so that a *today* that lies can move the sum by no more than that.
 *
 * @param counted Wh
 */
export function followCounters(counters: Counters, counted: number, readings: Readings): CountersFollowed {
  const lifetime = followOne(counters.lifetime, counted, readings.lifetime, readings.most, LIFETIME_STEP);
  const before = counters.today;
  const today = followOne(before, counted + lifetime.pull, readings.today, readings.most, TODAY_STEP);
  const leader = lifetime.tracker;
  if (leader === null || !leader.isTrusted) {
    return {
      counters: { lifetime: leader, today: today.tracker, trial: counters.trial },
      pull: today.pull,
      growth: today.growth,
    };
  }
  const step = stepOf(leader, LIFETIME_STEP);
  const pull = clamp(today.pull, leader.value - leader.high, leader.value + step - leader.low);
  return {
    counters: {
      lifetime: shifted(leader, pull),
      today: today.tracker && pulledBy(today.tracker, pull - today.pull),
      trial: counters.trial,
    },
    pull: lifetime.pull + pull,
    growth: lifetime.growth,
  };
}

interface One {
  readonly tracker: Tracker | null;
  readonly pull: number;
  readonly growth: number | null;
}

function followOne(before: Tracker | null, counted: number, reading: number | null, most: number, step: number): One {
  if (reading === null) {
    const untold = before && { ...shifted(before, counted), isTold: false, isBroken: true };
    return { tracker: untold, pull: 0, growth: null };
  }
  if (before === null) {
    return { tracker: startTracker(reading, step), pull: 0, growth: null };
  }
  if (reading < before.value || reading - before.value > most) {
    return { tracker: startTracker(reading, step, before), pull: 0, growth: null };
  }
  const { tracker: followed, pull, growth } = follow(before, counted, reading, step);
  const tracker = { ...followed, isTold: true, isBroken: before.isBroken || !before.isTold };
  if (!before.isTrusted) {
    const anew = startTracker(reading, step, tracker);
    return { tracker: { ...anew, isBroken: tracker.isBroken }, pull: 0, growth: null };
  }
  return { tracker: { ...tracker, pulled: tracker.pulled + pull }, pull, growth };
}

function pulledBy(tracker: Tracker, pull: number): Tracker {
  return { ...shifted(tracker, pull), pulled: tracker.pulled + pull };
}

/**
 * What the counters say was made while nobody looked: from the middle of what they may have been to that of what they
 * are. Today's finer steps, where both agree.
 *
 * @returns Wh, and how fine that is; null where no counter can be trusted
 */
export function growthUnseen(counters: Counters, readings: Readings): { wh: number; step: number } | null {
  const lifetime = unseenBy(counters.lifetime, readings.lifetime, readings.most, LIFETIME_STEP);
  const today = unseenBy(counters.today, readings.today, readings.most, TODAY_STEP);
  if (lifetime === null || today === null) {
    return lifetime ?? today;
  }
  return Math.abs(lifetime.wh - today.wh) <= lifetime.step + today.step ? today : lifetime;
}

function unseenBy(tracker: Tracker | null, reading: number | null, most: number, leastStep: number) {
  if (tracker === null || reading === null || !tracker.isTrusted) {
    return null;
  }
  if (reading < tracker.value || reading - tracker.value > most) {
    return null;
  }
  const step = stepOf(tracker, leastStep);
  return { wh: Math.max(0, reading + step / 2 - (tracker.low + tracker.high) / 2), step };
}
