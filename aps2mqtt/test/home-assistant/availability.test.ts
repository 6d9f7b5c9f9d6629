import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../support/program.ts';
import { environmentOf, startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { type Key, openStage, type Stage } from './stage.ts';

/** What is not there is not shown as if it were, and comes back by itself. See README. */

/** An ECU for each of what may be silent, all at the same time. */
const [METERLESS, LIMITLESS, SILENT] = ['215000220001', '215000220002', '215000220003'] as const;
const DS3 = { [METERLESS]: '704000220011', [LIMITLESS]: '704000220012', [SILENT]: '704000220013' } as const;
const ECUS = [METERLESS, LIMITLESS, SILENT] as const;
const DEVICES = [...ECUS, ...Object.values(DS3)];
type Ecu = (typeof ECUS)[number];

const FIRST_VALUES_MS = 120_000;
const A_ROUND_MS = 150_000;
/** Three rounds, or polls a minute and more apart, have to give nothing. */
const SILENT_MS = 500_000;

const live = (ecu: Ecu): Key[] => [
  `${ecu}_power`,
  `${DS3[ecu]}_power`,
  `${DS3[ecu]}_online`,
  `${DS3[ecu]}_panel_1_dc_power`,
];
const kept = (ecu: Ecu): Key[] => [
  `${ecu}_lifetime_energy`,
  `${ecu}_grid_import_energy`,
  `${ecu}_poll_round`,
  `${ecu}_roof`,
  `${DS3[ecu]}_panel_1_energy`,
];
const byModbus = (ecu: Ecu): Key[] => [`${ecu}_power_limit`, `${ecu}_production`, `${ecu}_reported_power_limit`];
const byMeter = (ecu: Ecu): Key[] => [`${ecu}_grid_power`, `${ecu}_consumption_power`, `${ecu}_measured_at`];

/** Whatever it is. */
const KNOWN = /^(?!unknown|unavailable|nothing)/;
/** A limit is not known before the first command. */
const AVAILABLE = /^(?!unavailable|nothing)/;

describe.skipIf(!installed.isThere)('a real Home Assistant, when something is silent', () => {
  let stage: Stage;
  let ecus: readonly WholeEcu[] = [];
  let program: Program;

  beforeAll(async () => {
    stage = await openStage('availability', DEVICES);
    const start = (ecuId: Ecu) => startEcu({ ecu: 'ecu-c', ecuId, inverters: [{ family: 'ds3', id: DS3[ecuId] }] });
    ecus = await Promise.all(ECUS.map(start));
    startProgram();
    await all(
      ECUS.flatMap((ecu) => [...live(ecu), ...kept(ecu), ...byMeter(ecu)]),
      KNOWN,
      FIRST_VALUES_MS,
    );
    await all(ECUS.flatMap(byModbus), AVAILABLE, FIRST_VALUES_MS);
  }, 2 * FIRST_VALUES_MS);

  afterAll(async () => {
    await stage.close();
    await Promise.all(ecus.map((ecu) => ecu.stop()));
  });

  function startProgram(): void {
    program = stage.start({
      ...environmentOf(ecus),
      APS_ECU_NAME: 'Meterless,Limitless,Silent',
      APS_ECU_MODBUS: 'control',
      APS_ECU_WEB_PAGE: 'control',
    });
  }

  const simulated = (ecu: Ecu) => ecus[ECUS.indexOf(ecu)] ?? expect.fail(`no ${ecu}`);

  async function all(keys: readonly Key[], wanted: string | RegExp, ms?: number): Promise<void> {
    await Promise.all(keys.map((key) => stage.shows(key, wanted, ms)));
  }

  describe.concurrent('at the same time', () => {
    it('shows no meter that has no points, and what it has counted', { timeout: 3 * A_ROUND_MS }, async () => {
      const { web } = simulated(METERLESS);
      web.manner = 'empty';
      await all(byMeter(METERLESS), 'unavailable', A_ROUND_MS);
      await all([...live(METERLESS), ...kept(METERLESS), ...byModbus(METERLESS).slice(2)], KNOWN);
      web.behave();
      await all(byMeter(METERLESS), KNOWN, A_ROUND_MS);
    });

    it('shows no limit while Modbus is silent', { timeout: SILENT_MS + 2 * A_ROUND_MS }, async () => {
      simulated(LIMITLESS).modbus.manner = 'silent';
      await all(byModbus(LIMITLESS), 'unavailable', SILENT_MS);
      await stage.shows(`${DS3[LIMITLESS]}_panel_1_dc_power`, 'unknown', A_ROUND_MS);
      await all([`${LIMITLESS}_power`, ...kept(LIMITLESS), ...byMeter(LIMITLESS)], KNOWN);
    });

    it('shows what stays true while the ECU is silent, and nothing else', { timeout: 2 * SILENT_MS }, async () => {
      const { simulator } = simulated(SILENT);
      simulator.misbehave({ kind: 'refuse' });
      await all([...live(SILENT), ...byModbus(SILENT), ...byMeter(SILENT)], 'unavailable', SILENT_MS);
      await all(kept(SILENT), KNOWN);
      await simulator.behave();
      await all([`${SILENT}_power`, `${DS3[SILENT]}_power`], KNOWN, SILENT_MS);
    });
  });

  it('shows nothing as live when the program has ended, and all of it when it is back', async () => {
    const keys = [...live(METERLESS), ...kept(METERLESS), ...byMeter(METERLESS)];
    await program.stop();
    await all([...keys, ...byModbus(METERLESS)], 'unavailable');
    startProgram();
    await all(keys, KNOWN, FIRST_VALUES_MS);
  }, 240_000);

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
