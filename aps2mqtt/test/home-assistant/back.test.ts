import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { HomeAssistant } from './api.ts';
import { installed } from './installed.ts';

/** The way back to the Python program, as DOCS tells it. Started as `e2e.test.ts` is. */
const { url, token, host, port, isThere } = installed;

const ECU = '216200770001';
const DS3 = '704000770011';
const SITE = { ecu: 'ecu-r-pro', ecuId: ECU, inverters: [{ family: 'ds3', id: DS3 }] } as const;
const DEVICES = [ECU, DS3];
const PATIENCE_MS = 40_000;

async function comes(what: string, isThereYet: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await isThereYet()); ) {
    if (performance.now() > end) {
      throw new Error(`waited for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe.skipIf(!isThere)('a real Home Assistant, on the way back', () => {
  let home: HomeAssistant;
  let client: MqttClient;
  let ecu: Simulator;

  beforeAll(async () => {
    home = await HomeAssistant.connect(url, token);
    client = connect({ host, port: Number(port), protocol: 'mqtt' });
    ecu = await startSimulator({ source: simulatedSite({ ...SITE, round: 60 }, { now: () => new Date() }) });
  }, 60_000);

  afterAll(async () => {
    await endPrograms();
    for (const [topic] of pythonDiscovery(await snapshotOf(SITE))) {
      await client.publishAsync(topic, '', { retain: true, qos: 1 });
    }
    await ecu.stop();
    await client.endAsync();
    home.close();
  });

  const start = (more: Record<string, string> = {}) =>
    startProgram({
      TZ: 'UTC',
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      MQTT_BROKER_HOST: host,
      MQTT_BROKER_PORT: port,
      MQTT_CLIENT_ID: 'aps2mqtt-back',
      MQTT_DISCOVERY_ENABLED: 'true',
      ...more,
    });

  it(
    'every entity of the Python program keeps its id, and shows what that one says',
    async () => {
      const first = start();
      await comes('the entities', async () => (await home.entityIds(DEVICES)).size > 13);
      const before = await home.entityIds(DEVICES);
      await first.stop();
      const second = start({ MQTT_DISCOVERY_PER_ENTITY: 'true' });
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      await second.stop();

      const python = pythonDiscovery(await snapshotOf(SITE));
      for (const [topic, payload] of python) {
        await client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      await client.publishAsync('aps/status', 'online', { retain: true, qos: 1 });
      const ids = await home.entityIds(DEVICES);
      expect(Array.from(before, ([uniqueId]) => ids.get(uniqueId))).toEqual([...before.values()]);
      const power = before.get(`aps_${ECU}_power`) ?? '';
      const isShown = async () => {
        await client.publishAsync(`aps/${ECU}`, '{"current_power": 4321, "today_energy": 1, "lifetime_energy": 2}');
        return (await home.states()).get(power)?.state === '4321';
      };
      await comes('the value', isShown);
    },
    3 * PATIENCE_MS,
  );
});
