import type { EcuSystem, RecordLayoutName } from './encode.ts';
import type { Panel } from './panels.ts';

export interface EcuKindFacts {
  /** Of its id, which has 12 digits. */
  readonly prefix: string;
  readonly system: EcuSystem;
  readonly firmware: string;
}

export const ECU_KINDS = {
  'ecu-r': { prefix: '2160', system: 'rtos', firmware: 'ECU_R_1.2.31' },
  'ecu-r-pro': { prefix: '2162', system: 'linux', firmware: 'ECU_R_PRO_2.1.27' },
  'ecu-b': { prefix: '2163', system: 'rtos', firmware: 'ECU_B_1.2.33' },
  'ecu-c': { prefix: '215', system: 'linux', firmware: 'ECU-C-Z_C1.2.24D' },
} as const satisfies Record<string, EcuKindFacts>;

export type EcuKind = keyof typeof ECU_KINDS;

export interface FamilyFacts {
  /** Of an inverter's id, which has 12 digits. */
  readonly prefix: string;
  /** Type of its records. */
  readonly type: string;
  readonly layout: RecordLayoutName;
  /** W that one panel gives at most. */
  readonly peak: number;
  /** V, of its grid connection. */
  readonly voltage: number;
}

export const FAMILIES = {
  yc500: { prefix: '103', type: '01', layout: 'PVPV', peak: 250, voltage: 230 },
  yc600: { prefix: '408', type: '01', layout: 'PVPV', peak: 300, voltage: 230 },
  ds3: { prefix: '704', type: '01', layout: 'PVPV', peak: 440, voltage: 230 },
  'ds3-s': { prefix: '702', type: '01', layout: 'PVPV', peak: 320, voltage: 230 },
  'ds3-l': { prefix: '703', type: '01', layout: 'PVPV', peak: 384, voltage: 230 },
  'ds3-m': { prefix: '707', type: '01', layout: 'PVPV', peak: 400, voltage: 230 },
  'ds3-h': { prefix: '705', type: '04', layout: 'PVPV', peak: 480, voltage: 230 },
  yc1000: { prefix: '501', type: '02', layout: 'PVPVPVP', peak: 225, voltage: 230 },
  qt2: { prefix: '901', type: '02', layout: 'PVPVPVP', peak: 500, voltage: 390 },
  qs1: { prefix: '801', type: '03', layout: 'PVPPP', peak: 300, voltage: 230 },
  qs1a: { prefix: '804', type: '03', layout: 'PVPPP', peak: 375, voltage: 230 },
} as const satisfies Record<string, FamilyFacts>;

export type Family = keyof typeof FAMILIES;

/** Never heard: registered, but silent since the ECU started. */
export type InverterState = 'online' | 'offline' | 'neverHeard';

/** A simulated inverter. */
export interface Inverter {
  /** 12 digits. */
  readonly id: string;
  readonly family: Family;
  readonly state: InverterState;
  readonly panels: readonly Panel[];
}

/** As firmware 1.2.31 and 1.3.6C does. */
export type LyingToday = 'half' | 'stands';

export interface SiteDescription {
  readonly ecu: EcuKind;
  /** 12 digits; made up from the seed unless told. */
  readonly ecuId?: string;
  /**
   * Up to 100 in all; `count` alike ones, 1 unless told. `id` is for a single one. Its panels in order; flat and whole
   * unless told.
   */
  readonly inverters: readonly {
    readonly family: Family;
    readonly count?: number;
    readonly state?: InverterState;
    readonly id?: string;
    readonly panels?: readonly Partial<Panel>[];
  }[];
  /** Degrees, north and east positive; Paris unless told. */
  readonly position?: { readonly latitude: number; readonly longitude: number };
  /** IANA zone of the ECU's wall clock; Europe/Paris unless told. */
  readonly timeZone?: string;
  /** Seconds between poll rounds; 300 unless told. Rounds begin at whole multiples of it since 1970. */
  readonly round?: number;
  /** Seconds from a round's stamp until its values show; 10 unless told. Less than a round. */
  readonly delay?: number;
  /** kWh at the start; 1234.5 unless told. */
  readonly lifetimeEnergy?: number;
  /** kWh at the start; what the sun gave since midnight unless told. */
  readonly todayEnergy?: number;
  /** kWh that its lifetime counter moves by at once, from 0.1 (unless told) in steps of 0.1. */
  readonly lifetimeStep?: number;
  /** From the start on its counter of today counts half of what is made, or stands still until a day begins with 0. */
  readonly lyingToday?: LyingToday;
  /** s that its sun is ahead of the real one; 0 unless told. */
  readonly sunOffset?: number;
  /** How much the clouds take at most, 0 (unless told) to 1. */
  readonly clouds?: number;
  /** Another word gives other ids, panels and clouds. */
  readonly seed?: string;
}

export const MOST_INVERTERS = 100;

export function panelCountOf(family: Family): number {
  return Array.from(FAMILIES[family].layout).filter((word) => word === 'P').length;
}
