import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { settle } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** Names in each language, and the same entity ids as in English. See README. */

const ECU = '215000660001';
const DS3 = '704000660011';
const YC1000 = '501000660012';
const DEVICES = [ECU, DS3, YC1000];
/** Modbus is read after the first poll, one inverter after the other. */
const PATIENCE_MS = 90_000;

/** The entity id, and the name in each language; the first of them makes the entities. */
const NAMES = {
  [`${ECU}_roof`]: ['image.home_roof', 'Dach', 'Toit', 'Dak', 'Tejado', 'Roof'],
  [`${ECU}_refresh`]: ['button.home_refresh', 'Aktualisieren', 'Actualiser', 'Vernieuwen', 'Actualizar', 'Refresh'],
  [`${ECU}_today_energy`]: [
    'sensor.home_energy_today',
    'Energie heute',
    "Énergie aujourd'hui",
    'Energie vandaag',
    'Energía hoy',
    'Energy today',
  ],
  [`${ECU}_power_limit`]: [
    'number.home_power_limit',
    'Leistungsgrenze',
    'Limite de puissance',
    'Vermogenslimiet',
    'Límite de potencia',
    'Power limit',
  ],
  [`${ECU}_grid_import_energy`]: [
    'sensor.home_grid_import',
    'Netzbezug',
    'Soutirage du réseau',
    'Netafname',
    'Consumo de red',
    'Grid import',
  ],
  [`${DS3}_switched_on`]: [
    `switch.ds3_${DS3}_switched_on`,
    'Eingeschaltet',
    'Allumé',
    'Ingeschakeld',
    'Encendido',
    'Switched on',
  ],
  [`${DS3}_panel_1_dc_power`]: [
    `sensor.ds3_${DS3}_panel_1_dc_power`,
    'DC-Leistung Modul 1',
    'Puissance CC panneau 1',
    'DC-vermogen paneel 1',
    'Potencia CC panel 1',
    'Panel 1 DC power',
  ],
  [`${YC1000}_panel_2_voltage`]: [
    `sensor.yc1000_${YC1000}_phase_2_voltage`,
    'Spannung Phase 2',
    'Tension phase 2',
    'Spanning fase 2',
    'Tensión fase 2',
    'Phase 2 voltage',
  ],
} as const;

describe.skipIf(!installed.isThere)('a real Home Assistant, in another language', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  let ids: ReadonlyMap<string, string> | undefined;

  beforeAll(async () => {
    stage = await openStage('language', DEVICES);
    const inverters = [
      { family: 'ds3', id: DS3 },
      { family: 'yc1000', id: YC1000 },
    ] as const;
    ecu = await startEcu({ ecu: 'ecu-c', ecuId: ECU, inverters });
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
  });

  it.each(['de', 'fr', 'nl', 'es', 'en'].map((language, index) => [language, index + 1] as const))(
    'has its names in %s with English entity ids, which stay',
    async (language, index) => {
      const program = stage.start({
        ...ecu.environment,
        APS_ECU_NAME: 'Home',
        APS_ECU_MODBUS: 'control',
        APS_ECU_WEB_PAGE: 'control',
        APS_LANGUAGE: language,
      });
      const wanted = Object.entries(NAMES).map(([key, texts]) => `aps_${key} ${texts[0]} ${texts[index]}`);
      await settle(PATIENCE_MS, async () => {
        const entries = await stage.home.entries(DEVICES);
        const found = entries.map((entry) => `${entry.unique_id} ${entry.entity_id} ${entry.original_name}`);
        return wanted.filter((line) => !found.includes(line));
      });
      const now = await stage.home.entityIds(DEVICES);
      ids ??= now;
      expect(Array.from(ids, ([uniqueId]) => now.get(uniqueId))).toEqual([...ids.values()]);
      await program.stop();
    },
    PATIENCE_MS + 10_000,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
