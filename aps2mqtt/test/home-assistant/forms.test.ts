import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../support/program.ts';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { comes, pause, settle } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** One message a device, one an entity, and what an earlier version announced: entities stay. See README. */

const ECU = '216200100001';
const DS3 = '704000100011';
const DEVICES = [ECU, DS3];
const PATIENCE_MS = 60_000;
/** What 3.0.0 did not announce yet. */
const LATER = /^(?:counted_|array_problem|roof)|energy|ratio|problem/;

describe.skipIf(!installed.isThere)('a real Home Assistant, told in another form', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  let ids: ReadonlyMap<string, string> = new Map();

  beforeAll(async () => {
    stage = await openStage('forms', DEVICES);
    ecu = await startEcu({ ecu: 'ecu-r-pro', ecuId: ECU, inverters: [{ family: 'ds3', id: DS3 }] });
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
  });

  async function start(more: Readonly<Record<string, string>> = {}): Promise<Program> {
    const program = stage.start({ ...ecu.environment, APS_ECU_NAME: 'Forms', ...more });
    await stage.shows(`${ECU}_power`, /^\d/, PATIENCE_MS);
    await stage.shows(`${ECU}_roof`, /^2/, PATIENCE_MS);
    return program;
  }

  /** All that there was keeps its id, and those that are on have a value. */
  async function isAsBefore(): Promise<void> {
    expect(new Map([...(await stage.home.entityIds(DEVICES))].sort())).toEqual(new Map([...ids].sort()));
    const enabled = [...(await stage.home.enabledIds(DEVICES)).values()].filter((id) => !id.startsWith('button.'));
    await settle(PATIENCE_MS, async () => {
      const states = await stage.home.states();
      return enabled.filter((id) => (states.get(id)?.state ?? 'unavailable') === 'unavailable');
    });
  }

  it(
    'keeps what an earlier version announced, and gets the rest',
    async () => {
      const first = await start();
      const all = await stage.home.entityIds(DEVICES);
      await first.stop();
      for (const id of DEVICES) {
        const topic = `homeassistant/device/aps_${id}/config`;
        const message = JSON.parse(await stage.kept(topic));
        const components = Object.entries<object>(message.components).map(([suffix, component]) => [
          suffix,
          LATER.test(suffix) ? { platform: (component as { platform: string }).platform } : component,
        ]);
        const earlier = { ...message, origin: { name: 'aps2mqtt', sw_version: '3.0.0' } };
        const payload = JSON.stringify({ ...earlier, components: Object.fromEntries(components) });
        await stage.client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      await comes('fewer entities', PATIENCE_MS, async () => (await stage.home.entityIds(DEVICES)).size < all.size);
      const earlier = await stage.home.entityIds(DEVICES);
      expect(earlier.size).toBeGreaterThan(10);
      const second = await start();
      ids = await stage.home.entityIds(DEVICES);
      expect(ids.size).toBe(all.size);
      expect(Array.from(earlier.keys(), (id) => ids.get(id))).toEqual([...earlier.values()]);
      await second.stop();
    },
    4 * PATIENCE_MS,
  );

  it.each([
    ['one message an entity', 'true'],
    ['one a device again', 'false'],
    ['one an entity once more', 'true'],
  ])(
    'keeps all of them with %s',
    async (_, isPerEntity) => {
      const program = await start({ MQTT_DISCOVERY_PER_ENTITY: isPerEntity });
      await program.says('Took over what was announced', PATIENCE_MS);
      // Home Assistant unloads and loads them in its own time.
      await pause(5_000);
      await isAsBefore();
      await program.stop();
    },
    2 * PATIENCE_MS,
  );

  it(
    'takes out what is switched off',
    async () => {
      const program = await start({ APS_ECU_MODBUS: 'control' });
      await stage.shows(`${ECU}_reported_power_limit`, /^\d/, PATIENCE_MS);
      await stage.shows(`${DS3}_inverter_state`, /^\w/, PATIENCE_MS);
      await program.stop();
      await start();
      await comes('fewer entities', PATIENCE_MS, async () => {
        const now = await stage.home.entityIds(DEVICES);
        return !now.has(`aps_${ECU}_power_limit`) && !now.has(`aps_${DS3}_inverter_state`);
      });
      expect(await stage.home.entityIds(DEVICES)).toEqual(ids);
    },
    4 * PATIENCE_MS,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
