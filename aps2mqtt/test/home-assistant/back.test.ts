import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { comes, pause } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** The way back to the Python program, as DOCS tells it. See README. */

const ECU = '216200770001';
const DS3 = '704000770011';
const SITE = { ecu: 'ecu-r-pro', ecuId: ECU, inverters: [{ family: 'ds3', id: DS3 }] } as const;
const DEVICES = [ECU, DS3];
const PATIENCE_MS = 40_000;

/** As the Python program says them. */
const ECU_STATE = { current_power: 4321, today_energy: 1, lifetime_energy: 2 };
const DS3_STATE = { online: true, signal: 50, temperature: 21, frequency: 50, power: 4321, voltage: 230 };

describe.skipIf(!installed.isThere)('a real Home Assistant, on the way back', () => {
  let stage: Stage;
  let ecu: WholeEcu;

  beforeAll(async () => {
    stage = await openStage('back', DEVICES);
    ecu = await startEcu(SITE);
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
  });

  const start = (more: Readonly<Record<string, string>> = {}) => stage.start({ ...ecu.environment, ...more });

  it(
    'every entity of the Python program keeps its id, and shows what that one says',
    async () => {
      const { home, client, prefix } = stage;
      const python = pythonDiscovery(await snapshotOf(SITE), `${prefix}/`);
      const first = start();
      await stage.shows(`${ECU}_roof`, /^2/, PATIENCE_MS);
      const before = await home.entityIds(DEVICES);
      expect(before.size).toBeGreaterThan(python.size);
      await first.stop();
      const second = start({ MQTT_DISCOVERY_PER_ENTITY: 'true' });
      await second.says('Took over what was announced', PATIENCE_MS);
      await pause(10_000);
      await second.stop();

      for (const [topic, payload] of python) {
        await client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      await client.publishAsync(`${prefix}/aps/status`, 'online', { retain: true, qos: 1 });
      await comes('the value', PATIENCE_MS, async () => {
        await client.publishAsync(`${prefix}/aps/${ECU}`, JSON.stringify(ECU_STATE));
        await client.publishAsync(`${prefix}/aps/${ECU}/${DS3}`, JSON.stringify(DS3_STATE));
        return (await stage.state(`${ECU}_power`))?.state === '4321';
      });
      await stage.shows(`${DS3}_temperature`, '21');
      // What only we have stays behind, and reads keys that are not there.
      expect(await stage.complaints()).toEqual([]);

      for (const { entity_id: id, unique_id: uniqueId } of await home.entries(DEVICES)) {
        const topic = `homeassistant/${id.split('.')[0]}/${uniqueId}/config`;
        if (!python.has(topic)) {
          await client.publishAsync(topic, '', { retain: true, qos: 1 });
        }
      }
      await comes('no more', PATIENCE_MS, async () => (await home.entityIds(DEVICES)).size === python.size);
      for (const [uniqueId, id] of await home.entityIds(DEVICES)) {
        expect(before.get(uniqueId)).toBe(id);
      }
    },
    4 * PATIENCE_MS,
  );
});
