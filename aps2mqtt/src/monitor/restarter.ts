import type { Clock } from '../clock.ts';
import { ecuModel } from '../ecu/models.ts';
import { type EcuError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { EcuOptions } from '../options/options.ts';
import { afterPoll, afterRestart, isInGrace, NO_SILENCE, type Remedy, remedyFor, type Silence } from './silence.ts';

/** What a restarter needs of the world. */
export interface RestarterWorld {
  readonly clock: Clock;
  readonly log: Logger;
  readonly restart: (ecu: EcuOptions, signal: AbortSignal) => Promise<void>;
  /** The restarts, which are kept over our own, have changed. */
  readonly onChange: () => void;
}

/** Counts the polls that one ECU leaves unanswered, and restarts it where it may. */
export class Restarter {
  readonly #ecu: EcuOptions;
  readonly #address: string;
  readonly #world: RestarterWorld;
  #silence: Silence;

  /** @param restarts from before this start, ms since 1970 */
  constructor(ecu: EcuOptions, address: string, restarts: readonly number[], world: RestarterWorld) {
    this.#ecu = ecu;
    this.#address = address;
    this.#world = world;
    this.#silence = { ...NO_SILENCE, restarts };
  }

  get restarts(): readonly number[] {
    return this.#silence.restarts;
  }

  /** Was it restarted a moment ago? */
  isInGrace(at: Date): boolean {
    return isInGrace(this.#silence, at);
  }

  /** Whether this ECU can be restarted, and the person wants that. */
  mayRestart(ecuId: string | null): boolean {
    const { autoRestart, wifiSsid, wifiPassword } = this.#ecu;
    // The request sets the ECU's WiFi: an empty name would take it away, an empty password open it to all.
    return autoRestart && wifiSsid !== '' && wifiPassword !== '' && ecuId !== null && ecuModel(ecuId).restartable;
  }

  onAnswer(): void {
    this.#silence = afterPoll(this.#silence, null);
  }

  /**
   * Restarts the ECU when it is time for that.
   *
   * @param isGap silence is usual now
   * @returns whether nothing is left but to tell the person, once a silence
   */
  onFailure(error: EcuError, ecuId: string | null, at: Date, isGap: boolean, stop: AbortSignal): boolean {
    this.#silence = afterPoll(this.#silence, error);
    // What was never found may be anything, or not there at all.
    const remedy: Remedy = ecuId === null ? 'none' : remedyFor(this.#silence, at, isGap, this.mayRestart(ecuId));
    if (remedy === 'restart') {
      this.#restart(at, stop);
    }
    this.#silence = { ...this.#silence, isTold: this.#silence.isTold || remedy === 'powerCycle' };
    return remedy === 'powerCycle';
  }

  /** By the person's word; the log says why where it cannot be. */
  restart(ecuId: string | null, stop: AbortSignal): void {
    const { clock, log } = this.#world;
    const at = clock.now();
    if (!this.mayRestart(ecuId)) {
      log.info(
        `${this.#address}: no restart: auto_restart is off, or lacks the WiFi's name or password, or this model cannot be restarted`,
      );
    } else if (this.isInGrace(at)) {
      log.info(`${this.#address}: no restart now: the last one was less than ten minutes ago`);
    } else {
      this.#restart(at, stop);
    }
  }

  #restart(at: Date, stop: AbortSignal): void {
    const { log, onChange, restart } = this.#world;
    this.#silence = afterRestart(this.#silence, at);
    onChange();
    log.warn(`Restarting the ECU at ${this.#address}. It needs some ten minutes until it answers`);
    restart(this.#ecu, stop).catch((error: unknown) => {
      if (!stop.aborted) {
        log.warn(`The ECU could not be restarted: ${messageOf(error)}. Unplug it for ten seconds`);
      }
    });
  }
}
