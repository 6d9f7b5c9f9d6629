/**
 * What the first digits of an id tell (PROTOCOL 8): a name for people, what can be done with an ECU, and how many values
 * to announce for an inverter that has not been heard yet. What a record holds is decided by its type alone.
 */

export interface EcuModel {
  readonly name: string;
  /** Can be restarted through its web page (PROTOCOL 10). */
  readonly restartable: boolean;
  /** With its network cable in, it does not answer (PROTOCOL 8a). */
  readonly isWifiOnly: boolean;
}

const ECU_MODELS: readonly (readonly [prefix: string, model: EcuModel])[] = [
  ['2160', { name: 'ECU-R', restartable: false, isWifiOnly: true }],
  ['2162', { name: 'ECU-R-Pro', restartable: true, isWifiOnly: false }],
  ['2163', { name: 'ECU-B', restartable: false, isWifiOnly: true }],
  ['215', { name: 'ECU-C', restartable: true, isWifiOnly: false }],
];

const UNKNOWN_ECU: EcuModel = { name: 'ECU', restartable: false, isWifiOnly: false };

export function ecuModel(ecuId: string): EcuModel {
  return ECU_MODELS.find(([prefix]) => ecuId.startsWith(prefix))?.[1] ?? UNKNOWN_ECU;
}

/** How many panel powers and how many voltages an inverter reports. */
export interface Channels {
  readonly powers: number;
  readonly voltages: number;
}

const TWO_PANELS: Channels = { powers: 2, voltages: 2 };
const FOUR_PANELS: Channels = { powers: 4, voltages: 1 };
const THREE_PHASES: Channels = { powers: 4, voltages: 3 };

export interface InverterFamily {
  readonly name: string;
  /** What its records are expected to hold, for an inverter that has not been heard yet. */
  readonly channels: Channels;
}

const INVERTER_FAMILIES: readonly (readonly [prefix: string, family: InverterFamily])[] = [
  ['702', { name: 'DS3-S', channels: TWO_PANELS }],
  ['703', { name: 'DS3-L', channels: TWO_PANELS }],
  ['705', { name: 'DS3-H', channels: TWO_PANELS }],
  ['707', { name: 'DS3-M', channels: TWO_PANELS }],
  ['804', { name: 'QS1A', channels: FOUR_PANELS }],
  ['10', { name: 'YC500', channels: TWO_PANELS }],
  ['40', { name: 'YC600', channels: TWO_PANELS }],
  ['50', { name: 'YC1000', channels: THREE_PHASES }],
  ['70', { name: 'DS3', channels: TWO_PANELS }],
  ['80', { name: 'QS1', channels: FOUR_PANELS }],
  ['90', { name: 'QT2', channels: THREE_PHASES }],
];

/** Null for a prefix nobody has named yet: its values are read all the same. */
export function inverterFamily(inverterId: string): InverterFamily | null {
  return INVERTER_FAMILIES.find(([prefix]) => inverterId.startsWith(prefix))?.[1] ?? null;
}

/** An ECU's own id, typed into its inverter list by mistake (PROTOCOL 8b). */
export function isEcuId(id: string): boolean {
  return /^21[56]/.test(id);
}
