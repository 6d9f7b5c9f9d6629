/** What Modbus tells of an inverter. Null is "not known now", or "not there". */
export interface InverterModbus {
  /** By panel: V, A and W on the panels' side. */
  readonly panels: readonly PanelDc[];
  /** VA. */
  readonly apparentPower: number | null;
  /** var. */
  readonly reactivePower: number | null;
  /** -1 to 1. */
  readonly powerFactor: number | null;
  /** In words, such as `producing`. */
  readonly state: string | null;
  readonly firmware: string | null;
  /** kWh, by the inverter's own counter. */
  readonly todayEnergy: number | null;
  /** The keys of states that have had a value: these become entities. */
  readonly shown: readonly string[];
}

export interface PanelDc {
  /** V. */
  readonly voltage: number | null;
  /** A. */
  readonly current: number | null;
  /** W. */
  readonly power: number | null;
}

/** What was commanded of an inverter over the ECU's web page, which cannot be read back; null before the first command. */
export interface InverterSwitch {
  readonly switchedOn: boolean | null;
  /** W a panel. */
  readonly maxPower: number | null;
}

/** The power limit of the whole array. */
export interface PowerControl {
  /** Modbus answers, so that commands can be carried out. */
  readonly isReachable: boolean;
  /** Modbus has answered once: there is something to control. */
  readonly isThere: boolean;
  /** %: the last command that was carried out; null before the first. */
  readonly powerLimit: number | null;
  /** By the last command that was carried out; null before the first. */
  readonly production: boolean | null;
  /** %: what the ECU remembers, which may not be true. */
  readonly reportedLimit: number | null;
  /** The power stays above the limit; null while nobody can tell. */
  readonly isNotFollowed: boolean | null;
}

/** The ECU's meters, at one moment. */
export interface MeterSnapshot {
  /** False when there are no points, or only old ones. */
  readonly isFresh: boolean;
  /** ISO 8601. */
  readonly measuredAt: string | null;
  readonly production: PhasePowers;
  /** + import, − export. */
  readonly grid: PhasePowers;
  readonly consumption: PhasePowers;
  /** kWh since this program first saw the meter. */
  readonly gridImport: number | null;
  /** kWh since this program first saw the meter. */
  readonly gridExport: number | null;
}

/** W; null for what is not known. */
export interface PhasePowers {
  readonly total: number | null;
  readonly a: number | null;
  readonly b: number | null;
  readonly c: number | null;
}

/** Zero export over the ECU's web page: as commanded, since it cannot be read back; null before the first command. */
export interface ExportControl {
  readonly zeroExport: boolean | null;
  /** W. */
  readonly exportLimit: number | null;
}

/** What comes of an inverter from elsewhere than port 8899. What is off is not there. */
export interface InverterExtras {
  /** Where Modbus is read. */
  readonly modbus?: InverterModbus;
  /** Where control over the ECU's web page is on. */
  readonly switch?: InverterSwitch;
}

/** The same of the ECU. */
export interface EcuExtras {
  /** Where control over Modbus is on. */
  readonly powerControl?: PowerControl;
  /** Where control over the ECU's web page is on, and the ECU has meters. */
  readonly exportControl?: ExportControl;
  /** Where the ECU's meters are read. */
  readonly meter?: MeterSnapshot;
}
