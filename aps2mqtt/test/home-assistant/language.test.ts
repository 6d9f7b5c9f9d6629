import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { HomeAssistant } from './api.ts';
import { installed } from './installed.ts';

/** Names in another language, and the same entity ids as in English. Started as `e2e.test.ts` is. */
const { url, token, host, port, isThere } = installed;

const ECU = '216200660001';
const DS3 = '704000660011';
const YC1000 = '501000660012';
const DEVICES = [ECU, DS3, YC1000];
const PATIENCE_MS = 40_000;

describe.skipIf(!isThere)('a real Home Assistant, in German', () => {
  let home: HomeAssistant;
  let client: MqttClient;
  let ecu: Simulator;

  beforeAll(async () => {
    home = await HomeAssistant.connect(url, token);
    client = connect({ host, port: Number(port), protocol: 'mqtt' });
    const inverters = [
      { family: 'ds3', id: DS3 },
      { family: 'yc1000', id: YC1000 },
    ] as const;
    ecu = await startSimulator({
      source: simulatedSite({ ecu: 'ecu-r-pro', ecuId: ECU, inverters }, { now: () => new Date() }),
    });
  }, 60_000);

  afterAll(async () => {
    await endPrograms();
    for (const id of DEVICES) {
      await client.publishAsync(`homeassistant/device/aps_${id}/config`, '', { retain: true, qos: 1 });
    }
    for (const topic of ['availability', 'roof']) {
      await client.publishAsync(`aps/${ECU}/${topic}`, '', { retain: true, qos: 1 });
    }
    await ecu.stop();
    await client.endAsync();
    home.close();
  });

  const start = (language: string) =>
    startProgram({
      TZ: 'UTC',
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      APS_LANGUAGE: language,
      MQTT_BROKER_HOST: host,
      MQTT_BROKER_PORT: port,
      MQTT_CLIENT_ID: 'aps2mqtt-language',
      MQTT_DISCOVERY_ENABLED: 'true',
    });

  /** Entity ids and names by `unique_id`, when this one has the name. */
  async function named(uniqueId: string, name: string) {
    for (const end = performance.now() + PATIENCE_MS; ; ) {
      const entries = await home.entries(DEVICES);
      if (entries.some((entry) => entry.unique_id === uniqueId && entry.original_name === name)) {
        return new Map(entries.map((entry) => [entry.unique_id, entry]));
      }
      if (performance.now() > end) {
        throw new Error(`waited for ${name}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  it(
    'has German names with English entity ids, which stay when the language changes',
    async () => {
      const german = start('de');
      const before = await named(`aps_${DS3}_panel_1_energy`, 'Energie Modul 1');
      await german.stop();
      const ids = new Map(Array.from(before, ([uniqueId, { entity_id }]) => [uniqueId, entity_id]));
      expect(before.get(`aps_${ECU}_roof`)?.original_name).toBe('Dach');
      expect(before.get(`aps_${YC1000}_panel_2_voltage`)?.original_name).toBe('Spannung Phase 2');
      expect(ids.get(`aps_${ECU}_today_energy`)).toBe('sensor.ecu_r_pro_energy_today');
      expect(ids.get(`aps_${ECU}_roof`)).toBe('image.ecu_r_pro_roof');
      expect(ids.get(`aps_${ECU}_refresh`)).toBe('button.ecu_r_pro_refresh');
      expect(ids.get(`aps_${DS3}_panel_1_today_energy`)).toBe(`sensor.ds3_${DS3}_panel_1_energy_today`);
      expect(ids.get(`aps_${YC1000}_panel_2_voltage`)).toBe(`sensor.yc1000_${YC1000}_phase_2_voltage`);

      start('en');
      const after = await named(`aps_${DS3}_panel_1_energy`, 'Panel 1 energy');
      expect(Array.from(after, ([uniqueId, { entity_id }]) => [uniqueId, entity_id])).toEqual([...ids]);
    },
    3 * PATIENCE_MS,
  );
});
