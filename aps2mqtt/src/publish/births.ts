import type { Clock } from '../clock.ts';

/** ms from one birth to the next that is answered: all that came between are one. */
const REST_MS = 10_000;

/** Home Assistant says that it has started: everything is said again, but not for each of a hundred births. */
export class Births {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #isDue = false;
  #isResting = false;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  note(): void {
    this.#isDue = true;
    this.#onDue();
  }

  /** @returns whether there is one to be answered now */
  take(signal: AbortSignal): boolean {
    if (!this.#isDue || this.#isResting) {
      return false;
    }
    this.#isDue = false;
    this.#isResting = true;
    const onRested = () => {
      this.#isResting = false;
      this.#onDue();
    };
    this.#clock.sleep(REST_MS, signal).then(onRested, () => {});
    return true;
  }
}
