import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MARKER } from '../../src/homeassistant/keptDiscovery.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';
import { HomeAssistant } from './api.ts';
import { installed } from './installed.ts';

/**
 * The built program, a simulated ECU, and a real Home Assistant that hears the same broker. Takes six minutes, because
 * Home Assistant makes statistics every five.
 *
 * HOME_ASSISTANT_URL=http://127.0.0.1:8123 HOME_ASSISTANT_TOKEN=… HOME_ASSISTANT_BROKER=127.0.0.1:1883 \
 *   npx vitest run test/home-assistant
 *
 * Use one to try things in: the settings of its Energy dashboard are replaced for the time of the test.
 */
const { url, token, host, port, isThere } = installed;
if (!isThere) {
  console.info(
    'No real Home Assistant: set HOME_ASSISTANT_URL, HOME_ASSISTANT_TOKEN and HOME_ASSISTANT_BROKER to test with one',
  );
}

const ECU = '216200990001';
const OFFLINE_ONE = '704000990014';
const SITE = {
  ...FOUR_INVERTERS,
  ecuId: ECU,
  inverters: [
    { family: 'ds3', id: '704000990011' },
    { family: 'yc1000', id: '501000990012' },
    { family: 'qs1', id: '801000990013' },
    { family: 'ds3', id: OFFLINE_ONE, state: 'offline' },
  ],
} as const;
const DEVICES = [ECU, ...SITE.inverters.map(({ id }) => id)];
const STATISTICS_MS = 400_000;
/** Energies are counted from two rounds on. */
const COUNTED_MS = 200_000;
const NO_VALUE = ['unknown', 'unavailable'];

/** Asks until nothing is left to wish for; fails with what is. */
async function settle<T>(ms: number, wishes: () => Promise<readonly T[]>): Promise<void> {
  for (const end = performance.now() + ms; ; ) {
    const left = await wishes();
    if (left.length === 0 || performance.now() > end) {
      expect(left).toEqual([]);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe.skipIf(!isThere)('a real Home Assistant', () => {
  let home: HomeAssistant;
  let client: MqttClient;
  let ecu: Simulator;
  let pythonIds: ReadonlyMap<string, string>;

  beforeAll(async () => {
    home = await HomeAssistant.connect(url, token);
    client = connect({ host, port: Number(port), protocol: 'mqtt' });
    await clearTopics();
    const python = pythonDiscovery(await snapshotOf(SITE));
    for (const [topic, payload] of python) {
      await client.publishAsync(topic, payload, { retain: true, qos: 1 });
    }
    await settle(20_000, async () =>
      (await home.entityIds(DEVICES)).size === python.size ? [] : ['the old entities'],
    );
    pythonIds = await home.entityIds(DEVICES);

    // Noon where the panels are, whenever this runs.
    const now = new Date();
    const longitude = 180 - (now.getUTCHours() + now.getUTCMinutes() / 60) * 15;
    const position = { latitude: 0, longitude };
    const source = simulatedSite(
      { ...SITE, position, timeZone: 'UTC', round: 60, delay: 2 },
      { now: () => new Date() },
    );
    ecu = await startSimulator({ source });
    startProgram({
      TZ: 'UTC',
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      MQTT_BROKER_HOST: host,
      MQTT_BROKER_PORT: port,
      MQTT_CLIENT_ID: 'aps2mqtt-e2e',
      MQTT_DISCOVERY_ENABLED: 'true',
    });
  }, 60_000);

  afterAll(async () => {
    await endPrograms();
    await clearTopics();
    await ecu.stop();
    await client.endAsync();
    home.close();
  });

  /** What this test leaves in the broker; Home Assistant takes the entities away with it. */
  async function clearTopics(): Promise<void> {
    const kept = new Map<string, string>();
    const hear = (topic: string, payload: Buffer) => kept.set(topic, payload.toString());
    client.on('message', hear);
    await client.subscribeAsync(['homeassistant/+/+/config', `aps/${ECU}/availability`]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client.unsubscribeAsync(['homeassistant/+/+/config', `aps/${ECU}/availability`]);
    client.off('message', hear);
    for (const [topic, payload] of kept) {
      if (payload !== MARKER && DEVICES.some((id) => topic.includes(id))) {
        await client.publishAsync(topic, '', { retain: true, qos: 1 });
      }
    }
  }

  const isOffline = (uniqueId: string) => uniqueId.includes(OFFLINE_ONE);
  /** Known after days beside its neighbours. */
  const isJudged = (uniqueId: string) => uniqueId.endsWith('_problem');

  it("takes over the Python program's 47 entities with their ids", async () => {
    expect(pythonIds.size).toBe(47);
    await settle(20_000, async () =>
      (await home.entityIds(DEVICES)).size > pythonIds.size ? [] : ['the new entities'],
    );
    const ids = await home.entityIds(DEVICES);
    expect(Array.from(pythonIds, ([uniqueId]) => ids.get(uniqueId))).toEqual([...pythonIds.values()]);
  }, 30_000);

  it(
    'has a value for every enabled entity of what is online, and an honest word for the rest',
    async () => {
      const ids = await home.enabledIds(DEVICES);
      await settle(COUNTED_MS, async () => {
        const states = await home.states();
        return Array.from(ids).flatMap(([uniqueId, id]) =>
          !isOffline(uniqueId) &&
          !isJudged(uniqueId) &&
          !id.startsWith('button.') &&
          NO_VALUE.includes(states.get(id)?.state ?? 'unknown')
            ? [id]
            : [],
        );
      });
      const states = await home.states();
      const offline = (suffix: string) => states.get(ids.get(`aps_${OFFLINE_ONE}_${suffix}`) ?? '')?.state;
      expect(offline('online')).toBe('off');
      expect(offline('power')).toBe('0');
      expect(['temperature', 'frequency', 'voltage', 'panel_1_voltage'].map(offline)).toEqual(Array(4).fill('unknown'));
    },
    COUNTED_MS + 10_000,
  );

  it('leaves to people what few want: of each panel the energy of the day, and the share of its neighbours', async () => {
    const enabled = await home.enabledIds(DEVICES);
    const disabled = [...(await home.entityIds(DEVICES)).keys()].filter((uniqueId) => !enabled.has(uniqueId));
    expect(disabled.filter((uniqueId) => !/_panel_\d+_(?:today_energy|ratio)$/.test(uniqueId))).toEqual([]);
    expect(disabled).toHaveLength(2 * (2 + 4 + 4 + 2));
  });

  it('shows the roof', async () => {
    const id = (await home.enabledIds(DEVICES)).get(`aps_${ECU}_roof`) ?? '';
    const state = (await home.states()).get(id);
    expect(state?.attributes.friendly_name).toMatch(/Roof$/);
    const { type, text } = await home.picture(state ?? expect.fail(`no state of ${id}`));
    expect(type).toBe('image/svg+xml');
    expect(text).toMatch(/^<svg/);
    expect(text).toContain(SITE.inverters[0].id);
  });

  it(
    'makes statistics of every measured value',
    async () => {
      const ids = await home.enabledIds(DEVICES);
      const measured = Array.from(ids)
        .filter(([uniqueId, id]) => id.startsWith('sensor.') && !/_(?:firmware|poll_round)$/.test(uniqueId))
        .map(([, id]) => id);
      await settle(STATISTICS_MS, async () => {
        const found = await home.ask<{ statistic_id: string }[]>('recorder/list_statistic_ids');
        const known = new Set(found.map(({ statistic_id }) => statistic_id));
        return measured.filter((id) => !known.has(id));
      });
      const validated = await home.ask<Record<string, unknown>>('recorder/validate_statistics');
      expect(Object.keys(validated).filter((id) => measured.includes(id))).toEqual([]);
    },
    STATISTICS_MS + 10_000,
  );

  it(
    'fits the Energy dashboard',
    async () => {
      const ids = await home.enabledIds(DEVICES);
      const before = await home.ask<object>('energy/get_prefs').catch(() => ({ energy_sources: [] }));
      const energies = Array.from(ids).filter(([uniqueId]) => uniqueId.endsWith('_energy'));
      expect(energies).toHaveLength(4 + 4 * 2 + 12);
      // Nobody shall count twice, but each has to be one that the dashboard takes.
      const solar = energies.map(([, id]) => ({
        type: 'solar',
        stat_energy_from: id,
        config_entry_solar_forecast: null,
      }));
      await home.ask('energy/save_prefs', { energy_sources: solar });
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
});
