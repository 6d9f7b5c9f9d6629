/** What is kept of a look at an ECU, to know the time until the next one. */
export interface Look {
  /** Our clock, ms since 1970. */
  readonly at: number;
  /** The ECU's own clock, in ms; only differences mean anything. Null where it is not set. */
  readonly stamp: number | null;
  readonly anyOnline: boolean;
}

/** The time from one look to the next, and what can have been made in it. */
export interface Interval {
  readonly now: Look;
  readonly elapsedMs: number;
  /** Short enough that the two looks vouch for what was between them. */
  readonly isWatched: boolean;
  /** An inverter was online at either end. */
  readonly isOnline: boolean;
  /** kW of all inverters together at the very most. */
  readonly peakKw: number;
}

export const HOUR_MS = 3_600_000;
/** The longest poll interval is an hour; an answer may be late. */
const LONGEST_WATCH_MS = 70 * 60_000;
/** No day with energy worth the name fits between two looks that saw every inverter offline, unless they are so far apart. */
const SHORTEST_DAY_MS = 4 * HOUR_MS;

/**
 * Time between two moments. One of the two clocks may have been set: a negative time is none, and of two the shorter is
 * believed, since a jump ahead must not pass for hours in which energy was made.
 */
export function elapsedBetween(from: Pick<Look, 'at' | 'stamp'>, to: Pick<Look, 'at' | 'stamp'>): number {
  const ours = to.at - from.at;
  const theirs = from.stamp === null || to.stamp === null ? Number.NaN : to.stamp - from.stamp;
  const times = [ours, theirs].filter((ms) => ms >= 0);
  return times.length === 0 ? 0 : Math.min(...times);
}

/**
 * @param before null for the first look
 * @param fastMs by the ECU's clock, where that is known to run faster than ours
 */
export function intervalSince(before: Look | null, now: Look, peakKw: number, fastMs: number | null): Interval {
  if (before === null) {
    return { now, elapsedMs: 0, isWatched: true, isOnline: now.anyOnline, peakKw };
  }
  const isOnline = before.anyOnline || now.anyOnline;
  if (fastMs !== null) {
    // However long it takes by that clock, by ours it is a usual wait.
    return { now, elapsedMs: fastMs, isWatched: true, isOnline, peakKw };
  }
  const ours = now.at - before.at;
  // The ECU's stamps come in whole rounds: they are asked only where our clock tells of no usual wait.
  const isUsual = ours >= 0 && ours <= LONGEST_WATCH_MS;
  const elapsedMs = isUsual ? ours : elapsedBetween(before, now);
  const isWatched = elapsedMs <= LONGEST_WATCH_MS || (!isOnline && elapsedMs < SHORTEST_DAY_MS);
  return { now, elapsedMs, isWatched, isOnline, peakKw };
}
