/**
 * What is learned of an ECU's poll rounds, and how one poll's outcome changes it. Small and serialisable: with it a
 * restart begins settled. All in ms.
 */
export interface LearnedTiming {
  /** From one round's stamp to the next. */
  readonly roundMs: number;
  /** Our time at which to ask early for a round, minus its stamp read as UTC: zones and clock errors are in it. */
  readonly offsetMs: number;
  /** How far the outcome of one poll moves the offset. */
  readonly stepMs: number;
  /** What to add to the offset to be nearly sure. */
  readonly spreadMs: number;
}

const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;

/** Rounds take 5 to 15 minutes (PROTOCOL 12). Stamps nearer or further apart are a clock that was set. */
export const SHORTEST_ROUND_MS = 2 * MINUTE_MS;
export const LONGEST_ROUND_MS = 30 * MINUTE_MS;

/** Looks this near to each other leave no room for a round between them. */
export const NEAR_MS = 90 * SECOND_MS;

/** The shares of asks that shall find the new round: early ones for young values, late ones to be nearly sure. */
const EARLY_HITS = 0.68;
const LATE_HITS = 0.95;

const FIRST_STEP_MS = MINUTE_MS / 2;
const LEAST_STEP_MS = 150;
/** Steps shrink like 1/n, the quickest that still finds a quantile from hits and misses (Robbins and Monro). */
const STEP_SCALE_MS = 25 * SECOND_MS;
/** So many early hits, or misses, in a row are hardly chance (1 in 200): what we look for has moved, steps grow again. */
const MOST_HITS_IN_A_ROW = 14;
const MOST_MISSES_IN_A_ROW = 5;

const FIRST_SPREAD_MS = 3 * SECOND_MS;
const SPREAD_STEP_MS = 3 * SECOND_MS;
const LEAST_SPREAD_MS = SECOND_MS / 2;
export const MOST_SPREAD_MS = MINUTE_MS;

/** @param offsetMs known to half a minute */
export function foundTiming(roundMs: number, offsetMs: number): LearnedTiming {
  return { roundMs, offsetMs, stepMs: FIRST_STEP_MS, spreadMs: FIRST_SPREAD_MS };
}

/**
 * Down a little after a hit, up more after a miss: in the long run the wanted share of early asks hits, whatever the
 * delays are like.
 *
 * @param row early hits in a row up to this one; misses in a row as a negative number
 */
export function afterEarlyAsk(learned: LearnedTiming, row: number): LearnedTiming {
  const { offsetMs, stepMs } = learned;
  const hasMoved = row > MOST_HITS_IN_A_ROW || row < -MOST_MISSES_IN_A_ROW;
  return {
    ...learned,
    offsetMs: offsetMs + stepMs * (row > 0 ? EARLY_HITS - 1 : EARLY_HITS),
    stepMs: hasMoved
      ? Math.min(FIRST_STEP_MS, 2 * stepMs)
      : Math.max(LEAST_STEP_MS, (stepMs * STEP_SCALE_MS) / (STEP_SCALE_MS + stepMs)),
  };
}

export function afterLateAsk(learned: LearnedTiming, isHit: boolean): LearnedTiming {
  const spreadMs = learned.spreadMs + SPREAD_STEP_MS * (isHit ? LATE_HITS - 1 : LATE_HITS);
  return { ...learned, spreadMs: Math.min(MOST_SPREAD_MS, Math.max(LEAST_SPREAD_MS, spreadMs)) };
}

/**
 * The length of a round, from two stamps that we saw one after the other.
 *
 * @param sinceLook ms between the two looks: when they were far apart, rounds may have come and gone unseen
 * @returns null while it is not known
 */
export function roundLength(before: number | null, sinceStamp: number, sinceLook: number): number | null {
  if (sinceStamp < SHORTEST_ROUND_MS || sinceStamp > LONGEST_ROUND_MS) {
    return before;
  }
  if (before === null) {
    return sinceStamp;
  }
  if (Math.abs(sinceStamp - before) <= before / 10) {
    return before + (sinceStamp - before) / 4;
  }
  const mayHaveSkipped = sinceLook > NEAR_MS && sinceStamp >= 1.5 * before;
  return mayHaveSkipped ? before : sinceStamp;
}
