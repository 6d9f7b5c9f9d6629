import { describe, expect, it } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import { discoveryOf } from '../../src/homeassistant/discovery.ts';
import { MARKER, readKeptDiscovery } from '../../src/homeassistant/keptDiscovery.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const snapshot = await snapshotOf(FOUR_INVERTERS);
const read = (topic: string, payload: unknown) =>
  readKeptDiscovery(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), 'homeassistant');
const config = (id: string, platform = 'sensor') => `homeassistant/${platform}/${id}/config`;
const python = { unique_id: 'aps_704000000011_power', device: { via_device: '216200000001' } };

describe('what a broker keeps on discovery topics', () => {
  it("is the Python program's, entity by entity", () => {
    const found = Array.from(pythonDiscovery(snapshot), ([topic, payload]) => read(topic, payload));
    expect(found.every((kept) => kept?.maker === 'python' && kept.ecuId === '216200000001' && kept.isPerEntity)).toBe(
      true,
    );
    expect(read(config('aps_704000000011_signal'), { ...python, unique_id: 'aps_704000000011_signal' })).toMatchObject({
      deviceId: '704000000011',
      platforms: new Map([['signal', 'sensor']]),
    });
  });

  it.each([true, false])('is ours, in both forms (%s)', (isPerEntity) => {
    for (const device of devicesOf([{ snapshot, canRestart: true }], createTopics(''))) {
      const platforms = new Map<string, unknown>();
      for (const [topic, payload] of discoveryOf(device, { prefix: 'homeassistant', isPerEntity })) {
        const kept = read(topic, payload);
        expect(kept).toMatchObject({ maker: 'ours', deviceId: device.id, ecuId: '216200000001', isPerEntity });
        for (const [suffix, platform] of kept?.platforms ?? []) {
          platforms.set(suffix, platform);
        }
      }
      expect([...platforms.keys()]).toEqual([...device.components.keys()]);
    }
  });

  it('is a marker of a move that was not finished', () => {
    expect(read(config('aps_704000000011', 'device'), MARKER)).toMatchObject({ maker: 'marker', isPerEntity: false });
    expect(read(config('aps_704000000011_power'), MARKER)).toMatchObject({ maker: 'marker', isPerEntity: true });
  });

  it.each([
    ['another program that uses our topic', config('aps_704000000011_power'), { ...python, origin: { name: 'other' } }],
    ['another unique_id', config('aps_704000000011_power'), { ...python, unique_id: 'something_else' }],
    ['a device message without origin', config('aps_704000000011', 'device'), { components: {} }],
    ['an id that is none', config('aps_70400000001_power'), { ...python, unique_id: 'aps_70400000001_power' }],
    ['a platform that we do not use', config('aps_704000000011_power', 'light'), python],
    ['an entity topic without an entity', config('aps_704000000011'), { unique_id: 'aps_704000000011' }],
    ['another discovery prefix', 'other/sensor/aps_704000000011_power/config', python],
    ['no JSON', config('aps_704000000011_power'), '{'],
    ['no object', config('aps_704000000011_power'), '[1]'],
    ['null', config('aps_704000000011_power'), 'null'],
    ['nothing', config('aps_704000000011_power'), ''],
  ])("is nobody's we know: %s", (_, topic, payload) => {
    expect(read(topic, payload)).toBeNull();
  });

  it('may be odd in any way', () => {
    const odd = {
      origin: { name: 'aps2mqtt' },
      device: 7,
      components: { power: 3, refresh: null, online: { a: 1, b: 2 } },
    };
    expect(read(config('aps_704000000011', 'device'), odd)).toMatchObject({ maker: 'ours', ecuId: '704000000011' });
    expect(read(config('aps_704000000011', 'device'), { origin: 'aps2mqtt' })).toBeNull();
  });
});
