import { describe, expect, it } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import { discoveryOf } from '../../src/homeassistant/discovery.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { FAMILIES, type Family } from '../../src/tools/simulator/description.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const families = Object.keys(FAMILIES) as Family[];

function messages(snapshots: readonly EcuSnapshot[], isPerEntity: boolean, canRestart = false, topicPrefix = '') {
  const announced = snapshots.map((snapshot) => ({ snapshot, canRestart }));
  const devices = devicesOf(announced, createTopics(topicPrefix));
  const form = { prefix: 'homeassistant', isPerEntity };
  const entries = devices.flatMap((device) => [...discoveryOf(device, form)]);
  return new Map(entries.map(([topic, payload]) => [topic, JSON.parse(payload)]));
}

const name = (found: ReadonlyMap<string, { device: { name: string } }>) =>
  Array.from(found.values(), ({ device }) => device.name);

describe('one message a device', () => {
  it('an ECU, whole', async () => {
    const snapshot = await snapshotOf({ ...FOUR_INVERTERS, inverters: [] });
    expect(messages([snapshot], false)).toMatchSnapshot();
  });

  it.each(families)('%s, whole', async (family) => {
    const snapshot = await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family }] });
    expect([...messages([snapshot], false)].at(-1)).toMatchSnapshot();
  });

  it('an inverter of a family that nobody has named yet', async () => {
    const snapshot = await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family: 'ds3', id: '999000000099' }] });
    const [, { device }] = [...messages([snapshot], false)].at(-1) ?? ['', {}];
    expect(device).toMatchObject({ name: 'Inverter 999000000099', serial_number: '999000000099' });
    expect(device).not.toHaveProperty('model');
  });

  it('has a restart button only where it works and is wanted', async () => {
    const snapshot = await snapshotOf(FOUR_INVERTERS);
    const buttons = (canRestart: boolean) => {
      const [ecu] = messages([snapshot], false, canRestart).values();
      return Object.entries<{ platform: string; command_topic: string }>(ecu.components)
        .filter(([, { platform }]) => platform === 'button')
        .map(([suffix, { command_topic }]) => [suffix, command_topic]);
    };
    expect(buttons(false)).toEqual([['refresh', 'aps/216200000001/refresh']]);
    expect(buttons(true)).toEqual([...buttons(false), ['restart', 'aps/216200000001/restart']]);
  });

  it("calls an ECU by the person's name, and tells two of the same model apart", async () => {
    const one = await snapshotOf({ ecu: 'ecu-r', ecuId: '216000000001', inverters: [] });
    const other = await snapshotOf({ ecu: 'ecu-r', ecuId: '216000000002', inverters: [] });
    const named = await snapshotOf({ ecu: 'ecu-r', ecuId: '216000000003', inverters: [] }, 'Garage');
    expect(name(messages([one], false))).toEqual(['ECU-R']);
    expect(name(messages([one, other, named], false))).toEqual(['ECU-R 216000000001', 'ECU-R 216000000002', 'Garage']);
  });

  it.each([
    ['   ', 'ECU-R'],
    [' Garage ', 'Garage'],
    ['Roof \ud83d east', 'Roof \ufffd east'],
  ])('a name that Home Assistant would refuse (%j) is none', async (typed, shown) => {
    const named = await snapshotOf({ ecu: 'ecu-r', ecuId: '216000000003', inverters: [] }, typed);
    expect(name(messages([named], false))).toEqual([shown]);
  });

  it('an inverter that moved to another ECU is announced once, below the one that lists it', async () => {
    const id = '704000000011';
    const now = await snapshotOf({ ecu: 'ecu-b', ecuId: '216300000002', inverters: [{ family: 'ds3', id }] });
    const listed = now.inverters[0];
    const before: EcuSnapshot = {
      ...(await snapshotOf({ ...FOUR_INVERTERS, inverters: [] })),
      inverters: listed === undefined ? [] : [{ ...listed, online: null }],
    };
    for (const order of [
      [before, now],
      [now, before],
    ]) {
      const found = messages(order, false).get('homeassistant/device/aps_704000000011/config');
      expect(found.device.via_device).toBe('216300000002');
    }
  });

  it('topics carry the prefix', async () => {
    const [ecu] = messages([await snapshotOf(FOUR_INVERTERS)], false, false, 'solar/roof').values();
    expect(ecu.state_topic).toBe('solar/roof/aps/216200000001');
    expect(ecu.availability.map(({ topic }: { topic: string }) => topic)).toEqual([
      'solar/roof/aps/status',
      'solar/roof/aps/216200000001/availability',
    ]);
  });
});

describe('one message an entity', () => {
  it('whole, for a DS3', async () => {
    const snapshot = await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family: 'ds3', id: '704000000011' }] });
    expect(messages([snapshot], true)).toMatchSnapshot();
  });

  it('has the topics of all 47 entities of the Python program', async () => {
    const snapshot = await snapshotOf(FOUR_INVERTERS);
    const topics = [...pythonDiscovery(snapshot).keys()];
    expect(topics).toHaveLength(47);
    expect([...messages([snapshot], true).keys()]).toEqual(expect.arrayContaining(topics));
  });

  it('says the same as one message a device', async () => {
    const snapshot = await snapshotOf(FOUR_INVERTERS);
    const singles = [...messages([snapshot], true, true).values()];
    const [shared] = [...messages([snapshot], false, true).values()].map((device) =>
      Object.values<object>(device.components).map((component) => ({
        state_topic: device.state_topic,
        availability: device.availability,
        availability_mode: device.availability_mode,
        ...component,
        device: device.device,
        origin: device.origin,
      })),
    );
    for (const [index, { platform, ...expected }] of (shared ?? []).entries() as never as [
      number,
      Record<string, unknown>,
    ][]) {
      const { state_topic, ...rest } = expected;
      expect(singles[index]).toEqual(platform === 'button' ? rest : expected);
    }
  });
});

describe('what Home Assistant makes of it', () => {
  it('statistics for every number, and none for what is no measurement', async () => {
    const snapshot = await snapshotOf(FOUR_INVERTERS);
    for (const device of messages([snapshot], false).values()) {
      for (const [suffix, component] of Object.entries<Record<string, unknown>>(device.components)) {
        const isNumber = component.platform === 'sensor' && !['firmware', 'poll_round'].includes(suffix);
        expect(component.state_class !== undefined, suffix).toBe(isNumber);
        expect(component.suggested_display_precision !== undefined, suffix).toBe(isNumber);
      }
    }
  });

  it('keeps energy totals when the ECU is silent, and live values only while it answers', async () => {
    const [ecu] = messages([await snapshotOf(FOUR_INVERTERS)], false).values();
    const topicsOf = ({ availability }: { availability: { topic: string }[] }) =>
      availability.map(({ topic }) => topic);
    expect(topicsOf(ecu.components.lifetime_energy)).toEqual(['aps/status']);
    expect(topicsOf(ecu.components.today_energy)).toEqual(['aps/status']);
    expect(ecu.components.power.availability).toBeUndefined();
    expect(topicsOf(ecu)).toEqual(['aps/status', 'aps/216200000001/availability']);
    expect(ecu.availability_mode).toBe('all');
  });
});
