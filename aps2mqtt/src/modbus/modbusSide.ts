import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { faultOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Quiet } from '../polling/quiet.ts';
import type { PowerControl } from '../site/extras.ts';
import { type Order, OrderError } from '../site/order.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { ModbusControl } from './control.ts';
import { Following } from './following.ts';
import { ModbusReader } from './reader.ts';
import type { SavedModbus } from './saved.ts';
import type { ControlValues } from './sunspec.ts';
import type { ModbusTransport } from './transport.ts';

export interface ModbusSettings {
  readonly mode: 'read' | 'control';
  /** `host:port`, for people. */
  readonly where: string;
  /** What the log calls the ECU. */
  readonly name: string;
}

export interface ModbusWorld {
  readonly clock: Clock;
  readonly log: Logger;
  /** When the ECU is not being polled. */
  readonly quiet: Quiet;
  /** What is shown or kept has changed. @param isAll say it all again, also what did not change */
  readonly onChange: (isAll: boolean) => void;
}

const LONGEST_WAIT_MS = 3_600_000;

/** The Modbus of one ECU: read once a round, and told what to do in between; one thing after the other. */
export class ModbusSide {
  readonly #settings: ModbusSettings;
  readonly #world: ModbusWorld;
  readonly #reader: ModbusReader;
  readonly #control: ModbusControl;
  readonly #following = new Following();
  readonly #wakeUp = new AutoResetEvent();
  #unit: number | null = null;
  #remembered: ControlValues | null = null;
  #hasBeenThere: boolean;

  constructor(transport: ModbusTransport, saved: SavedModbus, settings: ModbusSettings, world: ModbusWorld) {
    const { mode, where, name } = settings;
    const { clock, log } = world;
    this.#settings = settings;
    this.#world = world;
    this.#reader = new ModbusReader(transport, saved, { where, name, clock, log, wantsControls: mode === 'control' });
    this.#control = new ModbusControl(transport, saved.commanded, saved.lastWrite, { name, clock, log });
    this.#following.onLimit(saved.commanded.limit, false);
    this.#hasBeenThere = Object.keys(saved.units).length > 0;
  }

  get saved(): SavedModbus {
    const { commanded, lastWrite } = this.#control;
    return { ...this.#reader.saved, commanded, lastWrite };
  }

  /** The snapshot with what is known over Modbus. */
  extend(snapshot: EcuSnapshot): EcuSnapshot {
    const inverters = snapshot.inverters.map((one) => ({ ...one, modbus: this.#reader.valuesOf(one) }));
    return this.#settings.mode === 'control'
      ? { ...snapshot, inverters, powerControl: this.#powerControl() }
      : { ...snapshot, inverters };
  }

  #powerControl(): PowerControl {
    const { limit, production } = this.#control.commanded;
    const isReachable = this.#reader.isReachable && this.#remembered !== null;
    return {
      isReachable,
      isThere: this.#hasBeenThere,
      powerLimit: limit,
      production,
      reportedLimit: isReachable ? (this.#remembered?.limit ?? null) : null,
      isNotFollowed: this.#following.isNotFollowed,
    };
  }

  /** A round has been read over port 8899, and published. */
  onRound(snapshot: EcuSnapshot): void {
    const { log, onChange } = this.#world;
    if (this.#settings.mode === 'control') {
      const before = this.#following.isNotFollowed;
      if (this.#following.onRound(snapshot)) {
        const cause = "With storage linked in the vendor's cloud an ECU takes limits and ignores them";
        log.warn(`${this.#settings.name}: the power limit is not followed: ${this.#following.told}. ${cause}`);
      }
      if (this.#following.isNotFollowed !== before) {
        onChange(false);
      }
    }
    this.#reader.onRound(snapshot);
    this.#wakeUp.set();
  }

  /** @throws OrderError where it cannot be obeyed */
  order(order: Order): void {
    if (this.#settings.mode !== 'control') {
      throw new OrderError('the option modbus is not set to control');
    }
    this.#control.take(order);
    this.#wakeUp.set();
  }

  /** Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const dueIn = this.#control.dueIn();
      if (!this.#reader.hasWork && dueIn !== 0) {
        await this.#wakeUp.sleep(Math.min(dueIn ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS), this.#world.clock, signal);
        continue;
      }
      await this.#world.quiet.wait(signal);
      try {
        await this.#work(signal);
      } catch (error) {
        if (!signal.aborted) {
          this.#world.log.error(faultOf(error));
          await this.#world.clock.sleep(1_000, signal).catch(() => {});
        }
      }
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Right after a start it has to be found first.
    const isReady = this.#remembered !== null || !this.#reader.hasWork;
    if (isReady && this.#control.dueIn() === 0) {
      const { lastWrite } = this.#control;
      this.#remembered = (await this.#control.carryOut(this.#unit, signal)) ?? this.#remembered;
      this.#following.onLimit(this.#control.commanded.limit, this.#control.lastWrite !== lastWrite);
      // Also where nothing has changed: what was asked for is not to stay on the screen.
      this.#world.onChange(true);
      return;
    }
    const isWorthShowing = await this.#reader.step(signal);
    const { controls } = this.#reader;
    if (controls !== null) {
      this.#unit = controls.unit;
      this.#remembered = controls.values;
      this.#hasBeenThere = true;
    }
    if (isWorthShowing) {
      this.#world.onChange(false);
    }
  }
}
