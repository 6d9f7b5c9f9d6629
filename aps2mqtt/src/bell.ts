import type { Clock } from './clock.ts';

/** Wakes one sleeper. A ring that nobody waits for is kept until somebody does. */
export class Bell {
  #isRung = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Resolves by the next ring, or at once for one that was kept; also when the signal is aborted. */
  async heard(signal: AbortSignal): Promise<void> {
    await this.#until((woken) => new Promise((resolve) => woken.addEventListener('abort', () => resolve())), signal);
  }

  /**
   * Resolves after `ms` milliseconds, or earlier by a ring; also when the signal is aborted.
   *
   * @returns whether it rang
   */
  sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    return this.#until((woken) => clock.sleep(ms, woken), signal);
  }

  /** Leaves no listener behind on a signal that lives as long as the program. */
  async #until(wait: (woken: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<boolean> {
    if (!this.#isRung && !signal.aborted) {
      const waking = new AbortController();
      const wake = () => waking.abort();
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
      try {
        await wait(waking.signal);
      } catch (error) {
        if (!waking.signal.aborted) {
          throw error;
        }
      } finally {
        signal.removeEventListener('abort', wake);
        this.#wake = () => {};
      }
    }
    const wasRung = this.#isRung;
    this.#isRung = false;
    return wasRung;
  }
}
