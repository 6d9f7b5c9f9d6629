import type { Channels } from '../ecu/models.ts';
import type { EcuExtras, InverterExtras } from './extras.ts';
import type { InverterVerdict } from './verdict.ts';

/**
 * One ECU at one moment, as it is published. Never changed after it is made; the next poll makes a new one.
 * Null is "not known now".
 */
export interface EcuSnapshot extends EcuExtras {
  /** 12 digits. */
  readonly ecuId: string;
  /** The person's name for it, else the model. */
  readonly name: string;
  readonly model: string;
  readonly firmware: string | null;
  /** When we had the answer. */
  readonly takenAt: Date;
  /** Time of the ECU's poll round, ISO 8601 with the offset of the ECU's zone. */
  readonly round: string | null;
  /** W. */
  readonly currentPower: number | null;
  /** kWh. */
  readonly todayEnergy: number | null;
  /** kWh. */
  readonly lifetimeEnergy: number | null;
  /** When that began anew at 0; null for never, as far as we know. */
  readonly lifetimeReset: Date | null;
  /** kWh that were counted here since this program first saw the ECU, and today; null before the first round. */
  readonly countedEnergy: number | null;
  readonly countedTodayEnergy: number | null;
  readonly invertersRegistered: number | null;
  readonly invertersOnline: number | null;
  readonly inverters: readonly InverterSnapshot[];
}

export interface InverterSnapshot extends InverterExtras {
  /** 12 digits. */
  readonly id: string;
  /** Family name such as `DS3`; null for an id nobody has named. */
  readonly family: string | null;
  /** Null when the ECU left it out, or sent what we can't read. */
  readonly online: boolean | null;
  /** Null when neither its records nor its id tell. */
  readonly channels: Channels | null;
  /** %, 0 to 100. */
  readonly signal: number | null;
  /** °C. */
  readonly temperature: number | null;
  /** Hz. */
  readonly frequency: number | null;
  /** W, one a panel; 0 while offline. */
  readonly powers: readonly (number | null)[];
  /** V AC, one a reported voltage. */
  readonly voltages: readonly (number | null)[];
  /** What was counted of its panels; null before its first round. */
  readonly counted: CountedPanels | null;
  /** Its panels against their neighbours. */
  readonly verdict: InverterVerdict;
}

/** kWh, one a panel: since this program first saw the inverter, and today. */
export interface CountedPanels {
  readonly energy: readonly number[];
  readonly today: readonly number[];
}

/** What is remembered of an inverter, so that it stays when a reply leaves it out. */
export interface KnownInverter {
  readonly id: string;
  readonly channels: Channels | null;
}
