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
    return { tracker: before && shifted(before, counted), pull: 0, growth: null };
  }
  if (before === null) {
    return { tracker: startTracker(reading, step), pull: 0, growth: null };
  }
  if (reading < before.value || reading - before.value > most) {
    return { tracker: startTracker(reading, step, before), pull: 0, growth: null };
  }
  const { tracker, pull, growth } = follow(before, counted, reading, step);
  if (!before.isTrusted) {
    const anew = startTracker(reading, step, tracker);
    return { tracker: { ...anew, isBroken: before.isBroken }, pull: 0, growth: null };
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

const HOUR_MS = 3_600_000;
/** So many of its steps must have been made until a counter can be judged by them. */
const JUDGED_STEPS = 10;
/** So many until it should have moved at all. */
const MOVING_STEPS = 3;
/** What a counter may have grown by, of what we counted: beyond it, it lies. */
const LEAST_SHARE = 0.7;
const MOST_SHARE = 1.4;
/** Two counters that differ by more than that, and their steps, are not both right. */
const AGREE = 0.1;
/** So far off, and the other one right: it is not today's that lies. */
const FAR = 0.25;

export type CounterName = 'lifetime' | 'today';

export interface Judged {
  readonly counters: Counters;
  /** What the counters that lied have moved our sum by: to be taken back, Wh. */
  readonly takenBack: number;
  /** Counters that are not trusted from now on. */
  readonly distrusted: readonly CounterName[];
}

/**
 * Judges the counters once an hour of power: one that stands still, or grows by far more or less than what was counted,
 * is not followed until it is right for an hour. Of two that differ today's is the wrong one, as with firmware 1.2.31
 * and 1.3.6C, unless it is today's that agrees with what was counted.
 */
export function judgeCounters(counters: Counters): Judged {
  const { lifetime, today, trial } = counters;
  if (!isOver(counters)) {
    return { counters: { lifetime, today, trial }, takenBack: 0, distrusted: [] };
  }
  const { made } = trial;
  let isLifetimeRight = isPlausible(lifetime, made, LIFETIME_STEP);
  let isTodayRight = isPlausible(today, made, TODAY_STEP);
  if (lifetime !== null && today !== null && isLifetimeRight === true && isTodayRight === true) {
    const steps = stepOf(lifetime, LIFETIME_STEP) + stepOf(today, TODAY_STEP);
    if (Math.abs(lifetime.grown - today.grown) > AGREE * made + steps) {
      const isFar = Math.abs(lifetime.grown - made) > FAR * made + stepOf(lifetime, LIFETIME_STEP);
      const isNear = Math.abs(today.grown - made) <= AGREE * made + stepOf(today, TODAY_STEP);
      isLifetimeRight = !(isFar && isNear);
      isTodayRight = !isLifetimeRight;
    }
  }
  const first = settle(lifetime, isLifetimeRight);
  const second = settle(today, isTodayRight);
  return {
    counters: {
      lifetime: first.tracker && shifted(first.tracker, -second.takenBack),
      today: second.tracker && shifted(second.tracker, -first.takenBack),
      trial: { ms: 0, made: 0 },
    },
    takenBack: first.takenBack + second.takenBack,
    distrusted: [...(first.isFallen ? (['lifetime'] as const) : []), ...(second.isFallen ? (['today'] as const) : [])],
  };
}

/** Was there an hour of power, and enough made in it? One that stands still shows it earlier than one that lies. */
function isOver({ lifetime, today, trial: { ms, made } }: Counters): boolean {
  const steps = [lifetime && stepOf(lifetime, LIFETIME_STEP), today && stepOf(today, TODAY_STEP)];
  const stands = (tracker: Tracker | null, leastStep: number) =>
    tracker?.isTrusted === true &&
    !tracker.isBroken &&
    tracker.grown === 0 &&
    made >= (tracker.steps === 0 ? JUDGED_STEPS : MOVING_STEPS) * stepOf(tracker, leastStep);
  return (
    ms >= HOUR_MS &&
    (made >= JUDGED_STEPS * Math.max(...steps.map((step) => step ?? 0)) ||
      stands(lifetime, LIFETIME_STEP) ||
      stands(today, TODAY_STEP))
  );
}

/** Null where it can't be told. */
function isPlausible(tracker: Tracker | null, made: number, leastStep: number): boolean | null {
  if (tracker === null || tracker.isBroken) {
    return null;
  }
  const step = stepOf(tracker, leastStep);
  // Where little was made, its step may hide that it does not follow. At first sight nobody knows its step.
  const isSure = made >= (tracker.isTrusted && tracker.steps > 0 ? MOVING_STEPS : JUDGED_STEPS) * step;
  if (!isSure) {
    return null;
  }
  return tracker.grown + step >= LEAST_SHARE * made && tracker.grown - step <= MOST_SHARE * made;
}

function settle(tracker: Tracker | null, isRight: boolean | null) {
  if (tracker === null) {
    return { tracker, takenBack: 0, isFallen: false };
  }
  const isTrusted = isRight ?? tracker.isTrusted;
  const isFallen = tracker.isTrusted && !isTrusted;
  const settled = { ...tracker, isTrusted, grown: 0, pulled: 0, isBroken: false };
  return { tracker: settled, takenBack: isFallen ? tracker.pulled : 0, isFallen };
}

/** Begins a new trial: what happened meanwhile tells nothing of the counters. */
export function withNewTrial(counters: Counters): Counters {
  const anew = (tracker: Tracker | null) => tracker && { ...tracker, grown: 0, pulled: 0, isBroken: false };
  return { lifetime: anew(counters.lifetime), today: anew(counters.today), trial: { ms: 0, made: 0 } };
}
