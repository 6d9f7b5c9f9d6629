import { everyInverterExtra } from '../../src/homeassistant/extraEntities.ts';
import type { InverterModbus, MeterSnapshot } from '../../src/site/extras.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';

const NOTHING = { total: null, a: null, b: null, c: null };

const METER: MeterSnapshot = {
  isFresh: false,
  measuredAt: null,
  production: NOTHING,
  grid: NOTHING,
  consumption: NOTHING,
  gridImport: null,
  gridExport: null,
};

const modbus = (panels: number, shown: readonly string[]): InverterModbus => ({
  panels: Array.from({ length: panels }, () => ({ voltage: 33.4, current: null, power: null })),
  apparentPower: null,
  reactivePower: null,
  powerFactor: null,
  state: 'producing',
  firmware: '5314',
  todayEnergy: null,
  shown,
});

interface Extent {
  /** Modbus has answered once. */
  readonly isThere?: boolean;
  /** Keys of what Modbus has shown; all unless told. */
  readonly shown?: readonly string[];
}

/** An ECU-C with all that may be switched on. */
export function withExtras(snapshot: EcuSnapshot, { isThere = true, shown = EVERYTHING }: Extent = {}): EcuSnapshot {
  return {
    ...snapshot,
    powerControl: {
      isReachable: true,
      isThere,
      powerLimit: null,
      production: null,
      reportedLimit: 30,
      isNotFollowed: null,
    },
    exportControl: { zeroExport: null, exportLimit: null },
    meter: METER,
    inverters: snapshot.inverters.map((one) => ({
      ...one,
      modbus: modbus(one.powers.length, shown),
      switch: { switchedOn: null, maxPower: null },
    })),
  };
}

const EVERYTHING = everyInverterExtra.map(({ key }) => key);
