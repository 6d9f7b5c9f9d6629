import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

const DAY_MS = 24 * 3_600_000;
/** The inverters keep what is written in flash, which wears out. */
const MANY_A_DAY = 100;

/** Counts what is written to an ECU, and warns once a day of too much. */
export class WriteCount {
  readonly #world: { readonly name: string; readonly clock: Clock; readonly log: Logger };
  /** ms since 1970. */
  #times: number[] = [];
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(world: { readonly name: string; readonly clock: Clock; readonly log: Logger }) {
    this.#world = world;
  }

  add(): void {
    const { name, clock, log } = this.#world;
    const now = clock.now().getTime();
    this.#times = [...this.#times.filter((time) => now - time < DAY_MS), now];
    if (this.#times.length > MANY_A_DAY && now - this.#warnedAt >= DAY_MS) {
      this.#warnedAt = now;
      log.warn(
        `${name}: written to more than ${MANY_A_DAY} times in a day. Inverters keep limits in flash, which wears out: command less`,
      );
    }
  }
}
