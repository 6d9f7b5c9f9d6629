import type { Look } from './look.ts';

/** Looks in a row between which the ECU's clock ran faster than ours, always about as much. Small JSON. */
export interface FastClock {
  readonly looks: number;
  /** Times as fast as ours: the least and the most of these looks. */
  readonly least: number;
  readonly most: number;
  /** ms by its clock, beyond ours, that have not counted while it might have been set. */
  readonly uncountedMs: number;
}

/** What a look tells of the two clocks. */
export interface Pace {
  /** Null while the ECU's clock runs as ours does. */
  readonly row: FastClock | null;
  /** ms that count, by the ECU's clock: it is known to run faster. Null where it is not. */
  readonly elapsedMs: number | null;
  /** Known with this look: what was doubted before was judged by the wrong clock. */
  readonly isNew: boolean;
}

/** A clock that goes wrong is not off by so much. */
const FAST = 2;
/** A clock is set once, or twice. And by chance no look meets a new round that often so soon. */
const LOOKS_UNTIL_STEADY = 3;
/** Looks meet one round more or less. */
const MOST_UNEVEN = 2;

/**
 * An ECU whose clock always runs faster than ours is a simulated one, and its energies grow as fast. It has to show that
 * for some looks in a row: a clock that was set must not pass for hours in which energy was made.
 *
 * @param row from the look before
 * @param before null for the first look
 */
export function paceOf(row: FastClock | null, before: Look | null, now: Look): Pace {
  const ours = before === null ? 0 : now.at - before.at;
  const theirs = before === null || before.stamp === null || now.stamp === null ? 0 : now.stamp - before.stamp;
  if (ours <= 0 || theirs <= FAST * ours) {
    return { row: null, elapsedMs: null, isNew: false };
  }
  const pace = theirs / ours;
  const { looks, ...bounds } = row ?? { looks: 0, least: pace, most: pace, uncountedMs: 0 };
  const [least, most] = [Math.min(bounds.least, pace), Math.max(bounds.most, pace)];
  if (most > MOST_UNEVEN * least) {
    return { row: { looks: 1, least: pace, most: pace, uncountedMs: theirs - ours }, elapsedMs: null, isNew: false };
  }
  const isSteady = looks + 1 >= LOOKS_UNTIL_STEADY;
  return {
    row: { looks: looks + 1, least, most, uncountedMs: isSteady ? 0 : bounds.uncountedMs + theirs - ours },
    elapsedMs: isSteady ? theirs + bounds.uncountedMs : null,
    isNew: isSteady && looks < LOOKS_UNTIL_STEADY,
  };
}
