import type { InverterModbus, MeterSnapshot } from '../../src/site/extras.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { FOUR_INVERTERS, snapshotOf } from './snapshots.ts';

const ECU_C: SiteDescription = { ...FOUR_INVERTERS, ecu: 'ecu-c', ecuId: '215000000017' };
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

/** With all that may be switched on. @param isThere whether Modbus has been heard */
export async function everything(isThere = true, site = ECU_C): Promise<EcuSnapshot> {
  const snapshot = await snapshotOf(site);
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
      modbus: modbus(one.powers.length, ['panel_1_dc_voltage', 'inverter_state']),
      switch: { switchedOn: null, maxPower: null },
    })),
  };
}
