import { DateTime } from 'luxon';
import type { Logger } from '../logger.ts';
import { allNames } from '../options/names.ts';
import type { Rest } from './nightRest.ts';

/** Tells the edges of the night. */
export class NightReporter {
  readonly #log: Logger;
  #isNight = false;
  #isPositionWrong = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param ecu what the log calls it */
  onNight(ecu: string, { sunrise, isPositionWrong }: Rest): void {
    if (isPositionWrong && !this.#isPositionWrong) {
      this.#log.warn(
        `${ecu} works while the sun is down at the position of the options: is ${allNames('latitude')} or ${allNames('longitude')} wrong? ` +
          'It is not rested at night until the position is right',
      );
    } else if (sunrise !== null && !this.#isNight) {
      // By the clock that stamps the log's lines.
      const hour = DateTime.fromJSDate(sunrise).toFormat('HH:mm');
      this.#log.info(`Night: no inverter of ${ecu} works. Resting until ${hour}`);
    } else if (sunrise === null && this.#isNight) {
      this.#log.info(`Morning: polling ${ecu} again`);
    }
    this.#isNight = sunrise !== null;
    this.#isPositionWrong = isPositionWrong;
  }
}
