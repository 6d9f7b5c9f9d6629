import { DateTime } from 'luxon';
import type { Logger } from '../logger.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';

/** One line for each ECU, when its first values have reached somebody: what is there now, and when the next ones come. */
export class FirstRounds {
  readonly #reader: string;
  readonly #log: Logger;
  readonly #told = new Set<string>();
  /** What waits for the broker, by ECU. */
  readonly #waiting = new Map<string, string>();
  #isConnected = false;

  /** @param reader who has the values then, such as `Home Assistant` */
  constructor(reader: string, log: Logger) {
    this.#reader = reader;
    this.#log = log;
  }

  onConnect(): void {
    this.#isConnected = true;
    this.#tell();
  }

  /** Once it knows its inverters. @param next when this ECU is asked again */
  onRound({ ecuId, model, inverters }: EcuSnapshot, next: Date): void {
    if (!this.#told.has(ecuId) && inverters.length > 0) {
      const panels = inverters.reduce((sum, { powers }) => sum + powers.length, 0);
      const what = `${counted(inverters.length, 'inverter')} and ${counted(panels, 'panel')}`;
      // By the clock that stamps the log's lines.
      const hour = DateTime.fromJSDate(next).toFormat('HH:mm');
      this.#waiting.set(ecuId, `${model} ${ecuId} with ${what} now. It is asked for new values at ${hour}`);
      this.#tell();
    }
  }

  #tell(): void {
    for (const [ecuId, text] of this.#isConnected ? this.#waiting : []) {
      this.#told.add(ecuId);
      this.#waiting.delete(ecuId);
      this.#log.info(`${this.#reader} has ${text}`);
    }
  }
}

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
