import type { Counters } from './counters.ts';
import type { CountingState, Tracker } from './countingState.ts';
import { LIFETIME_STEP, shifted, stepOf, TODAY_STEP } from './tracker.ts';

const HOUR_MS = 3_600_000;
/** Where rounds are long, an hour is a sample or two, which tells little of what was made. */
const LEAST_ROUNDS = 6;
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

export interface Judged {
  readonly counters: Counters;
  /** What the counters that lied have moved our sum by: to be taken back, Wh. */
  readonly takenBack: number;
  /** A counter is not trusted any more. */
  readonly isAnyFallen: boolean;
}

/**
 * Judges the counters once an hour of power, or six rounds: one that stands still, or grows by far more or less than what was counted,
 * is not followed until it is right for an hour. Of two that differ today's is the wrong one, as with firmware 1.2.31
 * and 1.3.6C, unless it is today's that agrees with what was counted.
 *
 * @param usualMs of one round
 */
export function judgeCounters(counters: Counters, usualMs: number): Judged {
  const { lifetime, today, trial } = counters;
  if (!isOver(counters, Math.max(HOUR_MS, LEAST_ROUNDS * usualMs))) {
    return { counters: { lifetime, today, trial }, takenBack: 0, isAnyFallen: false };
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
    isAnyFallen: first.isFallen || second.isFallen,
  };
}

/** Was there power for long enough, and enough made in it? One that stands still shows it earlier than one that lies. */
function isOver({ lifetime, today, trial: { ms, made } }: Counters, leastMs: number): boolean {
  const steps = [lifetime && stepOf(lifetime, LIFETIME_STEP), today && stepOf(today, TODAY_STEP)];
  const stands = (tracker: Tracker | null, leastStep: number) =>
    tracker?.isTrusted === true &&
    !tracker.isBroken &&
    tracker.grown === 0 &&
    made >= (tracker.steps === 0 ? JUDGED_STEPS : MOVING_STEPS) * stepOf(tracker, leastStep);
  return (
    ms >= leastMs &&
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

/** The counters that are not followed now. */
export function distrusted({ lifetime, today }: Pick<CountingState, 'lifetime' | 'today'>): ('lifetime' | 'today')[] {
  return [
    ...(lifetime?.isTrusted === false ? (['lifetime'] as const) : []),
    ...(today?.isTrusted === false ? (['today'] as const) : []),
  ];
}
