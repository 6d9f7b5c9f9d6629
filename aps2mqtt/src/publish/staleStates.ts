import type { Kept } from './kept.ts';

/**
 * What the broker keeps although it should not: states from a time when `retain` was on, or from the Python program, which
 * each new subscriber would take for fresh; pictures that nobody makes any more.
 */
export class StaleStates {
  readonly #kept: Kept;
  readonly #topicsOf: (ecuId: string, inverterIds: readonly string[]) => readonly string[];
  readonly #watched = new Set<string>();
  /** Not looked at yet. */
  #open: string[] = [];

  constructor(kept: Kept, topicsOf: (ecuId: string, inverterIds: readonly string[]) => readonly string[]) {
    this.#kept = kept;
    this.#topicsOf = topicsOf;
  }

  onConnect(): void {
    this.#open = [...this.#watched];
  }

  watch(ecuId: string, inverterIds: readonly string[]): void {
    for (const topic of this.#topicsOf(ecuId, inverterIds).filter((one) => !this.#watched.has(one))) {
      this.#watched.add(topic);
      this.#open.push(topic);
      this.#kept.peek([topic]);
    }
  }

  /** When `kept` is complete, and nothing reads them or nobody minds. */
  empty(): void {
    this.#kept.empty(this.#open.filter((topic) => this.#kept.has(topic)));
    this.#open = [];
  }
}
