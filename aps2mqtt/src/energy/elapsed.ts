import { stampToMs } from '../ecu/stamp.ts';
import type { SeenRound } from './countingState.ts';

const MINUTE_MS = 60_000;
/** Before any was seen. */
const USUAL_MS = 5 * MINUTE_MS;
const SHORTEST_MS = MINUTE_MS;
/** A person may ask for a poll an hour, and a simulated hour may take a minute; longer ones are no rounds. */
const LONGEST_MS = 100 * MINUTE_MS;
const KEPT_INTERVALS = 5;
/** No clock that was only set badly runs so much faster. */
const FAST = 2;
const KEPT_STAMPS = 4;
/** So many usual rounds are bridged, and half a one for rounds that are not quite even. */
const BRIDGED_ROUNDS = 2.5;

/** What time has gone by since the round before. */
export interface Elapsed {
  /** ms. */
  readonly ms: number;
  /** Of one round, as they mostly are, ms. */
  readonly usualMs: number;
  /** More than is bridged by a power that holds. */
  readonly isLong: boolean;
}

export interface Moment {
  /** `yyyy-mm-dd hh:mm:ss` by the ECU's clock; null without one. */
  readonly stamp: string | null;
  /** Ours. */
  readonly at: number;
}

/** The usual time from round to round: the median of the last ones. */
function usualRound(intervals: readonly number[]): number {
  const sorted = [...intervals].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? USUAL_MS;
}

/**
 * The time between two rounds is that between their stamps, which does not depend on how late we read them. Where it is
 * another than ours by more than a round can explain, one of the clocks was set, or autumn has repeated an hour: then the
 * one that makes it a usual round is right, or else ours. An ECU whose clock always runs faster has usual rounds, too.
 */
export function elapsedSince(before: Moment, moment: Moment, intervals: readonly number[]): Elapsed {
  const usualMs = usualRound(intervals);
  const { ours, theirs } = differences(before, moment);
  const ms = Math.max(0, theirs === null ? ours : chosen(ours, theirs, usualMs));
  return { ms, usualMs, isLong: ms > BRIDGED_ROUNDS * usualMs };
}

function differences(before: Moment, { stamp, at }: Moment) {
  const theirs = stamp === null || before.stamp === null ? null : differenceOf(before.stamp, stamp);
  return { ours: at - before.at, theirs };
}

function chosen(ours: number, theirs: number, usualMs: number): number {
  if (theirs > 0 && Math.abs(ours - theirs) <= Math.max(usualMs, USUAL_MS) + MINUTE_MS) {
    return theirs;
  }
  const isUsual = (ms: number) => ms > 0 && ms <= BRIDGED_ROUNDS * usualMs;
  if (isUsual(ours) && isUsual(theirs)) {
    return Math.abs(ours - usualMs) <= Math.abs(theirs - usualMs) ? ours : theirs;
  }
  if (isUsual(ours) || !isUsual(theirs)) {
    return ours > 0 ? ours : theirs;
  }
  return theirs;
}

function differenceOf(from: string, to: string): number | null {
  const [start, end] = [stampToMs(from), stampToMs(to)];
  return start === null || end === null ? null : end - start;
}

/** With one more, by the ECU's clock where it has one, as far as that tells of the usual round. */
export function withInterval(intervals: readonly number[], before: Moment, moment: Moment): readonly number[] {
  const { ours, theirs } = differences(before, moment);
  const ms = theirs !== null && theirs > 0 ? theirs : ours;
  return ms < SHORTEST_MS || ms > LONGEST_MS ? intervals : [...intervals, ms].slice(-KEPT_INTERVALS);
}

/** Does its clock run faster than ours, as a simulated one may? */
export function runsFast(before: Moment, moment: Moment, intervals: readonly number[]): boolean {
  const { ours, theirs } = differences(before, moment);
  return theirs !== null && intervals.length > 0 && FAST * ours < Math.min(theirs, usualRound(intervals));
}

/** Was this round counted already? The hour that autumn repeats brings the same stamps again, an hour later. */
export function wasSeen(seen: readonly SeenRound[], { stamp, at }: Moment, intervals: readonly number[]): boolean {
  const newest = seen.at(-1);
  if (stamp === null || newest === undefined) {
    return false;
  }
  const near = (KEPT_STAMPS + 1) * usualRound(intervals);
  // The newest one stays for as long as it likes: an ECU that hangs repeats it for hours.
  return newest.stamp === stamp || seen.some((one) => one.stamp === stamp && Math.abs(at - one.at) < near);
}

/** Of the newest round. */
export function newestMoment({ seen, at }: { readonly seen: readonly SeenRound[]; readonly at: number }): Moment {
  const newest = seen.at(-1);
  return { stamp: newest?.at === at ? newest.stamp : null, at };
}

export function withSeen(seen: readonly SeenRound[], { stamp, at }: Moment): readonly SeenRound[] {
  return stamp === null ? seen : [...seen, { stamp, at }].slice(-KEPT_STAMPS);
}
