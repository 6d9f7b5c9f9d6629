import type { Clock } from '../clock.ts';
import { ecuModel } from '../ecu/models.ts';
import { RestartError } from '../ecuweb/restart.ts';
import { type EcuError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { allNames } from '../options/names.ts';
import type { EcuOptions } from '../options/options.ts';
import { afterPoll, afterRestart, isInGrace, NO_OUTAGE, type Outage, type Remedy, remedyFor } from './restartPolicy.ts';

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
  #outage: Outage = NO_OUTAGE;
  #isUnderWay = false;

  constructor(ecu: EcuOptions, address: string, world: RestarterWorld) {
    this.#ecu = ecu;
    this.#address = address;
    this.#world = world;
  }

  get restarts(): readonly number[] {
    return this.#outage.restarts;
  }

  /** Another ECU is here. @param restarts when it was restarted, ms since 1970 */
  adopt(restarts: readonly number[]): void {
    this.#outage = { ...NO_OUTAGE, restarts };
  }

  /** Was it restarted a moment ago? */
  isInGrace(at: Date): boolean {
    return isInGrace(this.#outage, at);
  }

  /** Whether this ECU can be restarted, and the person wants that. */
  mayRestart(ecuId: string | null): boolean {
    const { autoRestart, wifiSsid, wifiPassword } = this.#ecu;
    // The request sets the ECU's WiFi: an empty name would take it away, an empty password open it to all.
    return autoRestart && wifiSsid !== '' && wifiPassword !== '' && ecuId !== null && ecuModel(ecuId).restartable;
  }

  onAnswer(): void {
    this.#outage = afterPoll(this.#outage, null);
  }

  /**
   * Restarts the ECU when it is time for that.
   *
   * @param ecuId of the ECU that was heard at this address since the start, and is not read elsewhere; null for none:
   *   what is there may be anything then, and gets no password
   * @param isGap silence is usual now
   * @returns whether nothing is left but to tell the person, once an outage
   */
  onFailure(error: EcuError, ecuId: string | null, at: Date, isGap: boolean, stop: AbortSignal): boolean {
    this.#outage = afterPoll(this.#outage, error);
    const remedy: Remedy = ecuId === null ? 'none' : remedyFor(this.#outage, at, isGap, this.mayRestart(ecuId));
    if (remedy === 'restart') {
      this.#restart(stop);
    }
    this.#outage = { ...this.#outage, isTold: this.#outage.isTold || remedy === 'powerCycle' };
    return remedy === 'powerCycle';
  }

  /** By the person's word; the log says why where it cannot be. @param ecuId as for `onFailure` */
  restart(ecuId: string | null, stop: AbortSignal): void {
    const { clock, log } = this.#world;
    const obstacle = this.#obstacle(ecuId, clock.now());
    if (obstacle === null) {
      this.#restart(stop);
    } else {
      log.info(`${this.#address}: no restart: ${obstacle}`);
    }
  }

  #obstacle(ecuId: string | null, at: Date): string | null {
    const { autoRestart, wifiSsid, wifiPassword } = this.#ecu;
    if (ecuId === null) {
      return 'no ECU has answered at this address since the start, so nobody knows what is there';
    }
    if (!ecuModel(ecuId).restartable) {
      return `this model (${ecuModel(ecuId).name}) cannot be restarted over the network`;
    }
    if (!autoRestart) {
      return `${allNames('ecu.auto_restart')} is off`;
    }
    if (wifiSsid === '' || wifiPassword === '') {
      const missing = allNames(wifiSsid === '' ? 'ecu.wifi_ssid' : 'ecu.wifi_password');
      return `${missing}, of the ECU's own WiFi, is missing`;
    }
    return this.isInGrace(at) ? 'the last one was less than ten minutes ago' : null;
  }

  #restart(stop: AbortSignal): void {
    if (this.#isUnderWay) {
      return;
    }
    this.#isUnderWay = true;
    this.#world.log.warn(`Restarting the ECU at ${this.#address}. It needs some ten minutes until it answers`);
    void this.#ask(stop).finally(() => {
      this.#isUnderWay = false;
    });
  }

  /** A request that has reached nobody is none: it neither counts nor gives the ECU time. Never rejects. */
  async #ask(stop: AbortSignal): Promise<void> {
    const { clock, log, onChange, restart } = this.#world;
    let hasArrived = true;
    try {
      await restart(this.#ecu, stop);
    } catch (error) {
      hasArrived = !(error instanceof RestartError) || error.hasArrived;
      if (!stop.aborted) {
        log.warn(`The ECU could not be restarted: ${messageOf(error)}. Unplug it for ten seconds`);
      }
    }
    if (hasArrived) {
      this.#outage = afterRestart(this.#outage, clock.now());
      onChange();
    }
  }
}
