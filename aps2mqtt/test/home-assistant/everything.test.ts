import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { settle } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** All that there may be: an ECU-C with Modbus, meters, switches and a restart, beside an ECU-R-Pro. See README. */

const ECU = '215000440001';
const SECOND = '216200440002';
const INVERTERS = [
  { family: 'ds3', id: '704000440011' },
  { family: 'yc1000', id: '501000440012' },
  { family: 'qs1', id: '801000440013' },
] as const;
const DEVICES = [ECU, SECOND, ...INVERTERS.map(({ id }) => id), '704000440014'];

/** Modbus is read after the first poll, one inverter after the other; energies are counted from two rounds on. */
const FIRST_VALUES_MS = 200_000;
const STATISTICS_MS = 400_000;
const NO_VALUE = ['unknown', 'unavailable'];
/** Before the first command nobody knows them, and it takes days to judge a panel. */
const STILL_UNKNOWN =
  /_(?:power_limit|production|zero_export|export_limit|switched_on|max_power|limit_not_followed|problem)$/;
/** What the meters count for the grid is as good for the dashboard as what the panels make. */
const GRID = /_grid_(?:import|export)_energy$/;

/** The five minutes of which Home Assistant makes statistics. */
const periodOf = (ms: number) => new Date(Math.floor(ms / 300_000) * 300_000).toISOString();

describe.skipIf(!installed.isThere)('a real Home Assistant, with all that there may be', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  let second: WholeEcu;
  const began = Date.now();

  beforeAll(async () => {
    stage = await openStage('everything', DEVICES);
    ecu = await startEcu({ ecu: 'ecu-c', ecuId: ECU, inverters: INVERTERS });
    second = await startEcu({ ecu: 'ecu-r-pro', ecuId: SECOND, inverters: [{ family: 'ds3', id: '704000440014' }] });
    stage.start({
      ...environmentOf([ecu, second]),
      APS_ECU_NAME: 'Everything,Second',
      APS_ECU_MODBUS: 'control,off',
      APS_ECU_WEB_PAGE: 'control,off',
      APS_ECU_AUTO_RESTART: 'true',
      APS_ECU_WIFI_SSID: 'roof',
      APS_ECU_WIFI_PASSWD: 'secret of the roof',
    });
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await Promise.all([ecu.stop(), second.stop()]);
  });

  it(
    'has them with their units, classes, categories, and off by default what few want',
    async () => {
      await settle(FIRST_VALUES_MS, async () => {
        const { size } = await stage.home.entityIds(DEVICES);
        return size === 192 ? [] : [`${size} entities`];
      });
      const states = await stage.home.states();
      const lines = (await stage.home.fullEntries(DEVICES)).map((entry) => {
        const { min, max, step, state_class: stateClass, options } = entry.capabilities ?? {};
        const unit = states.get(entry.entity_id)?.attributes.unit_of_measurement;
        const isOn = entry.disabled_by === null ? '' : `off by ${entry.disabled_by}`;
        const range = min === undefined ? '' : `${min} to ${max} by ${step}`;
        const words = Array.isArray(options) ? options.join('/') : '';
        const what = [unit, entry.original_device_class, stateClass, entry.entity_category, range, words, isOn];
        return [entry.unique_id, entry.entity_id, entry.original_name, ...what.filter(Boolean)].join(' | ');
      });
      await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot('everything.txt');
    },
    FIRST_VALUES_MS + 10_000,
  );

  it(
    'has a value for each that is on',
    async () => {
      const ids = await stage.home.enabledIds(DEVICES);
      await settle(FIRST_VALUES_MS, async () => {
        const states = await stage.home.states();
        return Array.from(ids)
          .filter(([uniqueId, id]) => !STILL_UNKNOWN.test(uniqueId) && !id.startsWith('button.'))
          .map(([, id]) => `${id} ${states.get(id)?.state ?? 'unknown'}`)
          .filter((line) => NO_VALUE.some((word) => line.endsWith(` ${word}`)));
      });
    },
    FIRST_VALUES_MS + 10_000,
  );

  it(
    'makes statistics of every measured value',
    async () => {
      const entries = await stage.home.fullEntries(DEVICES);
      const measured = entries
        .filter(({ capabilities, disabled_by }) => capabilities?.state_class !== undefined && disabled_by === null)
        .map(({ entity_id }) => entity_id);
      expect(measured.length).toBeGreaterThan(90);
      await settle(STATISTICS_MS, async () => {
        const ask = { start_time: periodOf(began), period: '5minute', statistic_ids: measured };
        const found = await stage.home.ask<object>('recorder/statistics_during_period', ask);
        return measured.filter((id) => !(id in found));
      });
      const validated = await stage.home.ask<Record<string, unknown>>('recorder/validate_statistics');
      expect(Object.keys(validated).filter((id) => measured.includes(id))).toEqual([]);
    },
    STATISTICS_MS + 10_000,
  );

  it(
    'fits the Energy dashboard',
    async () => {
      const { home } = stage;
      const before = await home.ask<object>('energy/get_prefs').catch(() => ({ energy_sources: [] }));
      const ids = Array.from(await home.enabledIds(DEVICES)).filter(([uniqueId]) => uniqueId.endsWith('_energy'));
      const [imported = '', exported = ''] = ['import', 'export'].map(
        (way) => ids.find(([uniqueId]) => uniqueId === `aps_${ECU}_grid_${way}_energy`)?.[1],
      );
      // Nobody shall count twice, but each has to be one that the dashboard takes.
      const solar = ids
        .filter(([uniqueId]) => !GRID.test(uniqueId))
        .map(([, id]) => ({ type: 'solar', stat_energy_from: id, config_entry_solar_forecast: null }));
      expect(solar.length).toBeGreaterThan(25);
      const grid = { type: 'grid', stat_energy_from: imported, stat_energy_to: exported, cost_adjustment_day: 0 };
      await home.ask('energy/save_prefs', { energy_sources: [...solar, grid] });
      try {
        await settle(STATISTICS_MS, async () => {
          const { energy_sources } = await home.ask<{ energy_sources: unknown[][] }>('energy/validate');
          return energy_sources.flat();
        });
      } finally {
        await home.ask('energy/save_prefs', before);
      }
    },
    STATISTICS_MS + 10_000,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
