import { DateTime } from 'luxon';
import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { faultOf, messageOf } from '../errors.ts';
import { asObject } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { Quiet } from '../polling/quiet.ts';
import type { MeterSnapshot } from '../site/extras.ts';
import { type Order, OrderError } from '../site/order.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { WriteCount } from '../site/writeCount.ts';
import { deedFor } from './deeds.ts';
import { countMeter } from './meterEnergy.ts';
import { consumptionOf, METERS, type MeterPoints, newestOf, parseMeters, UNKNOWN_POWERS } from './meters.ts';
import { type WebPage, WebPageError } from './page.ts';
import type { SavedWeb } from './saved.ts';

export interface WebSettings {
  readonly ecuId: string;
  /** What the log calls the ECU. */
  readonly name: string;
  /** IANA zone of its clock. */
  readonly timezone: string;
  readonly hasMeters: boolean;
  readonly mayControl: boolean;
}

export interface WebWorld {
  readonly clock: Clock;
  readonly log: Logger;
  /** When the ECU is not being polled. */
  readonly quiet: Quiet;
  /** What is shown or kept has changed. @param isAll say it all again, also what did not change */
  readonly onChange: (isAll: boolean) => void;
}

/** Between two requests. */
const PAUSE_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Rounds in a row in which the page gave nothing, after which it is left alone for an hour. */
const FAILURES = 3;
/** Older values are none. */
const FRESH_MS = 15 * 60_000;

/** The web page of one ECU: its meters once a round, and what is to be set in between; one request after the other. */
export class WebSide {
  readonly #page: WebPage;
  readonly #settings: WebSettings;
  readonly #world: WebWorld;
  readonly #writes: WriteCount;
  readonly #wakeUp = new AutoResetEvent();
  #saved: SavedWeb;
  #points: MeterPoints = { production: [], grid: [] };
  #isMeterDue = false;
  #failures = 0;
  /** ms since 1970. */
  #restsUntil = 0;
  #lastRequest = Number.NEGATIVE_INFINITY;
  /** By what is to be set: the newest wins. */
  readonly #orders = new Map<string, Order>();
  #inverterIds: ReadonlySet<string> = new Set();

  constructor(page: WebPage, saved: SavedWeb, settings: WebSettings, world: WebWorld) {
    this.#page = page;
    this.#saved = saved;
    this.#settings = settings;
    this.#world = world;
    this.#writes = new WriteCount({ ...world, name: settings.name });
  }

  get saved(): SavedWeb {
    return this.#saved;
  }

  /** The snapshot with what is known by the web page. */
  extend(snapshot: EcuSnapshot): EcuSnapshot {
    const { hasMeters, mayControl } = this.#settings;
    const { inverters: switches, zeroExport, exportLimit } = this.#saved;
    const unknown = { switchedOn: null, maxPower: null };
    return {
      ...snapshot,
      ...(hasMeters ? { meter: this.#meter() } : {}),
      ...(hasMeters && mayControl ? { exportControl: { zeroExport, exportLimit } } : {}),
      inverters: mayControl
        ? snapshot.inverters.map((one) => ({ ...one, switch: switches[one.id] ?? unknown }))
        : snapshot.inverters,
    };
  }

  /** A round has been read over port 8899, and published. */
  onRound({ inverters }: EcuSnapshot): void {
    this.#inverterIds = new Set(inverters.map(({ id }) => id));
    this.#isMeterDue = this.#settings.hasMeters && this.#world.clock.now().getTime() >= this.#restsUntil;
    this.#wakeUp.set();
  }

  /** @throws OrderError where it cannot be obeyed */
  order(order: Order): void {
    const { mayControl, hasMeters } = this.#settings;
    if (!mayControl) {
      throw new OrderError('the option web_page is not set to control');
    }
    if (order.inverterId === null ? !hasMeters : !this.#inverterIds.has(order.inverterId)) {
      throw new OrderError(order.inverterId === null ? 'only an ECU-C has it' : 'this ECU has no such inverter');
    }
    // What is wrong with it is told at once.
    deedFor(order, this.#saved);
    this.#orders.set(`${order.what} ${order.inverterId ?? ''}`, order);
    this.#wakeUp.set();
  }

  /** Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, quiet, log } = this.#world;
    while (!signal.aborted) {
      if (!this.#isMeterDue && this.#orders.size === 0) {
        await this.#wakeUp.sleep(HOUR_MS, clock, signal);
        continue;
      }
      const ago = clock.now().getTime() - this.#lastRequest;
      if (ago >= 0 && ago < PAUSE_MS) {
        await clock.sleep(PAUSE_MS - ago, signal).catch(() => {});
      }
      await quiet.wait(signal);
      try {
        signal.throwIfAborted();
        await this.#work(signal);
      } catch (error) {
        if (!signal.aborted) {
          log.error(faultOf(error));
        }
      }
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const [entry] = this.#orders;
    if (entry === undefined) {
      this.#isMeterDue = false;
      await this.#readMeters(signal);
    } else {
      this.#orders.delete(entry[0]);
      await this.#obey(entry[1], signal);
    }
  }

  async #readMeters(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#world;
    const { name, timezone } = this.#settings;
    try {
      this.#points = parseMeters(await this.#ask(METERS, null, signal), timezone);
      this.#saved = { ...this.#saved, meter: countMeter(this.#saved.meter, this.#points.grid, clock.now()) };
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
    this.#world.onChange(false);
  }

  async #obey(order: Order, signal: AbortSignal): Promise<void> {
    const { log } = this.#world;
    const { name } = this.#settings;
    const { words, request, after } = deedFor(order, this.#saved);
    try {
      if (request === null) {
        log.info(`${name}: ${words}, asked by ${order.topic}: nothing sent`);
      } else {
        this.#writes.add();
        succeeded(await this.#ask(request.path, request.form, signal));
        const sent = new URLSearchParams(request.form).toString();
        log.info(
          `${name}: ${words}, asked by ${order.topic}: sent ${request.path} ${decodeURIComponent(sent)}, and it said yes. It cannot be read back`,
        );
      }
      this.#saved = after(this.#saved);
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`${name}: ${words}, asked by ${order.topic}, was not carried out: ${messageOf(error)}`);
    }
    this.#world.onChange(true);
  }

  async #ask(path: string, form: Readonly<Record<string, string>> | null, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#page.ask(path, form, signal);
    } finally {
      this.#lastRequest = this.#world.clock.now().getTime();
    }
  }

  #meter(): MeterSnapshot {
    const newest = newestOf(this.#points);
    const age = newest === null ? Number.POSITIVE_INFINITY : this.#world.clock.now().getTime() - newest.time;
    const isFresh = newest !== null && Math.abs(age) <= FRESH_MS;
    const { production, grid } = isFresh ? newest : { production: UNKNOWN_POWERS, grid: UNKNOWN_POWERS };
    const { gridImport = null, gridExport = null } = this.#saved.meter ?? {};
    const measured = newest && DateTime.fromMillis(newest.time, { zone: this.#settings.timezone });
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

/** @throws WebPageError unless the page says that it did it; its message depends on the language */
function succeeded(answer: unknown): void {
  const { value, message } = asObject(answer);
  if (value !== 0 && value !== '0') {
    const words = typeof message === 'string' ? `: ${message.replace(/[^ -~]/g, '?').slice(0, 64)}` : '';
    throw new WebPageError(`its web page refused it${words}`);
  }
}
