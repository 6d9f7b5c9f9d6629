import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** ms of time that has passed; sleepers know nothing else. */
  #passed = 0;
  /** ms since 1970 when nothing had passed. */
  #epoch: number;
  #sleepers: Sleeper[] = [];
  readonly #settled: () => Promise<unknown>;

  /** @param settled resolves when nobody has anything to do but to wait for time to pass */
  constructor(start = '2026-06-01T12:00:00Z', settled: () => Promise<unknown> = setImmediate) {
    this.#epoch = Date.parse(start);
    this.#settled = settled;
  }

  now(): Date {
    return new Date(this.#epoch + this.#passed);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      };
      const wake = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper = { due: this.#passed + Math.max(0, ms), wake };
      signal.addEventListener('abort', stop, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** How many are asleep. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  /**
   * Lets time pass. Whoever wakes in it does so in order, and has done all it can before the next one wakes.
   *
   * @param isDone ends it early, at the moment when it comes true
   * @returns whether it did
   */
  async advance(ms: number, isDone: () => boolean = () => false): Promise<boolean> {
    const end = this.#passed + ms;
    await this.#settled();
    for (let next = this.#nextUntil(end); next !== undefined; next = this.#nextUntil(end)) {
      if (isDone()) {
        return true;
      }
      const { due, wake } = next;
      this.#passed = Math.max(this.#passed, due);
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      wake();
      await this.#settled();
    }
    const wasDone = isDone();
    this.#passed = wasDone ? this.#passed : end;
    return wasDone;
  }

  /** Somebody sets the clock; sleepers don't notice. */
  jump(ms: number): void {
    this.#epoch += ms;
  }

  #nextUntil(end: number): Sleeper | undefined {
    return this.#sleepers
      .filter(({ due }) => due <= end)
      .reduce<Sleeper | undefined>((first, other) => (first && first.due <= other.due ? first : other), undefined);
  }
}
