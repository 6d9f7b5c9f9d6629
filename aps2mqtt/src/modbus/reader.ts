import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { InverterModbus } from '../site/extras.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import type { SavedModbus } from './saved.ts';
import { type Task, tasksOf } from './search.ts';
import type { ControlValues } from './sunspec.ts';
import { ModbusError, type ModbusTransport } from './transport.ts';
import { type Manner, readUnit, type UnitReading } from './unit.ts';
import { Units } from './units.ts';

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

/** Reads the inverters of one ECU, a unit at a time, and learns which unit is whose: by the serial number, never by order. */
export class ModbusReader {
  readonly #transport: ModbusTransport;
  readonly #settings: ReaderSettings;
  readonly #units: Units;
  readonly #manner: Manner = { keepsOpen: true };
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
    this.#units = new Units(saved);
  }

  get hasWork(): boolean {
    return this.#tasks.length > 0;
  }

  /** Has it answered lately? */
  get isReachable(): boolean {
    return this.#told === 'on' && this.#failures < FAILURES;
  }

  get saved(): Pick<SavedModbus, 'units' | 'shown'> {
    return this.#units.saved;
  }

  /** What is known of this inverter. */
  valuesOf(inverter: Pick<InverterSnapshot, 'id' | 'channels'>): InverterModbus {
    return this.#units.valuesOf(inverter);
  }

  /** A round has been read over port 8899: now it is Modbus' turn. */
  onRound(snapshot: EcuSnapshot): void {
    const now = this.#settings.clock.now().getTime();
    const before = this.#snapshot;
    this.#snapshot = snapshot;
    const ids = idsOf(snapshot);
    const isNew = ids.some((id) => !idsOf(before).includes(id)) || before === null;
    const wakes = before?.invertersOnline === 0 && (snapshot.invertersOnline ?? 0) > 0;
    if (isNew) {
      this.#isSearched = false;
    }
    if (this.hasWork || (now < this.#restsUntil && !isNew && !wakes)) {
      return;
    }
    const looks = ids.some((id) => this.#units.isMissing(id)) && (isNew || now >= this.#looksAgainAt);
    const guess = !looks ? 'none' : this.#isSearched ? 'few' : 'all';
    if (looks) {
      this.#looksAgainAt = now + HOUR_MS;
      this.#units.askForPanelsAgain();
    }
    this.#tasks = tasksOf(this.#units.of(ids), this.#units.elsewhere, ids.length, guess);
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
      panels: this.#units.hasPanels(unit),
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
      if (isKnown || error.isUnreachable) {
        this.#units.miss(error.isUnreachable ? null : unit, (id) => this.#inverter(id)?.online === true);
      }
      return error.isUnreachable;
    }
  }

  #take(unit: number, reading: UnitReading | null, askedPanels: boolean): void {
    const inverter = reading && this.#inverter(reading.identity.serial);
    if (reading === null || inverter == null) {
      this.#units.takeStranger(unit);
      return;
    }
    this.#answers++;
    if (this.#units.take(inverter, unit, reading, askedPanels)) {
      // The unit of the one that had it is to be looked for.
      this.#looksAgainAt = 0;
    }
    if (reading.controls !== null) {
      this.controls = { unit, values: reading.controls };
    }
  }

  #isComplete(): boolean {
    return idsOf(this.#snapshot).every((id) => this.#units.hasAnswered(id));
  }

  #endRound(): void {
    const { clock, log, name, where } = this.#settings;
    const ids = idsOf(this.#snapshot);
    if (this.#answers > 0) {
      const missing = ids.filter((id) => this.#units.unitOf(id) === null);
      if (this.#told !== 'on') {
        const units = ids.map((id) => this.#units.unitOf(id)).filter((unit) => unit !== null);
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
    if (!this.#units.isEmpty && this.#failures < FAILURES) {
      return;
    }
    this.#units.missAll();
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

  #inverter(inverterId: string): InverterSnapshot | undefined {
    return this.#snapshot?.inverters.find(({ id }) => id === inverterId);
  }
}

const idsOf = (snapshot: EcuSnapshot | null) => snapshot?.inverters.map(({ id }) => id) ?? [];
