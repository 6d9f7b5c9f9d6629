import type { Topics } from '../mqtt/contract/topics.ts';
import type { Kept } from './kept.ts';

/**
 * States that the broker keeps although it should not, from a time when `retain` was on, or from the Python program: each
 * new subscriber would take them for fresh.
 */
export class StaleStates {
  readonly #kept: Kept;
  readonly #topics: Topics;
  readonly #watched = new Set<string>();
  /** Not looked at yet. */
  #open: string[] = [];

  constructor(kept: Kept, topics: Topics) {
    this.#kept = kept;
    this.#topics = topics;
  }

  onConnect(): void {
    this.#open = [...this.#watched];
  }

  watch(ecuId: string, inverterIds: readonly string[]): void {
    const topics = [this.#topics.ecu(ecuId), ...inverterIds.map((id) => this.#topics.inverter(ecuId, id))];
    for (const topic of topics.filter((one) => !this.#watched.has(one))) {
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
