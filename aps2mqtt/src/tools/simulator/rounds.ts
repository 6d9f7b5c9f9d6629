/** When a simulated ECU polls its inverters, and when that shows. All moments are ms since 1970. */
export interface Rounds {
  /** The newest round whose values show at `now`. */
  visibleAt(now: number): number;
  /** The round behind this one. */
  next(round: number): number;
  /** When a round's values begin to show. */
  showsAt(round: number): number;
  /** ms from one round to the next. */
  readonly length: number;
}

/**
 * @param length seconds between rounds
 * @param delay seconds from a round's stamp until its values show, less than a round
 * @param anchor any moment a round begins at; whole multiples of `length` since 1970 unless told
 * @throws RangeError when a round would begin before the one before it shows
 */
export function regularRounds(length: number, delay: number | ((round: number) => number), anchor = 0): Rounds {
  if (!(length > 0) || (typeof delay === 'number' && !(delay >= 0 && delay < length))) {
    throw new RangeError(`rounds of ${length} s that show after ${delay} s: a delay is shorter than its round`);
  }
  const ms = length * 1000;
  const showsAt = (round: number) => round + 1000 * (typeof delay === 'number' ? delay : delay(round));
  return {
    length: ms,
    next: (round) => round + ms,
    showsAt,
    visibleAt(now) {
      const begun = anchor + Math.floor((now - anchor) / ms) * ms;
      return showsAt(begun) <= now ? begun : begun - ms;
    },
  };
}
