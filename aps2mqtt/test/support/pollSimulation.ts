import type { LearnedTiming } from '../../src/polling/learnedTiming.ts';
import { createSchedule, type Schedule } from '../../src/polling/schedule.ts';

export type Random = () => number;

/** A seeded source of numbers from 0 up to 1 (mulberry32): the same seed makes the same days. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Days {
  readonly seed: number;
  readonly hours: number;
  /** s of round `index`; 300 unless told. */
  readonly length?: (random: Random, index: number) => number;
  /** s from a round's stamp until its values show; 5 to 25 at random unless told. */
  readonly delay?: (random: Random) => number;
  /** What the ECU's clock shows at a moment, in ms; null for a stamp that is missing, LIVE for the time of each reply. */
  readonly ecuClock?: (ms: number) => number | null | typeof LIVE;
  /** What our clock shows at a moment, in ms. */
  readonly ourClock?: (ms: number) => number;
  readonly isOnline?: (ms: number) => boolean;
  readonly learned?: LearnedTiming | null;
  /** The share of polls that fail. */
  readonly failing?: number;
  /** ms that a poll takes; 100 unless told. */
  readonly took?: (random: Random) => number;
  /** ms from now at which a person asks for a poll, when that is before the schedule's own; null for never. */
  readonly refresh?: (random: Random) => number | null;
}

export interface Poll {
  /** ms of true time at its start. */
  readonly at: number;
  /** Counts up from round to round. */
  readonly round: number;
  readonly isNewRound: boolean;
  /** s from the true moment of the round's stamp until its values are out. */
  readonly age: number;
}

export interface Result {
  readonly polls: readonly Poll[];
  /** ms of true time at which each round began to show. */
  readonly shows: readonly number[];
  readonly start: number;
  readonly schedule: Schedule;
}

/** A day begins at an hour that nobody chose, on 1 June 2026. */
export const FIRST_DAY = Date.UTC(2026, 5, 1);
const POLL_MS = 100;
export const LIVE = 'live';

function printStamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** Polls an ECU as the schedule says, over days that take no time. */
export function simulateDays(days: Days): Result {
  const random = seeded(days.seed);
  const start = FIRST_DAY + Math.floor(random() * 3_600_000);
  const end = start + days.hours * 3_600_000;
  const rounds = makeRounds(days, random, start - 2_000_000, end + 2_000_000);
  const schedule = createSchedule({ pollInterval: null, learned: days.learned ?? null });
  const ourClock = days.ourClock ?? ((ms: number) => ms);
  const polls: Poll[] = [];
  let newest = 0;
  let known = -1;
  let failures = 0;
  for (let now = start; now < end; ) {
    while ((rounds[newest + 1]?.shows ?? Number.POSITIVE_INFINITY) <= now) {
      newest++;
    }
    const round = rounds[newest];
    if (round === undefined) {
      throw new Error('no round has begun');
    }
    const done = now + (days.took?.(random) ?? POLL_MS);
    // Only a world of failures draws numbers for them: the same seed makes the same delays.
    if (days.failing !== undefined && random() < days.failing) {
      failures++;
      now = done + schedule.afterFailure(failures);
      continue;
    }
    failures = 0;
    polls.push({ at: now, round: newest, isNewRound: newest !== known, age: (done - round.begins) / 1_000 });
    known = newest;
    const wait = schedule.afterAnswer({
      stamp: round.stamp === LIVE ? printStamp(now) : round.stamp,
      startedAt: new Date(ourClock(now)),
      at: new Date(ourClock(done)),
      anyOnline: days.isOnline?.(now) ?? true,
    });
    const called = days.refresh?.(random) ?? Number.POSITIVE_INFINITY;
    // The poller keeps the minute from start to start, whoever asks.
    now = Math.min(done + wait, Math.max(now + 60_000, done + called));
  }
  const shows = rounds.map((round) => round.shows).filter((ms) => ms >= start && ms < end);
  return { polls, shows, start, schedule };
}

function makeRounds(days: Days, random: Random, from: number, to: number) {
  const rounds: { begins: number; shows: number; stamp: string | null }[] = [];
  let begins = from + Math.floor(random() * 300_000);
  for (let index = 0; begins < to; index++) {
    const delay = days.delay?.(random) ?? 5 + 20 * random();
    const clock = days.ecuClock === undefined ? begins : days.ecuClock(begins);
    const stamp = clock === null || clock === LIVE ? clock : printStamp(clock);
    rounds.push({ begins, shows: begins + 1_000 * delay, stamp });
    begins += 1_000 * (days.length?.(random, index) ?? 300);
  }
  return rounds;
}

/** What the budgets are about, from hour `from` to hour `to`. */
export function figures({ polls, shows, start }: Result, from: number, to: number) {
  const isIn = (ms: number) => ms >= start + from * 3_600_000 && ms < start + to * 3_600_000;
  const asked = polls.filter(({ at }) => isIn(at));
  const ages = asked.filter(({ isNewRound }) => isNewRound).map(({ age }) => age);
  const rounds = shows.filter(isIn).length;
  const missed = asked.reduce(
    (sum, { round }, index) => sum + Math.max(0, round - (asked[index - 1]?.round ?? round) - 1),
    0,
  );
  return { ages, rounds, missed, pollsPerRound: asked.length / rounds };
}

/** s between the starts of polls that follow each other. */
export function gaps(polls: readonly Poll[]): number[] {
  return polls.slice(1).map(({ at }, index) => (at - (polls[index]?.at ?? at)) / 1_000);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What such a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
