import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { HomeAssistant } from './api.ts';
import { installed } from './installed.ts';

/**
 * The Python program's 403 topics of one ECU with forty inverters are taken over while the machine has more to do than it
 * can: Home Assistant is slow then, and each step of ours still has to wait for it. Started as `e2e.test.ts` is. What
 * Home Assistant logs has to be looked at as well: no line may name mqtt as a warning or an error.
 */
const { url, token, host, port, isThere } = installed;

const ECU = '216200880001';
const IDS = Array.from({ length: 40 }, (_, index) => String(704_000_880_100 + index));
const SITE = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  inverters: IDS.map((id) => ({ family: 'ds3' as const, id })),
} as const;
const BURNERS = 4;
const PATIENCE_MS = 180_000;

async function comes(what: string, isThereYet: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await isThereYet()); ) {
    if (performance.now() > end) {
      throw new Error(`waited for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

describe.skipIf(!isThere)('a real Home Assistant under load', () => {
  let home: HomeAssistant;
  let client: MqttClient;
  let ecu: Simulator;
  const burners: ChildProcess[] = [];

  beforeAll(async () => {
    home = await HomeAssistant.connect(url, token);
    client = connect({ host, port: Number(port), protocol: 'mqtt' });
    ecu = await startSimulator({ source: simulatedSite({ ...SITE, round: 60 }, { now: () => new Date() }) });
  }, 60_000);

  afterAll(async () => {
    for (const burner of burners) {
      burner.kill();
    }
    await endPrograms();
    for (const id of [ECU, ...IDS]) {
      await client.publishAsync(`homeassistant/device/aps_${id}/config`, '', { retain: true, qos: 1 });
    }
    await client.publishAsync(`aps/${ECU}/availability`, '', { retain: true, qos: 1 });
    await ecu.stop();
    await client.endAsync();
    home.close();
  });

  it(
    "takes over all of the Python program's entities with their ids",
    async () => {
      const python = pythonDiscovery(await snapshotOf(SITE));
      for (const [topic, payload] of python) {
        await client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      const devices = [ECU, ...IDS];
      await comes('the old entities', async () => (await home.entityIds(devices)).size === python.size);
      const before = await home.entityIds(devices);
      expect(before.size).toBe(403);
      for (let count = 0; count < BURNERS; count++) {
        burners.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
      }
      startProgram({
        TZ: 'UTC',
        APS_ECU_IP: '127.0.0.1',
        APS_ECU_PORT: String(ecu.port),
        MQTT_BROKER_HOST: host,
        MQTT_BROKER_PORT: port,
        MQTT_CLIENT_ID: 'aps2mqtt-load',
        MQTT_DISCOVERY_ENABLED: 'true',
      });
      // Six more of the ECU: counts, times, firmware and a button.
      await comes('the new entities', async () => (await home.entityIds(devices)).size > python.size);
      await new Promise((resolve) => setTimeout(resolve, 30_000));
      const ids = await home.entityIds(devices);
      expect(Array.from(before, ([uniqueId]) => ids.get(uniqueId))).toEqual([...before.values()]);
    },
    2 * PATIENCE_MS,
  );
});
