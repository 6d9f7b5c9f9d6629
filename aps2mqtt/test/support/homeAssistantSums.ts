/**
 * How Home Assistant adds up a sensor for its statistics (homeassistant/components/sensor/recorder.py): the sum is what
 * the Energy dashboard shows. A null is a state of unknown, which it skips.
 */

/**
 * `state_class: total`: every step counts, down as well as up. Only with another `last_reset` the value counts from 0.
 *
 * @param resets that of each state, null for none
 */
export function sumOfTotal(states: readonly (number | null)[], resets: readonly unknown[] = []): number {
  const known = states.flatMap((state, index) => (state === null ? [] : [{ state, reset: resets[index] ?? null }]));
  return known.slice(1).reduce((sum, { state, reset }, index) => {
    const before = known[index];
    const isReset = reset !== null && reset !== before?.reset;
    return sum + state - (isReset ? 0 : (before?.state ?? 0));
  }, 0);
}

/** `state_class: total_increasing`: a fall to less than nine tenths is a reset, and what it fell to counts from 0. */
export function sumOfTotalIncreasing(states: readonly (number | null)[]): number {
  const known = states.filter((state) => state !== null);
  return known.slice(1).reduce((sum, state, index) => {
    const before = known[index] ?? 0;
    return sum + (state < 0.9 * before ? state : state - before);
  }, 0);
}
