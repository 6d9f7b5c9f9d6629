import { stampToMs } from '../ecu/stamp.ts';
import { type LearnedTiming, MINUTE_MS } from './learnedTiming.ts';
import { RoundTiming } from './roundTiming.ts';

/** An answered poll. */
export interface Answer {
  /** Of the poll round, as the ECU has it; null where it has none. */
  readonly stamp: string | null;
  /** Our time when the poll began. */
  readonly startedAt: Date;
  /** Our time when it was done: now. */
  readonly at: Date;
  readonly anyOnline: boolean;
}

/** Decides when to ask one ECU next. Never more often than once a minute, from start to start. */
export interface Schedule {
  /** ms to wait from now. */
  afterAnswer(answer: Answer): number;
  /** ms to wait from now, after the `failures`-th failed poll in a row (from 1). */
  afterFailure(failures: number): number;
  /** What to keep over a restart; null while nothing is known, and with a fixed interval. */
  learned(): LearnedTiming | null;
}

export interface ScheduleOptions {
  /** Seconds between polls, fixed by hand; null to learn when the ECU has new data. */
  readonly pollInterval: number | null;
  /** From before a restart. */
  readonly learned?: LearnedTiming | null;
}

/** New data comes about every 5 minutes, where nothing better is known. */
const USUAL_ROUND_MS = 5 * MINUTE_MS;
/** While nothing is to be had; in the morning it is the longest that the first light goes unseen. */
const NIGHT_WAIT_MS = 15 * MINUTE_MS;
/** So many answers in a row without an inverter online are a night, and no hiccup of the radio. */
const ANSWERS_UNTIL_NIGHT = 6;
/** A stamp that stays for so many answers is a clock that stands still: there is no hurry. */
const SAME_STAMPS_UNTIL_STILL = 16;
/** The ECU's own rest between two polls, however long the first took. */
const SHORTEST_PAUSE_MS = 20_000;

export function createSchedule({ pollInterval, learned = null }: ScheduleOptions): Schedule {
  return pollInterval === null
    ? learningSchedule(new RoundTiming(learned))
    : { afterAnswer: (answer) => fromStart(answer, pollInterval * 1_000), afterFailure, learned: () => null };
}

function learningSchedule(timing: RoundTiming): Schedule {
  let offline = 0;
  let lastStamp: number | null = null;
  let sameStamps = 0;
  return {
    afterAnswer(answer) {
      const { stamp, startedAt, anyOnline } = answer;
      offline = anyOnline ? 0 : offline + 1;
      const round = stamp === null ? null : stampToMs(stamp);
      if (round === null) {
        return fromStart(answer, USUAL_ROUND_MS);
      }
      sameStamps = round === lastStamp ? sameStamps + 1 : 0;
      lastStamp = round;
      const due = timing.take({ stamp: round, at: startedAt.getTime() });
      if (offline >= ANSWERS_UNTIL_NIGHT) {
        return NIGHT_WAIT_MS;
      }
      const wait = due - startedAt.getTime();
      return fromStart(answer, sameStamps < SAME_STAMPS_UNTIL_STILL ? wait : USUAL_ROUND_MS);
    },
    afterFailure,
    learned: () => timing.learned,
  };
}

/** 60 s, as often as a fault passes by itself; then longer and longer, to 5 minutes. It never ends. */
function afterFailure(failures: number): number {
  return Math.min(USUAL_ROUND_MS, MINUTE_MS * 2 ** Math.max(0, failures - 5));
}

/** Six exchanges of 20 s and the pauses between them: what took longer was our clock, which was set meanwhile. */
const LONGEST_POLL_MS = 150_000;

/** ms that a poll has taken of the minute that it stands for. */
export function pollTook(startedAt: Date, at: Date): number {
  const took = at.getTime() - startedAt.getTime();
  return took < 0 || took > LONGEST_POLL_MS ? 0 : Math.min(MINUTE_MS, took);
}

/** @param wait ms from the poll's start to the next one's */
function fromStart({ startedAt, at }: Answer, wait: number): number {
  const took = pollTook(startedAt, at);
  return Math.max(SHORTEST_PAUSE_MS, Math.max(MINUTE_MS, wait) - took);
}
