import type { InverterRecord } from '../../ecu/inverters.ts';
import type { KnownSummary } from '../../ecu/summary.ts';
import type { Family, Inverter, InverterState } from './description.ts';
import type { PanelEnergy } from './energy.ts';
import type { Panel } from './panels.ts';
import type { ReplySource } from './request.ts';
import type { SunJump } from './sun.ts';

/** What a simulated ECU would answer, in the decoders' words: what a test expects to find elsewhere. */
export interface SiteState {
  /** The poll round that shows, by the right time. */
  readonly round: Date;
  /** When it began to show. */
  readonly showsAt: Date;
  /** The round on the ECU's own clock, `yyyy-mm-dd hh:mm:ss`; null for a clock that was never set. */
  readonly stamp: string | null;
  readonly summary: KnownSummary;
  readonly records: readonly InverterRecord[];
  /** Raw, by inverter id, in the order of the reply. */
  readonly signal: ReadonlyMap<string, number>;
  /** Whether its sun is high enough for the inverters to be awake. */
  readonly isDay: boolean;
  /** What each panel has truly made, by inverter: whatever the counters say, they should say its sum. */
  readonly energies: ReadonlyMap<string, readonly PanelEnergy[]>;
}

/** An ECU with inverters under a moving sun. All that is set takes hold at once, without waiting for a round. */
export interface SimulatedSite extends ReplySource {
  /** What it would answer now, in the decoders' words. */
  state(): SiteState;
  readonly inverters: readonly Inverter[];
  /** @returns its id */
  addInverter(family: Family, id?: string): string;
  removeInverter(id: string): void;
  setInverter(id: string, state: InverterState): void;
  /** @param panel from 1 */
  setPanel(id: string, panel: number, change: Partial<Panel>): void;
  /** W by panel instead of what the sun gives; null gives it back to the sun. */
  setPowers(id: string, powers: readonly number[] | null): void;
  /** A record of this type with these bytes behind its head; null for its own record again. */
  setRecord(id: string, record: { readonly type: string; readonly body: Buffer } | null): void;
  setEcuId(id: string): void;
  /** kWh. It goes on counting from there. */
  setLifetimeEnergy(kWh: number): void;
  /** kWh. It goes on counting from there, to midnight. */
  setTodayEnergy(kWh: number): void;
  /** What the summary says whatever is true, until it is called again: `{}` for the truth. */
  overrideSummary(values: Partial<KnownSummary>): void;
  /** 01: the ECU takes no id for its own; 02: no poll round has finished yet. */
  setStatus(status: '00' | '01' | '02'): void;
  /** Seconds that the ECU's clock is ahead of the right time; null for a clock that was never set. */
  setClockOffset(seconds: number | null): void;
  /**
   * The sun moves on from there, the ECU's clock as before; null for the real sun.
   *
   * @returns false where the sun does not get there today
   */
  sendSun(to: SunJump | null): boolean;
  /** Holds the present round: the ECU goes on answering, with the same stamp and values. */
  freeze(isFrozen: boolean): void;
  /** Part of its full power that each inverter may make from a moment on; 1 for no limit, 0 for off. */
  limitPower(part: number, from: Date): void;
  /** Seconds. The next round begins a round after the present one. */
  setRounds(round: number, delay: number | ((round: number) => number)): void;
}
