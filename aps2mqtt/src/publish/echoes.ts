import type { Clock } from '../clock.ts';

/** What we said and have not heard back for so long, ms, was lost on its way to us. */
const LOST_MS = 30_000;

interface Said {
  readonly payload: string;
  /** ms since 1970. */
  readonly at: number;
}

/** Tells our own words, which a broker gives back to us, from what others say: by their order on each topic. */
export class Echoes {
  readonly #clock: Clock;
  readonly #said = new Map<string, readonly Said[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  clear(): void {
    this.#said.clear();
  }

  /** Nothing of what was said there will come back. */
  forget(topic: string): void {
    this.#said.delete(topic);
  }

  /** We say it, and listen there. */
  expect(topic: string, payload: string): void {
    this.#said.set(topic, [...(this.#said.get(topic) ?? []), { payload, at: this.#clock.now().getTime() }]);
  }

  /** @returns whether it is ours, and the last that was under way; `foreign` also while ours are still to come */
  take(topic: string, payload: string): 'foreign' | 'ours' | 'oursAtLast' {
    const said = this.#lately(topic);
    const own = said.findIndex((one) => one.payload === payload);
    if (own < 0) {
      return 'foreign';
    }
    const left = said.slice(own + 1);
    if (left.length === 0) {
      this.#said.delete(topic);
      return 'oursAtLast';
    }
    this.#said.set(topic, left);
    return 'ours';
  }

  isAwaited(topic: string): boolean {
    return this.#lately(topic).length > 0;
  }

  #lately(topic: string): readonly Said[] {
    const now = this.#clock.now().getTime();
    return (this.#said.get(topic) ?? []).filter(({ at }) => Math.abs(now - at) < LOST_MS);
  }
}
