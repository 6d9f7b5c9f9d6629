import type { Logger } from '../logger.ts';
import type { InverterSnapshot } from '../site/snapshot.ts';
import type { Problem } from '../site/verdict.ts';

/** Problems that the log knows of: one line when one begins, one when it ends. */
export class Told {
  readonly #log: Logger;
  /** Kind by place. */
  readonly #open = new Map<string, Problem['kind']>();

  constructor(log: Logger) {
    this.#log = log;
  }

  take(ecuName: string, inverters: readonly InverterSnapshot[]): void {
    for (const { id, family, verdict } of inverters) {
      const places = [null, ...verdict.panels.map((_, index) => index + 1)];
      for (const panel of places) {
        const problem = verdict.problems.find((one) => one.panel === panel);
        const place = `${id}/${panel}`;
        const before = this.#open.get(place);
        const what = `${ecuName}: ${family ?? 'inverter'} ${id}${panel === null ? '' : `, panel ${panel}`}`;
        if (problem !== undefined && problem.kind !== before) {
          this.#open.set(place, problem.kind);
          this.#log.warn(`${what} is ${problem.kind} since ${problem.since}: ${problem.reason}`);
        } else if (problem === undefined && before !== undefined) {
          this.#open.delete(place);
          this.#log.info(`${what} is no longer ${before}`);
        }
      }
    }
  }
}
