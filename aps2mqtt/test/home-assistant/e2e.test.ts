import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { snapshotOf } from '../support/snapshots.ts';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { settle } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** The Python program's entities are taken over, with all that Home Assistant makes of them. See README. */

const ECU = '216200990001';
const OFFLINE_ONE = '704000990014';
const SITE = {
  ecu: 'ecu-r-pro',
  ecuId: ECU,
  inverters: [
    { family: 'ds3', id: '704000990011' },
    { family: 'yc1000', id: '501000990012' },
    { family: 'qs1', id: '801000990013' },
    { family: 'ds3', id: OFFLINE_ONE, state: 'offline' },
  ],
} as const;
const DEVICES = [ECU, ...SITE.inverters.map(({ id }) => id)];
/** A unit that changed waits until five minutes are over, and for the next poll. */
const STATISTICS_MS = 600_000;
/** Energies are counted from two rounds on. */
const COUNTED_MS = 200_000;
const NO_VALUE = ['unknown', 'unavailable'];

describe.skipIf(!installed.isThere)('a real Home Assistant, taken over', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  let pythonIds: ReadonlyMap<string, string>;

  beforeAll(async () => {
    stage = await openStage('e2e', DEVICES);
    const python = pythonDiscovery(await snapshotOf(SITE), `${stage.prefix}/`);
    for (const [topic, payload] of python) {
      await stage.client.publishAsync(topic, payload, { retain: true, qos: 1 });
    }
    await settle(20_000, async () => {
      const { size } = await stage.home.entityIds(DEVICES);
      return size === python.size ? [] : ['the old entities'];
    });
    pythonIds = await stage.home.entityIds(DEVICES);
    ecu = await startEcu(SITE);
    stage.start(ecu.environment);
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
  });

  const isOffline = (uniqueId: string) => uniqueId.includes(OFFLINE_ONE);
  /** Known after days beside its neighbours. */
  const isJudged = (uniqueId: string) => uniqueId.endsWith('_problem');

  it("takes over the Python program's 47 entities with their ids", async () => {
    expect(pythonIds.size).toBe(47);
    await settle(20_000, async () =>
      (await stage.home.entityIds(DEVICES)).size > pythonIds.size ? [] : ['the new entities'],
    );
    const ids = await stage.home.entityIds(DEVICES);
    expect(Array.from(pythonIds, ([uniqueId]) => ids.get(uniqueId))).toEqual([...pythonIds.values()]);
  }, 30_000);

  it(
    'has a value for every enabled entity of what is online, and an honest word for the rest',
    async () => {
      const ids = await stage.home.enabledIds(DEVICES);
      await settle(COUNTED_MS, async () => {
        const states = await stage.home.states();
        return Array.from(ids).flatMap(([uniqueId, id]) =>
          !isOffline(uniqueId) &&
          !isJudged(uniqueId) &&
          !id.startsWith('button.') &&
          NO_VALUE.includes(states.get(id)?.state ?? 'unknown')
            ? [id]
            : [],
        );
      });
      const states = await stage.home.states();
      const offline = (suffix: string) => states.get(ids.get(`aps_${OFFLINE_ONE}_${suffix}`) ?? '')?.state;
      expect(offline('online')).toBe('off');
      expect(offline('power')).toBe('0');
      expect(['temperature', 'frequency', 'voltage', 'panel_1_voltage'].map(offline)).toEqual(Array(4).fill('unknown'));
    },
    COUNTED_MS + 10_000,
  );

  it('leaves to people what few want: of each panel the energy of the day, and the share of its neighbours', async () => {
    const enabled = await stage.home.enabledIds(DEVICES);
    const disabled = [...(await stage.home.entityIds(DEVICES)).keys()].filter((uniqueId) => !enabled.has(uniqueId));
    expect(disabled.filter((uniqueId) => !/_panel_\d+_(?:today_energy|ratio)$/.test(uniqueId))).toEqual([]);
    expect(disabled).toHaveLength(2 * (2 + 4 + 4 + 2));
  });

  it(
    'makes statistics of every measured value',
    async () => {
      const ids = await stage.home.enabledIds(DEVICES);
      const measured = Array.from(ids)
        .filter(([uniqueId, id]) => id.startsWith('sensor.') && !/_(?:firmware|poll_round)$/.test(uniqueId))
        .map(([, id]) => id);
      await settle(STATISTICS_MS, async () => {
        const found = await stage.home.ask<{ statistic_id: string }[]>('recorder/list_statistic_ids');
        const known = new Set(found.map(({ statistic_id }) => statistic_id));
        return measured.filter((id) => !known.has(id));
      });
      const validated = await stage.home.ask<Record<string, unknown>>('recorder/validate_statistics');
      expect(Object.keys(validated).filter((id) => measured.includes(id))).toEqual([]);
    },
    STATISTICS_MS + 10_000,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
