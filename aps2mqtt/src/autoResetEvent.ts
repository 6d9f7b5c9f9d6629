import type { Clock } from './clock.ts';

/** Wakes one sleeper. What is set while nobody waits is kept until somebody does, who resets it. */
export class AutoResetEvent {
  #isSet = false;
  #wake: () => void = () => {};

  set(): void {
    this.#isSet = true;
    this.#wake();
  }

  /** Resolves when it is set, or at once where it was; also when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    await this.#until((woken) => new Promise((resolve) => woken.addEventListener('abort', () => resolve())), signal);
  }

  /**
   * Resolves after `ms` milliseconds, or earlier when it is set; also when the signal is aborted.
   *
   * @returns whether it was set
   */
  sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    return this.#until((woken) => clock.sleep(ms, woken), signal);
  }

  /** Leaves no listener behind on a signal that lives as long as the program. */
  async #until(wait: (woken: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<boolean> {
    if (!this.#isSet && !signal.aborted) {
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
    const wasSet = this.#isSet;
    this.#isSet = false;
    return wasSet;
  }
}
