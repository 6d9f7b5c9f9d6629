import type { Clock } from '../clock.ts';

/**
 * ms to the next repetition of the states after an announcement, for entities that did not listen before: the broker
 * keeps no states unless `retain` is on. Home Assistant 2026.11 made and subscribed 880 entities in 2 s on a desktop; a
 * small machine takes several times as long.
 */
const REPEAT_MS = [1_000, 4_000, 10_000];

/** Does something several times, later and later. */
export class Repetition {
  readonly #clock: Clock;
  #current: symbol | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#current !== null;
  }

  /**
   * Begins anew; what was under way ends.
   *
   * @throws the signal's reason when it is aborted; what `act` throws
   */
  async run(act: () => void, signal: AbortSignal): Promise<void> {
    const own = Symbol();
    this.#current = own;
    try {
      for (const ms of REPEAT_MS) {
        await this.#clock.sleep(ms, signal);
        if (this.#current !== own) {
          return;
        }
        act();
      }
    } finally {
      this.#current = this.#current === own ? null : this.#current;
    }
  }
}
