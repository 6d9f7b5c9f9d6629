import { DateTime } from 'luxon';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { MeterSnapshot } from '../site/extras.ts';
import { countMeter, type MeterEnergy } from './meterEnergy.ts';
import { consumptionOf, type MeterPoints, newestOf, parseMeters, UNKNOWN_POWERS } from './meters.ts';

export interface MeterSettings {
  /** What the log calls the ECU. */
  readonly name: string;
  /** IANA zone of its clock. */
  readonly timezone: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const HOUR_MS = 3_600_000;
/** Rounds in a row in which the page gave nothing, after which it is left alone for an hour. */
const FAILURES = 3;
/** Older values are none. */
const FRESH_MS = 15 * 60_000;

/** Reads the meters of one ECU-C once a round, and counts what comes in and goes out. */
export class MeterReader {
  readonly #ask: (signal: AbortSignal) => Promise<unknown>;
  readonly #settings: MeterSettings;
  #energy: MeterEnergy | null;
  #points: MeterPoints = { production: [], grid: [] };
  #failures = 0;
  /** ms since 1970. */
  #restsUntil = 0;

  /** @param ask the page for the meters' points */
  constructor(ask: (signal: AbortSignal) => Promise<unknown>, saved: MeterEnergy | null, settings: MeterSettings) {
    this.#ask = ask;
    this.#energy = saved;
    this.#settings = settings;
  }

  /** To be kept over a restart. */
  get energy(): MeterEnergy | null {
    return this.#energy;
  }

  get isResting(): boolean {
    return this.#settings.clock.now().getTime() < this.#restsUntil;
  }

  async read(signal: AbortSignal): Promise<void> {
    const { clock, log, name, timezone } = this.#settings;
    try {
      this.#points = parseMeters(await this.#ask(signal), timezone);
      this.#energy = countMeter(this.#energy, this.#points.grid, clock.now());
      if (this.#failures >= FAILURES) {
        log.info(`${name}: its meters can be read again`);
      }
      this.#failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      this.#failures++;
      log.debug(`${name}: its meters cannot be read: ${messageOf(error)}`);
      if (this.#failures >= FAILURES) {
        this.#restsUntil = clock.now().getTime() + HOUR_MS;
      }
      if (this.#failures === FAILURES) {
        log.warn(`${name}: its meters cannot be read: ${messageOf(error)}. Trying again in an hour`);
      }
    }
  }

  snapshot(): MeterSnapshot {
    const { clock, timezone } = this.#settings;
    const newest = newestOf(this.#points);
    const isFresh = newest !== null && Math.abs(clock.now().getTime() - newest.time) <= FRESH_MS;
    const { production, grid } = isFresh ? newest : { production: UNKNOWN_POWERS, grid: UNKNOWN_POWERS };
    const { gridImport = null, gridExport = null } = this.#energy ?? {};
    const measured = newest && DateTime.fromMillis(newest.time, { zone: timezone });
    return {
      isFresh,
      measuredAt: measured?.toISO({ suppressMilliseconds: true }) ?? null,
      production,
      grid,
      consumption: consumptionOf(production, grid),
      gridImport,
      gridExport,
    };
  }
}
