import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { InverterModbus } from '../site/extras.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import type { SavedModbus } from './saved.ts';
import { type Task, tasksOf } from './search.ts';
import type { ControlValues } from './sunspec.ts';
import { ModbusError, type ModbusTransport } from './transport.ts';
import { type Manner, readUnit, type UnitReading } from './unit.ts';
import { inverterModbus } from './values.ts';

/** Where and how one ECU's Modbus is read. */
export interface ReaderSettings {
  /** `host:port`, for people. */
  readonly where: string;
  /** What the log calls the ECU. */
  readonly name: string;
  /** Read the controls as well. */
  readonly wantsControls: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const HOUR_MS = 3_600_000;
/** Between two guesses among many. */
const SLOW_MS = 1_000;
/** Rounds in a row without an answer after which values are unknown, and the ECU is left alone for an hour. */
const FAILURES = 3;
const HOW_TO_SWITCH_ON =
  "Switch it on in the vendor's EMA Manager app: ECU APP > Workspace > Modbus Configuration, and give each inverter an address";

interface Known {
  unit: number;
  reading: UnitReading | null;
  /** Rounds in a row in which it gave no answer. */
  misses: number;
}

/** Reads the inverters of one ECU, a unit at a time, and learns which unit is whose: by the serial number, never by order. */
export class ModbusReader {
  readonly #transport: ModbusTransport;
  readonly #settings: ReaderSettings;
  readonly #known = new Map<string, Known>();
  readonly #shown: Map<string, readonly string[]>;
  /** Units that have answered as something else than an inverter of this ECU. */
  readonly #elsewhere = new Set<number>();
  readonly #manner: Manner = { keepsOpen: true };
  /** Units that have no values of panels, which would cost a time-out each round. */
  readonly #withoutPanels = new Map<number, number>();
  #snapshot: EcuSnapshot | null = null;
  #tasks: Task[] = [];
  #answers = 0;
  #problem: string | null = null;
  #failures = 0;
  /** Not before then, ms since 1970; unless an inverter is new, or the first one wakes. */
  #restsUntil = 0;
  #looksAgainAt = 0;
  #isSearched = false;
  #told: 'nothing' | 'off' | 'on' = 'nothing';
  /** Of this round, from the unit that told them. */
  controls: { readonly unit: number; readonly values: ControlValues } | null = null;

  constructor(transport: ModbusTransport, saved: SavedModbus, settings: ReaderSettings) {
    this.#transport = transport;
    this.#settings = settings;
    for (const [id, unit] of Object.entries(saved.units)) {
      this.#known.set(id, { unit, reading: null, misses: 0 });
    }
    this.#shown = new Map(Object.entries(saved.shown));
  }

  get hasWork(): boolean {
    return this.#tasks.length > 0;
  }

  /** Has it answered lately? */
  get isReachable(): boolean {
    return this.#told === 'on' && this.#failures < FAILURES;
  }

  get saved(): Pick<SavedModbus, 'units' | 'shown'> {
    return {
      units: Object.fromEntries(Array.from(this.#known, ([id, { unit }]) => [id, unit])),
      shown: Object.fromEntries(this.#shown),
    };
  }

  /** What is known of this inverter. */
  valuesOf({ id, channels }: Pick<InverterSnapshot, 'id' | 'channels'>): InverterModbus {
    return inverterModbus(channels, this.#shown.get(id) ?? [], this.#known.get(id)?.reading ?? null);
  }

  /** A round has been read over port 8899: now it is Modbus' turn. */
  onRound(snapshot: EcuSnapshot): void {
    const now = this.#settings.clock.now().getTime();
    const before = this.#snapshot;
    this.#snapshot = snapshot;
    const ids = new Set(snapshot.inverters.map(({ id }) => id));
    const isNew =
      before === null || snapshot.inverters.some(({ id }) => !before.inverters.some((one) => one.id === id));
    const wakes = before?.invertersOnline === 0 && (snapshot.invertersOnline ?? 0) > 0;
    if (isNew) {
      this.#isSearched = false;
    }
    if (this.hasWork || (now < this.#restsUntil && !isNew && !wakes)) {
      return;
    }
    const units = new Set(Array.from(this.#known).flatMap(([id, { unit }]) => (ids.has(id) ? [unit] : [])));
    const isMissing = [...ids].some((id) => (this.#known.get(id)?.misses ?? FAILURES) >= FAILURES);
    const looks = isMissing && (isNew || now >= this.#looksAgainAt);
    const guess = !looks ? 'none' : this.#isSearched ? 'few' : 'all';
    if (looks) {
      this.#looksAgainAt = now + HOUR_MS;
      this.#withoutPanels.clear();
    }
    this.#tasks = tasksOf(units, this.#elsewhere, ids.size, guess);
    this.#answers = 0;
    this.#problem = null;
    this.controls = null;
  }

  /** Asks one unit. @returns whether that was the last one of this round, or a good moment to show what is known */
  async step(signal: AbortSignal): Promise<boolean> {
    const task = this.#tasks.shift();
    if (task === undefined) {
      return false;
    }
    if (task.isSlow && this.#isComplete()) {
      this.#tasks = [];
    } else {
      if (task.isSlow) {
        await this.#settings.clock.sleep(SLOW_MS, signal);
      }
      if (await this.#ask(task, signal)) {
        this.#tasks = [];
      }
    }
    if (this.#tasks.length > 0) {
      return (task.isKnown && !this.#tasks[0]?.isKnown) || (!task.isSlow && this.#tasks[0]?.isSlow === true);
    }
    this.#endRound();
    return true;
  }

  /** @returns whether nobody is there to ask */
  async #ask({ unit, isKnown }: Task, signal: AbortSignal): Promise<boolean> {
    const { wantsControls, log } = this.#settings;
    const wanted = {
      panels: (this.#withoutPanels.get(unit) ?? 0) < FAILURES,
      controls: wantsControls && this.controls === null,
    };
    try {
      const reading = await readUnit(this.#transport, unit, wanted, this.#manner, signal);
      this.#take(unit, reading, wanted.panels);
      return false;
    } catch (error) {
      if (!(error instanceof ModbusError)) {
        throw error;
      }
      log.debug(`Modbus ${error.message}`);
      this.#problem ??= error.message;
      if (isKnown || error.isDoorClosed) {
        this.#miss(error.isDoorClosed ? null : unit);
      }
      return error.isDoorClosed;
    }
  }

  #take(unit: number, reading: UnitReading | null, askedPanels: boolean): void {
    const inverter = this.#snapshot?.inverters.find(({ id }) => id === reading?.identity.serial);
    if (reading === null || inverter === undefined) {
      this.#elsewhere.add(unit);
      for (const [id, known] of this.#known) {
        if (known.unit === unit) {
          this.#known.delete(id);
        }
      }
      return;
    }
    // Addresses may have been changed: the one that this unit had before is to be looked for.
    for (const [id, known] of this.#known) {
      if (known.unit === unit && id !== inverter.id) {
        this.#known.delete(id);
        this.#looksAgainAt = 0;
      }
    }
    this.#answers++;
    this.#known.set(inverter.id, { unit, reading, misses: 0 });
    if (askedPanels) {
      this.#withoutPanels.set(unit, reading.panels === null ? (this.#withoutPanels.get(unit) ?? 0) + 1 : 0);
    }
    this.#shown.set(inverter.id, inverterModbus(inverter.channels, this.#shown.get(inverter.id) ?? [], reading).shown);
    if (reading.controls !== null) {
      this.controls = { unit, values: reading.controls };
    }
  }

  /** @param unit null for all */
  #miss(unit: number | null): void {
    for (const [id, known] of this.#known) {
      if (unit === null || known.unit === unit) {
        known.misses++;
        const isOffline = this.#snapshot?.inverters.find((one) => one.id === id)?.online !== true;
        known.reading = known.misses >= FAILURES || isOffline ? null : known.reading;
      }
    }
  }

  #isComplete(): boolean {
    return this.#snapshot?.inverters.every(({ id }) => this.#known.get(id)?.misses === 0) ?? false;
  }

  #endRound(): void {
    const { clock, log, name, where } = this.#settings;
    const ids = this.#snapshot?.inverters.map(({ id }) => id) ?? [];
    if (this.#answers > 0) {
      const missing = ids.filter((id) => !this.#known.has(id));
      if (this.#told !== 'on') {
        const units = ids.flatMap((id) => this.#known.get(id)?.unit ?? []);
        log.info(
          `${name}: Modbus at ${where} answers for ${units.length} of ${ids.length} inverters (units ${units.join(', ')})`,
        );
      }
      if (missing.length > 0 && !this.#isSearched) {
        log.info(`${name}: no Modbus unit from 1 to 32 is ${missing.join(', ')}: has the app given it an address?`);
      }
      this.#told = 'on';
      this.#failures = 0;
      this.#restsUntil = 0;
      this.#isSearched = true;
      return;
    }
    this.#failures++;
    const hasWorked = this.#known.size > 0;
    if (hasWorked && this.#failures < FAILURES) {
      return;
    }
    for (const known of this.#known.values()) {
      known.reading = null;
      known.misses = Math.max(known.misses, FAILURES);
    }
    this.#isSearched = true;
    this.#restsUntil = clock.now().getTime() + HOUR_MS;
    if (this.#told === 'on') {
      log.warn(
        `${name}: Modbus at ${where} does not answer any more (${this.#problem ?? 'silent'}). Trying again in an hour`,
      );
    } else if (this.#told === 'nothing') {
      const problem = this.#problem ?? 'no unit is one of its inverters';
      log.info(
        `${name}: Modbus at ${where} is not switched on (${problem}). ${HOW_TO_SWITCH_ON}. Trying again in an hour`,
      );
    }
    this.#told = 'off';
  }
}
