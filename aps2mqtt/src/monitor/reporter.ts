import { DateTime } from 'luxon';
import { MOST_INVERTERS } from '../ecu/inverters.ts';
import { ecuModel } from '../ecu/models.ts';
import { odditiesOf } from '../ecu/oddities.ts';
import type { EcuReading } from '../ecu/reading.ts';
import { type EcuError, EcuSilentError, MalformedReplyError, NoInvertersError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { EnergyNote } from '../site/energy.ts';
import { otherZone } from '../site/zone.ts';
import { SILENT_POLLS } from './silence.ts';

/** After so many failed polls in a row an ECU counts as away. */
export const FAILURES_UNTIL_AWAY = 3;

/** Remembers so many oddities; an ECU that has more is not told about any further. */
const MOST_ODDITIES = 50;

/** Tells one ECU's story in the log: each change of state once, each oddity once, details at debug. */
export class Reporter {
  readonly #where: string;
  readonly #log: Logger;
  #ecuId: string | null = null;
  /** Kinds of trouble that were told since the last answer. */
  readonly #troubles = new Set<string>();
  #isNight = false;
  readonly #oddities = new Set<string>();

  /** @param where the address, as the person typed it */
  constructor(where: string, log: Logger) {
    this.#where = where;
    this.#log = log;
  }

  /** @param timezone in which the ECU's times are read */
  onReading(reading: EcuReading, timezone: string, at: Date): void {
    const { ecuId, firmware, invertersRegistered, invertersOnline } = reading.summary;
    if (ecuId !== this.#ecuId) {
      const count = `${invertersRegistered} ${invertersRegistered === 1 ? 'inverter' : 'inverters'}`;
      const details = [`firmware ${firmware}`, count, `${invertersOnline} online`].join(', ');
      this.#log.info(`Found ${ecuModel(ecuId).name} ${ecuId} at ${this.#where}: ${details}`);
    } else if (this.#troubles.size > 0) {
      this.#log.info(`${this.#name} answers again`);
    }
    this.#ecuId = ecuId;
    this.#troubles.clear();

    for (const { text, bytes } of odditiesOf(reading, this.#name)) {
      this.#once(text, bytes === null ? '' : `bytes: ${bytes.toString('hex')}`);
    }
    const zone = otherZone(reading.summary, timezone, at);
    if (zone !== null) {
      this.#once(
        `${this.#name} says that its time zone is ${zone}, but its times are read as ${timezone}: set timezone`,
      );
    }
  }

  /** @param isGap silence is usual now, and no alarm */
  onFailure(error: EcuError, failures: number, isGap: boolean): void {
    const isSilent = error instanceof EcuSilentError || error instanceof NoInvertersError;
    const isLasting = failures >= FAILURES_UNTIL_AWAY && !isGap;
    const isWorthTelling = !isSilent || isLasting || this.#ecuId === null;
    const kind = isSilent ? 'silent' : error.name;
    this.#log.debug(`${this.#where}: failed poll ${failures}: ${error.message}`);
    if (!isWorthTelling || this.#troubles.has(kind)) {
      return;
    }
    this.#troubles.add(kind);
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
        ? `${this.#name} tells ${change}, which cannot be. Keeping ${from} kWh, until it has told the same for an hour`
        : `${this.#name} has told ${change} for an hour: taking it as true`,
    );
  }

  onTooMany(): void {
    this.#once(`${this.#name} has listed more than ${MOST_INVERTERS} different inverters: no new ones are taken`);
  }

  onGone(inverterId: string): void {
    this.#log.info(`${this.#name} has not listed inverter ${inverterId} for 30 days: removed`);
  }

  /** It is silent, and we cannot or may not restart it. @param mayBeRestarted when the person lets us */
  onHelpless(mayBeRestarted: boolean): void {
    const option = mayBeRestarted ? ', or switch on auto_restart' : '';
    this.#log.warn(`${this.#name} has not answered for ${SILENT_POLLS} polls. Unplug it for ten seconds${option}`);
  }

  /** @param other an address at which it answers as well */
  onTwin(other: string): void {
    this.#log.warn(
      `${this.#name} answers at ${other} and at ${this.#where}: only the first is asked from now on. Take the other out of the options`,
    );
  }

  /** @param until when polling goes on; null by day */
  onNight(until: Date | null): void {
    const isNight = until !== null;
    if (isNight !== this.#isNight) {
      // By the clock that stamps the log's lines.
      const hour = isNight ? DateTime.fromJSDate(until).toFormat('HH:mm') : '';
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
      return `${this.#name} sent a reply that cannot be used: ${error.message}. The last values stay`;
    }
    if (!(error instanceof EcuSilentError)) {
      return `${this.#name}: ${error.message}`;
    }
    if (this.#ecuId === null && error.wasConnected) {
      return (
        `No ECU found: ${error.message}. If it is the ECU that takes the connection there: it serves one at a time, ` +
        "so close the vendor's app and every other program that reads it. Trying again"
      );
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
