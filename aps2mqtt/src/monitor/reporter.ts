import { DateTime } from 'luxon';
import type { EcuReading } from '../ecu/client.ts';
import { ecuModel } from '../ecu/models.ts';
import { type EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { EnergyNote } from '../site/energy.ts';
import { odditiesOf } from './oddities.ts';

/** After so many failed polls in a row an ECU counts as away. */
export const FAILURES_UNTIL_AWAY = 3;

/** Remembers so many oddities; an ECU that has more is not told about any further. */
const MOST_ODDITIES = 50;

/** Tells one ECU's story in the log: each change of state once, each oddity once, details at debug. */
export class Reporter {
  readonly #where: string;
  readonly #log: Logger;
  #ecuId: string | null = null;
  #trouble: string | null = null;
  #isNight = false;
  readonly #oddities = new Set<string>();

  /** @param where the address, as the person typed it */
  constructor(where: string, log: Logger) {
    this.#where = where;
    this.#log = log;
  }

  onReading(reading: EcuReading): void {
    const { ecuId, firmware, invertersRegistered, invertersOnline } = reading.summary;
    if (ecuId !== this.#ecuId) {
      const count = `${invertersRegistered} ${invertersRegistered === 1 ? 'inverter' : 'inverters'}`;
      const details = [`firmware ${firmware}`, count, `${invertersOnline} online`].join(', ');
      this.#log.info(`Found ${ecuModel(ecuId).name} ${ecuId} at ${this.#where}: ${details}`);
    } else if (this.#trouble !== null) {
      this.#log.info(`${this.#name} answers again`);
    }
    this.#ecuId = ecuId;
    this.#trouble = null;

    for (const { text, bytes } of odditiesOf(reading, this.#name)) {
      this.#once(text, bytes === null ? '' : `bytes: ${bytes.toString('hex')}`);
    }
  }

  /** @param isGap silence is usual now, and no alarm */
  onFailure(error: EcuError, failures: number, isGap: boolean): void {
    const isSilent = error instanceof EcuSilentError;
    const isLasting = failures >= FAILURES_UNTIL_AWAY && !isGap;
    const isWorthTelling = !isSilent || isLasting || this.#ecuId === null;
    const kind = isSilent ? 'silent' : error.name;
    this.#log.debug(`${this.#where}: failed poll ${failures}: ${error.message}`);
    if (!isWorthTelling || this.#trouble === kind) {
      return;
    }
    this.#trouble = kind;
    this.#log.warn(this.#describe(error));
  }

  onEnergy({ kind, from, to }: EnergyNote): void {
    if (kind === 'recovered') {
      this.#log.info(`${this.#name} tells a lifetime energy that can be again: ${to} kWh`);
      return;
    }
    const change = `a lifetime energy of ${to} kWh after ${from} kWh`;
    this.#log.warn(
      kind === 'held'
        ? `${this.#name} tells ${change}, which can not be. Keeping ${from} kWh, until it has told the same for an hour`
        : `${this.#name} has told ${change} for an hour: taking it as true`,
    );
  }

  onGone(inverterId: string): void {
    this.#log.info(`${this.#name} has not listed inverter ${inverterId} for 30 days: removed`);
  }

  /** It is silent, and we can not or may not restart it. @param mayBeRestarted when the person lets us */
  onHelpless(mayBeRestarted: boolean): void {
    const option = mayBeRestarted ? ', or switch on auto_restart' : '';
    this.#log.warn(`${this.#name} has not answered for 5 polls. Unplug it for ten seconds${option}`);
  }

  /** @param other an address at which it answers as well */
  onTwin(other: string): void {
    this.#log.warn(
      `${this.#name} answers at ${other} and at ${this.#where}: only the first is asked from now on. Take the other out of the options`,
    );
  }

  /** @param until when polling goes on; null by day */
  onNight(until: Date | null, timezone: string): void {
    const isNight = until !== null;
    if (isNight !== this.#isNight) {
      const hour = isNight ? DateTime.fromJSDate(until, { zone: timezone }).toFormat('HH:mm') : '';
      this.#log.info(
        isNight
          ? `Night: no inverter of ${this.#name} works. Resting until ${hour}`
          : `Morning: polling ${this.#name} again`,
      );
    }
    this.#isNight = isNight;
  }

  #describe(error: EcuError): string {
    if (error instanceof MalformedReplyError && this.#ecuId === null) {
      return `Something answers at ${this.#where}, but not as an ECU does (${error.message}). Is this the ECU's address? Trying again`;
    }
    if (error instanceof MalformedReplyError) {
      return `${this.#name} sent a reply that can not be used: ${error.message}. The last values stay`;
    }
    if (!(error instanceof EcuSilentError)) {
      return `${this.#name}: ${error.message}`;
    }
    if (this.#ecuId === null) {
      return (
        `No ECU found: ${error.message}. Is the address right, and the ECU on this network? ` +
        'An ECU-R (2160…) and an ECU-B (2163…) answer on their WiFi only, with the network cable out. Trying again'
      );
    }
    const cause = ecuModel(this.#ecuId).isWifiOnly ? 'It answers on its WiFi only: is its network cable in? ' : '';
    return `${this.#name} does not answer: ${error.message}. ${cause}Trying again`;
  }

  get #name(): string {
    return this.#ecuId === null ? `The device at ${this.#where}` : `${ecuModel(this.#ecuId).name} ${this.#ecuId}`;
  }

  #once(text: string, details = ''): void {
    if (this.#oddities.has(text) || this.#oddities.size >= MOST_ODDITIES) {
      return;
    }
    this.#oddities.add(text);
    this.#log.warn(details === '' ? text : `${text} (${details})`);
  }
}
