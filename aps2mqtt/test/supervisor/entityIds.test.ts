import { afterEach, expect, test } from 'vitest';
import { findEntityIds } from '../../src/supervisor/findEntityIds.ts';
import { type FakeSupervisor, home, noService, startSupervisor, TOKEN } from '../support/fakeSupervisor.ts';

let supervisor: FakeSupervisor | null = null;
afterEach(() => supervisor?.stop());

const signal = new AbortController().signal;

test("gives Home Assistant's own entity ids, of our platform alone", async () => {
  supervisor = await startSupervisor({ mqtt: noService, core: home });
  supervisor.socket = {
    entities: [
      { entity_id: 'sensor.chimney', unique_id: 'aps_704000000011_panel_1_power', platform: 'mqtt' },
      { entity_id: 'sensor.other', unique_id: 'aps_704000000011_panel_2_power', platform: 'template' },
      { entity_id: 7, unique_id: 'aps_704000000011_power', platform: 'mqtt' },
      null,
    ],
  };
  const ids = await findEntityIds({ url: supervisor.url, token: TOKEN }, signal);
  expect(ids('aps_704000000011_panel_1_power')).toBe('sensor.chimney');
  expect(ids('aps_704000000011_panel_2_power')).toBeNull();
  expect(ids('aps_704000000011_power')).toBeNull();
  expect(supervisor.asked).toContain('config/entity_registry/list');
});

test('fails in words while Home Assistant starts', async () => {
  supervisor = await startSupervisor({ mqtt: noService, core: home });
  supervisor.socket = null;
  await expect(findEntityIds({ url: supervisor.url, token: TOKEN }, signal)).rejects.toThrow('Home Assistant');
});
