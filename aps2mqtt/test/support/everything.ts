import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { withExtras } from './extras.ts';
import { FOUR_INVERTERS, snapshotOf } from './snapshots.ts';

const ECU_C: SiteDescription = { ...FOUR_INVERTERS, ecu: 'ecu-c', ecuId: '215000000017' };

/** With all that may be switched on. @param isThere whether Modbus has been heard */
export async function everything(isThere = true, site = ECU_C): Promise<EcuSnapshot> {
  return withExtras(await snapshotOf(site), { isThere, shown: ['panel_1_dc_voltage', 'inverter_state'] });
}
