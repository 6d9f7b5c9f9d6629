import { pause } from '../trial.ts';

/** ms between two looks: dozens of cases wait at the same time, and times are taken where things happen. */
const STEP = 40;

/**
 * Waits until `look` finds something.
 *
 * @throws Error when it has not within `timeout` ms
 */
export async function soon<T>(what: string, look: () => T | null | undefined | false, timeout: number): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) {
      return found;
    }
    if (performance.now() > end) {
      throw new Error(`nothing after ${Math.round(timeout / 1000)} s: ${what}`);
    }
    await pause(STEP);
  }
}
