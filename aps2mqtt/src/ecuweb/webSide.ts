import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { faultOf, messageOf } from '../errors.ts';
import { asObject } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { Quiet } from '../polling/quiet.ts';
import { type Order, OrderError } from '../site/order.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { WriteCount } from '../site/writeCount.ts';
import { actionFor } from './actions.ts';
import { MeterReader } from './meterReader.ts';
import { METERS } from './meters.ts';
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

/** The web page of one ECU: its meters once a round, and what is to be set in between; one request after the other. */
export class WebSide {
  readonly #page: WebPage;
  readonly #settings: WebSettings;
  readonly #world: WebWorld;
  readonly #writes: WriteCount;
  readonly #wakeUp = new AutoResetEvent();
  readonly #meters: MeterReader;
  #saved: SavedWeb;
  #isMeterDue = false;
  /** ms since 1970. */
  #lastRequest = Number.NEGATIVE_INFINITY;
  /** By what is to be set: the newest wins. */
  readonly #orders = new Map<string, Order>();
  #inverterIds: ReadonlySet<string> = new Set();

  constructor(page: WebPage, saved: SavedWeb, settings: WebSettings, world: WebWorld) {
    this.#page = page;
    this.#saved = saved;
    this.#settings = settings;
    this.#world = world;
    const ask = (signal: AbortSignal) => this.#ask(METERS, null, signal);
    this.#meters = new MeterReader(ask, saved.meter, { ...settings, ...world });
    this.#writes = new WriteCount({ ...world, name: settings.name });
  }

  get saved(): SavedWeb {
    return { ...this.#saved, meter: this.#meters.energy };
  }

  /** The snapshot with what is known by the web page. */
  extend(snapshot: EcuSnapshot): EcuSnapshot {
    const { hasMeters, mayControl } = this.#settings;
    const { inverters: switches, zeroExport, exportLimit } = this.#saved;
    const unknown = { switchedOn: null, maxPower: null };
    return {
      ...snapshot,
      ...(hasMeters ? { meter: this.#meters.snapshot() } : {}),
      ...(hasMeters && mayControl ? { exportControl: { zeroExport, exportLimit } } : {}),
      inverters: mayControl
        ? snapshot.inverters.map((one) => ({ ...one, switch: switches[one.id] ?? unknown }))
        : snapshot.inverters,
    };
  }

  /** A round has been read over port 8899, and published. */
  onRound({ inverters }: EcuSnapshot): void {
    this.#inverterIds = new Set(inverters.map(({ id }) => id));
    this.#isMeterDue = this.#settings.hasMeters && !this.#meters.isResting;
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
    actionFor(order, this.#saved);
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
      await this.#meters.read(signal);
      this.#world.onChange(false);
    } else {
      this.#orders.delete(entry[0]);
      await this.#obey(entry[1], signal);
    }
  }

  async #obey(order: Order, signal: AbortSignal): Promise<void> {
    const { log } = this.#world;
    const { name } = this.#settings;
    const { words, request, after } = actionFor(order, this.#saved);
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
}

/** @throws WebPageError unless the page says that it did it; its message depends on the language */
function succeeded(answer: unknown): void {
  const { value, message } = asObject(answer);
  if (value !== 0 && value !== '0') {
    const words = typeof message === 'string' ? `: ${message.replace(/[^ -~]/g, '?').slice(0, 64)}` : '';
    throw new WebPageError(`its web page refused it${words}`);
  }
}
