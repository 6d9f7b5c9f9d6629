import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { comes, pause } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * The Python program's 403 topics of one ECU with forty inverters are taken over while the machine has more to do than it
 * can: Home Assistant is slow then, and each step of ours still has to wait for it. See README.
 */

const ECU = '216200880001';
const IDS = Array.from({ length: 40 }, (_, index) => String(704_000_880_100 + index));
const SITE = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  inverters: IDS.map((id) => ({ family: 'ds3' as const, id })),
} as const;
const DEVICES = [ECU, ...IDS];
const BURNERS = 4;
const PATIENCE_MS = 180_000;

describe.skipIf(!installed.isThere)('a real Home Assistant under load', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  const burners: ChildProcess[] = [];

  beforeAll(async () => {
    stage = await openStage('load', DEVICES);
    ecu = await startEcu(SITE);
  }, 60_000);

  afterAll(async () => {
    for (const burner of burners) {
      burner.kill();
    }
    await stage.close();
    await ecu.stop();
  }, 60_000);

  it(
    "takes over all of the Python program's entities with their ids",
    async () => {
      const { home, client, prefix } = stage;
      const python = pythonDiscovery(await snapshotOf(SITE), `${prefix}/`);
      for (const [topic, payload] of python) {
        await client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      await comes('the old entities', PATIENCE_MS, async () => (await home.entityIds(DEVICES)).size === python.size);
      const before = await home.entityIds(DEVICES);
      expect(before.size).toBe(403);
      for (let count = 0; count < BURNERS; count++) {
        burners.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
      }
      stage.start(ecu.environment);
      await comes('the new entities', PATIENCE_MS, async () => (await home.entityIds(DEVICES)).size > python.size);
      await pause(30_000);
      const ids = await home.entityIds(DEVICES);
      expect(Array.from(before, ([uniqueId]) => ids.get(uniqueId))).toEqual([...before.values()]);
      expect(await stage.complaints()).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
