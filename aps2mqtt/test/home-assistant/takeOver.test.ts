import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { HomeAssistant } from './api.ts';
import { installed } from './installed.ts';
import { found } from './patience.ts';

/**
 * What DOCS promises to people who come from another integration: our entity goes on with the history of the one whose id
 * it is given. Another integration's lifetime energy is played by an entity of MQTT with a name of its own. Takes up to
 * eleven minutes, because Home Assistant makes statistics every five. Started as `e2e.test.ts` is.
 */
const { url, token, host, port, isThere } = installed;

/** Of this run, so that nothing is left from the last one. */
const RUN = String(Date.now()).slice(-11, -3);
const ECU = `2162${RUN}`;
const DS3 = `7040${RUN}`;
const OURS = `sensor.take_over_${RUN}_lifetime_energy`;
const THEIRS = `sensor.ecu_${ECU}_lifetime_energy`;
/** Of which Home Assistant has the hours, but no longer the five minutes. */
const LONG_GONE = `sensor.ecu_${ECU}_today_energy`;
const OUR_OTHER = `sensor.take_over_${RUN}_energy_today`;
const ALL = [OURS, THEIRS, LONG_GONE, OUR_OTHER];

const DISCOVERY = 'homeassistant/sensor/not_ours/config';
const STATE = 'not-ours/lifetime';
const BEFORE = { first: 1000, last: 1234.5 };
const GONE_SUM = 409;
const PATIENCE_MS = 40_000;
const STATISTICS_MS = 330_000;

interface Row {
  readonly start: number;
  readonly state: number;
  readonly sum: number;
}

describe.skipIf(!isThere)("a real Home Assistant, with another integration's history", () => {
  let home: HomeAssistant;
  let client: MqttClient;
  let ecu: Simulator;
  const startedAt = new Date(Date.now() - 600_000).toISOString();

  beforeAll(async () => {
    home = await HomeAssistant.connect(url, token);
    client = connect({ host, port: Number(port), protocol: 'mqtt' });
    const energies = { lifetimeEnergy: BEFORE.last, todayEnergy: 3.5 };
    const site = { ecu: 'ecu-r-pro', ecuId: ECU, inverters: [{ family: 'ds3', id: DS3 }], ...energies } as const;
    ecu = await startSimulator({ source: simulatedSite({ ...site, round: 60 }, { now: () => new Date() }) });
  }, 60_000);

  afterAll(async () => {
    await endPrograms();
    for (const id of [ECU, DS3]) {
      await client.publishAsync(`homeassistant/device/aps_${id}/config`, '', { retain: true, qos: 1 });
    }
    for (const topic of [DISCOVERY, STATE, `aps/${ECU}/availability`, `aps/${ECU}/roof`]) {
      await client.publishAsync(topic, '', { retain: true, qos: 1 });
    }
    await home.ask('recorder/clear_statistics', { statistic_ids: ALL });
    await ecu.stop();
    await client.endAsync();
    home.close();
  });

  const rename = (entity_id: string, new_entity_id: string) =>
    home.ask('config/entity_registry/update', { entity_id, new_entity_id });

  async function rowsOf(id: string): Promise<readonly Row[]> {
    const asked = { start_time: startedAt, statistic_ids: [id], period: '5minute', types: ['state', 'sum'] };
    return (await home.ask<Record<string, Row[]>>('recorder/statistics_during_period', asked))[id] ?? [];
  }

  const lastRow = async (id: string, isIt: (row: Row) => boolean = () => true) => (await rowsOf(id)).findLast(isIt);

  async function isRegistered(id: string): Promise<true | undefined> {
    const entries = await home.ask<{ entity_id: string }[]>('config/entity_registry/list');
    return entries.some(({ entity_id }) => entity_id === id) || undefined;
  }

  it(
    'has statistics of the other one, and of ours beside it',
    async () => {
      await importHours();
      const theirs = {
        unique_id: `${ECU}_lifetime_energy`,
        name: 'Lifetime Energy',
        default_entity_id: THEIRS,
        state_topic: STATE,
        device_class: 'energy',
        state_class: 'total_increasing',
        unit_of_measurement: 'kWh',
      };
      // Retained: another file loads the MQTT integration anew.
      await client.publishAsync(DISCOVERY, JSON.stringify(theirs), { retain: true, qos: 1 });
      for (const state of [BEFORE.first, BEFORE.last]) {
        await client.publishAsync(STATE, String(state), { retain: true, qos: 1 });
        const isShown = async () => Number((await home.states()).get(THEIRS)?.state) === state || undefined;
        await found(`the other entity with ${state}`, PATIENCE_MS, isShown);
      }
      startProgram({
        TZ: 'UTC',
        APS_ECU_IP: '127.0.0.1',
        APS_ECU_PORT: String(ecu.port),
        APS_ECU_NAME: `Take over ${RUN}`,
        MQTT_BROKER_HOST: host,
        MQTT_BROKER_PORT: port,
        MQTT_CLIENT_ID: 'aps2mqtt-take-over',
        MQTT_DISCOVERY_ENABLED: 'true',
      });
      const row = await found('their statistics', STATISTICS_MS, () => lastRow(THEIRS, (one) => one.sum > 0));
      expect(row).toMatchObject({ state: BEFORE.last, sum: BEFORE.last - BEFORE.first });
      await found('our statistics', STATISTICS_MS, () => lastRow(OURS));
    },
    2 * STATISTICS_MS + PATIENCE_MS,
  );

  it('refuses the id while the other one is there, and gives it once that is deleted', async () => {
    await expect(rename(OURS, THEIRS)).rejects.toThrow('Entity with this ID is already registered');
    await client.publishAsync(DISCOVERY, '', { retain: true, qos: 1 });
    await found('its end', PATIENCE_MS, async () => ((await isRegistered(THEIRS)) ? undefined : true));
    await rename(OURS, THEIRS);
    await rename(OUR_OTHER, LONG_GONE);
    expect(await isRegistered(THEIRS)).toBe(true);
  }, 60_000);

  it(
    'goes on with sum and history of the other one, without a jump, and leaves what ours had where it was',
    async () => {
      const { length } = await rowsOf(OURS);
      const renamedAt = (await lastRow(THEIRS))?.start ?? 0;
      const row = await found('new statistics', STATISTICS_MS, () => lastRow(THEIRS, ({ start }) => start > renamedAt));
      expect(row.state).toBeGreaterThanOrEqual(BEFORE.last);
      expect(row.sum).toBeCloseTo(row.state - BEFORE.first, 6);
      expect(await rowsOf(OURS)).toHaveLength(length);
      expect(length).toBeGreaterThan(0);

      const asked = { start_time: startedAt, entity_ids: [THEIRS], no_attributes: true, minimal_response: true };
      const history = await home.ask<Record<string, { s: string }[]>>('history/history_during_period', asked);
      const states = history[THEIRS]?.map(({ s }) => s) ?? [];
      expect(states).toContain(String(BEFORE.first));
      expect(Number(states.at(-1))).toBeGreaterThanOrEqual(BEFORE.last);

      const validated = await home.ask<Record<string, unknown>>('recorder/validate_statistics');
      expect(ALL.filter((id) => id in validated)).toEqual([OURS, OUR_OTHER]);
    },
    STATISTICS_MS + PATIENCE_MS,
  );

  it('begins at 0 where the five minutes are gone, and is put right by adjusting the sum', async () => {
    const [first = expect.fail('no statistics')] = await rowsOf(LONG_GONE);
    expect(first.sum).toBeLessThan(1);
    await home.ask('recorder/adjust_sum_statistics', {
      statistic_id: LONG_GONE,
      start_time: new Date(first.start).toISOString(),
      adjustment: GONE_SUM,
      adjustment_unit_of_measurement: 'kWh',
    });
    const adjusted = await found('the adjusted sum', PATIENCE_MS, () => lastRow(LONG_GONE, ({ sum }) => sum > 1));
    expect(adjusted.sum).toBeCloseTo(GONE_SUM + first.sum, 6);
  }, 60_000);

  /** As an integration leaves them that has been gone for longer than five-minute statistics are kept. */
  async function importHours(): Promise<void> {
    const begin = Math.floor(Date.now() / 3_600_000) - 20 * 24;
    const stats = Array.from({ length: 10 }, (_, hour) => {
      const start = new Date((begin + hour) * 3_600_000).toISOString();
      return { start, state: 1_100 + hour, sum: GONE_SUM - 9 + hour };
    });
    const metadata = {
      source: 'recorder',
      statistic_id: LONG_GONE,
      name: null,
      mean_type: 0,
      has_sum: true,
      unit_class: 'energy',
      unit_of_measurement: 'kWh',
    };
    await home.ask('recorder/import_statistics', { metadata, stats });
  }
});
