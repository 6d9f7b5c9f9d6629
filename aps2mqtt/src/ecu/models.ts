/**
 * What the first digits of an id tell: a name for people, what can be done with an ECU, and how many values
 * to announce for an inverter that has not been heard yet. What a record holds is decided by its type alone.
 */

export interface EcuModel {
  readonly name: string;
  /** Can be restarted through its web page. */
  readonly restartable: boolean;
  /** It may have a web page that can be asked, where its firmware has not withdrawn it. */
  readonly hasWebPage: boolean;
  /** It has clamps for meters. */
  readonly hasMeters: boolean;
  /** With its network cable in, it does not answer. */
  readonly isWifiOnly: boolean;
}

const ECU_MODELS: readonly (readonly [prefix: string, model: EcuModel])[] = [
  ['2160', { name: 'ECU-R', restartable: false, hasWebPage: false, hasMeters: false, isWifiOnly: true }],
  ['2162', { name: 'ECU-R-Pro', restartable: true, hasWebPage: true, hasMeters: false, isWifiOnly: false }],
  ['2163', { name: 'ECU-B', restartable: false, hasWebPage: false, hasMeters: false, isWifiOnly: true }],
  ['215', { name: 'ECU-C', restartable: true, hasWebPage: true, hasMeters: true, isWifiOnly: false }],
];

const UNKNOWN_ECU: EcuModel = {
  name: 'ECU',
  restartable: false,
  hasWebPage: false,
  hasMeters: false,
  isWifiOnly: false,
};

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
  /**
   * kW of the strongest inverter with these digits: the largest continuous output in the vendor's data sheets (DS3-S 640,
   * DS3-L 768, DS3 880, DS3-H 960, DS3D 2000 VA; YC500 500, YC600 600, YC1000 1000, QS1 1200, QS1A 1500 VA; QT2 2000,
   * QT2D 3600 VA). Where ids don't tell two of them apart, it is the stronger one's.
   */
  readonly peakKw: number;
}

const INVERTER_FAMILIES: readonly (readonly [prefix: string, family: InverterFamily])[] = [
  ['702', { name: 'DS3-S', channels: TWO_PANELS, peakKw: 0.96 }],
  ['703', { name: 'DS3-L', channels: TWO_PANELS, peakKw: 0.96 }],
  ['704', { name: 'DS3', channels: TWO_PANELS, peakKw: 0.96 }],
  ['705', { name: 'DS3-H', channels: TWO_PANELS, peakKw: 0.96 }],
  ['707', { name: 'DS3-M', channels: TWO_PANELS, peakKw: 0.96 }],
  ['804', { name: 'QS1A', channels: FOUR_PANELS, peakKw: 1.5 }],
  ['10', { name: 'YC500', channels: TWO_PANELS, peakKw: 0.5 }],
  ['40', { name: 'YC600', channels: TWO_PANELS, peakKw: 0.6 }],
  ['50', { name: 'YC1000', channels: THREE_PHASES, peakKw: 1 }],
  ['70', { name: 'DS3', channels: TWO_PANELS, peakKw: 2 }],
  ['80', { name: 'QS1', channels: FOUR_PANELS, peakKw: 1.5 }],
  ['90', { name: 'QT2', channels: THREE_PHASES, peakKw: 3.6 }],
];

/** Null for a prefix nobody has named yet: its values are read all the same. */
export function inverterFamily(inverterId: string): InverterFamily | null {
  return INVERTER_FAMILIES.find(([prefix]) => inverterId.startsWith(prefix))?.[1] ?? null;
}

/** More than any inverter of today's makes. */
const UNKNOWN_PEAK_KW = 4;

/**
 * kW that an ECU's inverters can make together at the very most. Never 0: a count of none may be a mistake.
 *
 * @param registered how many there are; those of which no id is known count as unknown ones
 * @param most of an ECU: a count beyond it is garbage
 */
export function peakKwOf(inverterIds: readonly string[], registered: number, most: number): number {
  const known = inverterIds
    .slice(0, most)
    .reduce((sum, id) => sum + (inverterFamily(id)?.peakKw ?? UNKNOWN_PEAK_KW), 0);
  const unknown = Math.max(0, Math.min(most, registered) - inverterIds.length);
  return known + unknown * UNKNOWN_PEAK_KW || UNKNOWN_PEAK_KW;
}

/** An ECU's own id, typed into its inverter list by mistake. */
export function isEcuId(id: string): boolean {
  return /^21[56]/.test(id);
}
