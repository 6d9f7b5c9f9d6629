import type { Clock } from '../clock.ts';
import { ecuModel } from '../ecu/models.ts';
import type { WebPage } from '../ecuweb/page.ts';
import { NOTHING_SAVED_OF_WEB } from '../ecuweb/saved.ts';
import { WebSide } from '../ecuweb/webSide.ts';
import type { Logger } from '../logger.ts';
import { ModbusSide } from '../modbus/modbusSide.ts';
import { NOTHING_SAVED_OF_MODBUS } from '../modbus/saved.ts';
import type { ModbusTransport } from '../modbus/transport.ts';
import { allNames } from '../options/names.ts';
import type { EcuOptions } from '../options/options.ts';
import type { Quiet } from '../polling/quiet.ts';
import { type Order, OrderError } from '../site/order.ts';
import type { SavedSides } from '../site/savedSides.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { nameOf } from './describe.ts';
import { addressOf } from './source.ts';

/** How an ECU is reached beside port 8899. */
export interface SideTransports {
  readonly modbus: (ecu: EcuOptions) => ModbusTransport;
  readonly webPage: (ecu: EcuOptions) => WebPage;
}

export interface SidesWorld {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sideTransports: SideTransports;
  readonly quiet: Quiet;
  /** What is shown or kept has changed. @param isAll say it all again, also what did not change */
  readonly onChange: (isAll: boolean) => void;
}

/** The Modbus and the web page of the ECU at one address, as far as they are switched on. */
export class Sides {
  readonly #ecu: EcuOptions;
  readonly #world: SidesWorld;
  #ecuId: string | null = null;
  #modbus: ModbusSide | null = null;
  #web: WebSide | null = null;
  #ending = new AbortController();
  #stop: AbortSignal | null = null;

  constructor(ecu: EcuOptions, world: SidesWorld) {
    this.#ecu = ecu;
    this.#world = world;
  }

  /** To be kept over a restart: of what is switched on. */
  get saved(): SavedSides {
    const [modbus, web] = [this.#modbus?.saved, this.#web?.saved];
    return { ...(modbus && { modbus }), ...(web && { web }) };
  }

  /** This ECU is read here from now on. */
  adopt(ecuId: string, saved: SavedSides | undefined): void {
    if (ecuId === this.#ecuId) {
      return;
    }
    this.release();
    this.#ecuId = ecuId;
    const { modbus, modbusPort, webPage, host, timezone } = this.#ecu;
    const name = nameOf(ecuId, host);
    const { sideTransports } = this.#world;
    this.#modbus =
      modbus === 'off'
        ? null
        : new ModbusSide(
            sideTransports.modbus(this.#ecu),
            saved?.modbus ?? NOTHING_SAVED_OF_MODBUS,
            { mode: modbus, where: addressOf({ host, port: modbusPort }), name },
            this.#world,
          );
    const { hasWebPage, hasMeters } = ecuModel(ecuId);
    const inVain = `${name}: ${allNames('ecu.web_page')} does nothing`;
    if (webPage !== 'off' && !hasWebPage) {
      this.#world.log.warn(`${inVain}: only an ECU-R-Pro and an ECU-C have such a page`);
    } else if (webPage === 'meters' && !hasMeters) {
      this.#world.log.warn(`${inVain}: only an ECU-C has meters`);
    }
    this.#web =
      webPage === 'off' || !hasWebPage
        ? null
        : new WebSide(
            sideTransports.webPage(this.#ecu),
            saved?.web ?? NOTHING_SAVED_OF_WEB,
            { ecuId, name, timezone, hasMeters, mayControl: webPage === 'control' },
            this.#world,
          );
    this.#start();
  }

  /** The ECU has been read elsewhere. */
  release(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#ecuId = null;
    this.#modbus = null;
    this.#web = null;
  }

  /** Runs what there is until the signal. */
  run(stop: AbortSignal): void {
    this.#stop = stop;
    this.#start();
  }

  #start(): void {
    if (this.#stop !== null && !this.#stop.aborted) {
      const signal = AbortSignal.any([this.#stop, this.#ending.signal]);
      void this.#modbus?.run(signal);
      void this.#web?.run(signal);
    }
  }

  /** A round has been read and published. */
  onRound(snapshot: EcuSnapshot): void {
    if (snapshot.ecuId === this.#ecuId) {
      this.#modbus?.onRound(snapshot);
      this.#web?.onRound(snapshot);
    }
  }

  extend(snapshot: EcuSnapshot): EcuSnapshot {
    if (snapshot.ecuId !== this.#ecuId) {
      return snapshot;
    }
    const withModbus = this.#modbus?.extend(snapshot) ?? snapshot;
    return this.#web?.extend(withModbus) ?? withModbus;
  }

  /** By the person's word; what cannot be obeyed is told, and the state is said again. */
  order(order: Order): void {
    try {
      this.#order(order);
    } catch (error) {
      if (!(error instanceof OrderError)) {
        throw error;
      }
      const name = nameOf(this.#ecuId, this.#ecu.host);
      this.#world.log.warn(`${name}: ${order.topic} is not obeyed: ${error.message}`);
      this.#world.onChange(true);
    }
  }

  #order(order: Order): void {
    const isModbus = ['power_limit', 'production', 'release_limit'].includes(order.what);
    const side = isModbus ? this.#modbus : this.#web;
    if (side === null) {
      throw new OrderError(`the option ${isModbus ? 'modbus' : 'web_page'} is not set to control, or not for this ECU`);
    }
    side.order(order);
  }
}
