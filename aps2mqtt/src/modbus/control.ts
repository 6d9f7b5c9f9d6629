import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { numberOf, type Order, switchOf } from '../site/order.ts';
import { WriteCount } from '../site/writeCount.ts';
import { type Asked, type Commanded, isReadBack, planWrites, type Write } from './plan.ts';
import { CONTROLS, type ControlValues, parseControls } from './sunspec.ts';
import { ModbusError, type ModbusTransport } from './transport.ts';
import { readOnce, writeOnce } from './unit.ts';

export interface ControlWorld {
  /** What the log calls the ECU. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two writes: the inverters keep a limit in flash. */
const PAUSE_MS = 60_000;
/** An ECU may need a moment until it reads back what was written. */
const SETTLE_MS = 2_000;

/** Carries out what is asked of the whole array: one command a minute, the newest wins, and nothing without an order. */
export class ModbusControl {
  readonly #transport: ModbusTransport;
  readonly #world: ControlWorld;
  readonly #writes: WriteCount;
  #commanded: Commanded;
  #lastWrite: number | null;
  #asked: Asked = {};
  #topics: string[] = [];

  constructor(transport: ModbusTransport, commanded: Commanded, lastWrite: number | null, world: ControlWorld) {
    this.#transport = transport;
    this.#commanded = commanded;
    this.#lastWrite = lastWrite;
    this.#world = world;
    this.#writes = new WriteCount(world);
  }

  get commanded(): Commanded {
    return this.#commanded;
  }

  /** ms since 1970; null for never. */
  get lastWrite(): number | null {
    return this.#lastWrite;
  }

  /** @throws OrderError */
  take(order: Order): void {
    switch (order.what) {
      case 'power_limit':
        this.#asked = { ...this.#asked, limit: Math.round(numberOf(order, 1, 100, '%') * 10) / 10 };
        break;
      case 'release_limit':
        this.#asked = { ...this.#asked, limit: 100 };
        break;
      default:
        this.#asked = { ...this.#asked, production: switchOf(order) };
    }
    this.#topics = [...new Set([...this.#topics, order.topic])].slice(-4);
  }

  /** ms until what was asked for may be carried out; null where nothing was. */
  dueIn(): number | null {
    if (this.#topics.length === 0) {
      return null;
    }
    const ago = this.#lastWrite === null ? PAUSE_MS : this.#world.clock.now().getTime() - this.#lastWrite;
    // A clock that was set back must not make it last.
    return ago < 0 ? 0 : Math.max(0, PAUSE_MS - ago);
  }

  /**
   * Writes what was asked for, and tells what came of it.
   *
   * @param unit any one: all act on the whole array; null where none is known
   * @returns what the ECU remembers now; null where that is not known
   * @throws the signal's reason when it is aborted
   */
  async carryOut(unit: number | null, signal: AbortSignal): Promise<ControlValues | null> {
    const { log, name } = this.#world;
    const [asked, who] = [this.#asked, this.#topics.join(' and ')];
    this.#asked = {};
    this.#topics = [];
    const written: Write[] = [];
    try {
      if (unit === null) {
        throw new ModbusError('no Modbus unit answers', true);
      }
      const before = await this.#read(unit, signal);
      const plan = planWrites(asked, this.#commanded, before);
      if (plan.writes.length === 0) {
        this.#commanded = plan.after;
        const isHeld = plan.after.held !== null && asked.limit !== undefined;
        const reason = isHeld
          ? `production is off: ${plan.after.held} % is kept for when it is on`
          : 'it is so already';
        log.info(`${name}: ${describeAsked(asked)}, asked by ${who}: nothing written, ${reason}`);
        return before;
      }
      const problem = await this.#write(unit, plan.writes, written, signal);
      const after = await this.#readBack(unit, plan.writes, signal);
      if (problem !== null && (after === null || !isReadBack(plan.writes, after))) {
        throw problem;
      }
      const told = `wrote ${describeWrites(written)} to unit ${unit}, read back ${describeValues(after)}`;
      if (after !== null && !isReadBack(plan.writes, after)) {
        log.warn(`${name}: ${describeAsked(asked)}, asked by ${who}: the ECU did not take it: ${told}`);
        return after;
      }
      this.#commanded = plan.after;
      log.info(`${name}: ${describeAsked(asked)}, asked by ${who}: ${told}`);
      return after;
    } catch (error) {
      signal.throwIfAborted();
      const done = written.length === 0 ? 'nothing was written' : `written was ${describeWrites(written)}`;
      log.warn(`${name}: ${describeAsked(asked)}, asked by ${who}, was not carried out: ${messageOf(error)} (${done})`);
      return null;
    }
  }

  /** @returns why it ended early; null where all was acknowledged */
  async #write(unit: number, writes: readonly Write[], written: Write[], signal: AbortSignal): Promise<Error | null> {
    for (const write of writes) {
      this.#lastWrite = this.#world.clock.now().getTime();
      this.#writes.add();
      try {
        await writeOnce(this.#transport, unit, write.address, write.value, signal);
        written.push(write);
      } catch (error) {
        if (error instanceof ModbusError) {
          return error;
        }
        throw error;
      }
    }
    return null;
  }

  async #readBack(unit: number, writes: readonly Write[], signal: AbortSignal): Promise<ControlValues | null> {
    const first = await this.#read(unit, signal).catch(() => null);
    signal.throwIfAborted();
    if (first !== null && isReadBack(writes, first)) {
      return first;
    }
    await this.#world.clock.sleep(SETTLE_MS, signal);
    return this.#read(unit, signal).catch(() => first);
  }

  /** @throws ModbusError */
  async #read(unit: number, signal: AbortSignal): Promise<ControlValues> {
    const values = parseControls(await readOnce(this.#transport, unit, CONTROLS, signal));
    if (values === null) {
      throw new ModbusError(`unit ${unit} has no controls`, false);
    }
    return values;
  }
}

function describeAsked({ limit, production }: Asked): string {
  const parts = [
    ...(limit === undefined ? [] : [`power limit ${limit} %`]),
    ...(production === undefined ? [] : [`production ${production ? 'on' : 'off'}`]),
  ];
  return parts.join(' and ');
}

function describeWrites(writes: readonly Write[]): string {
  return writes.map(({ name, address, value }) => `${name} ${value} (${address})`).join(', ');
}

function describeValues(values: ControlValues | null): string {
  if (values === null) {
    return 'nothing';
  }
  const word = (value: boolean | null) => (value === null ? 'unknown' : value ? '1' : '0');
  return `${values.limit ?? 'no'} %, WMaxLim_Ena ${word(values.isLimiting)}, Conn ${word(values.isConnected)}`;
}
