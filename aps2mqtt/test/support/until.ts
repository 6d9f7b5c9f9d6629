/** Waits until `condition` gives something; fails after `timeout` ms with what was awaited. */
export async function until<T>(
  what: string,
  condition: () => T | null | undefined | false,
  timeout = 10_000,
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = condition();
    if (value !== null && value !== undefined && value !== false) {
      return value;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${timeout} ms for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Does it, within so many ms? */
export function comesTrue(condition: () => boolean, timeout: number): Promise<boolean> {
  return until('it', condition, timeout).catch(() => false);
}
