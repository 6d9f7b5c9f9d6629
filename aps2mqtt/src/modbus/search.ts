/** The highest unit that is guessed; owners number their inverters by hand. */
const LAST_GUESS = 32;

/** One unit to be read in a round. */
export interface Task {
  readonly unit: number;
  /** It answered before; others are guesses, each of which may cost a time-out. */
  readonly isKnown: boolean;
  /** Among the many that are asked slowly, once. */
  readonly isSlow: boolean;
}

/**
 * The units to ask: those that answered last, then 1 to the number of inverters, then all up to 32.
 *
 * @param known of the inverters that are wanted
 * @param elsewhere units that have answered as something else
 * @param inverters how many there are
 */
export function tasksOf(
  known: ReadonlySet<number>,
  elsewhere: ReadonlySet<number>,
  inverters: number,
  guess: 'none' | 'few' | 'all',
): Task[] {
  const last = guess === 'none' ? 0 : guess === 'few' ? inverters : Math.max(inverters, LAST_GUESS);
  const guesses = Array.from({ length: Math.min(last, 247) }, (_, index) => index + 1);
  return [
    ...Array.from(known, (unit) => ({ unit, isKnown: true, isSlow: false })),
    ...guesses
      .filter((unit) => !known.has(unit) && !elsewhere.has(unit))
      .map((unit) => ({ unit, isKnown: false, isSlow: unit > inverters })),
  ];
}
