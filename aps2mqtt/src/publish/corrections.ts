import type { Clock } from '../clock.ts';

/** ms that somebody who sets things right again and again has to wait. */
export interface Patience {
  readonly first: number;
  readonly longest: number;
}

/** A topic that nobody has touched for so long, ms, or four of its pauses, is new. */
const FORGIVEN_MS = 600_000;
const SECOND_MS = 1_000;

/**
 * When something that another program has changed may be set right: the first time soon, then after longer and longer
 * pauses, so that two programs that don't agree make no storm.
 */
export class Corrections {
  readonly #clock: Clock;
  readonly #onTurn: () => void;
  /** When each was changed last, and the pause after it. */
  readonly #last = new Map<string, { readonly at: number; readonly pause: number }>();
  readonly #waiting = new Set<string>();

  constructor(clock: Clock, onTurn: () => void) {
    this.#clock = clock;
    this.#onTurn = onTurn;
  }

  /** Somebody has changed what is kept on a topic. */
  note(topic: string, { first, longest }: Patience, signal: AbortSignal): void {
    if (this.#waiting.has(topic)) {
      return;
    }
    const now = this.#clock.now().getTime();
    const last = this.#last.get(topic);
    const isNew = last === undefined || Math.abs(now - last.at) > Math.max(FORGIVEN_MS, 4 * last.pause);
    const pause = isNew ? first : Math.min(Math.max(2 * last.pause, SECOND_MS), longest);
    this.#last.set(topic, { at: now, pause });
    if (pause === 0) {
      this.#onTurn();
      return;
    }
    this.#waiting.add(topic);
    const onTurn = () => {
      this.#waiting.delete(topic);
      this.#onTurn();
    };
    this.#clock.sleep(pause, signal).then(onTurn, () => {});
  }

  /** Does it have to wait for its turn? */
  isWaiting(topic: string): boolean {
    return this.#waiting.has(topic);
  }
}
