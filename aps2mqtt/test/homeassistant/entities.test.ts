import { describe, expect, it } from 'vitest';
import { type Device, devicesOf } from '../../src/homeassistant/devices.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { stateMessages } from '../../src/publish/statePublisher.ts';
import { missingInverter } from '../../src/site/assemble.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { FAMILIES, type Family } from '../../src/tools/simulator/description.ts';
import { snapshotOf } from '../support/snapshots.ts';

const topics = createTopics('');
const families = Object.keys(FAMILIES) as Family[];

/** Shown by the device itself. */
const WITHOUT_ENTITY = ['model'];

function keysRead({ components }: Device): string[] {
  const attributes = Array.from(components.values()).flatMap(({ json_attributes_template }) =>
    Array.from(String(json_attributes_template ?? '').matchAll(/value_json\.(\w+)/g), ([, key]) => key),
  );
  return Array.from(components.values())
    .flatMap(({ value_template, last_reset_value_template }) => [value_template, last_reset_value_template])
    .map((template) => /^\{\{ value_json\.(\w+) \| default\(none\)(?: or '')? \}\}$/.exec(String(template))?.[1])
    .concat(attributes)
    .filter((key) => key !== undefined);
}

function expectAgreement(snapshot: EcuSnapshot): void {
  const states = new Map(
    stateMessages(snapshot, topics, false).map(({ topic, payload }) => [topic, JSON.parse(payload)]),
  );
  const devices = devicesOf([{ snapshot, canRestart: true }], topics);
  expect(devices).toHaveLength(states.size);
  for (const device of devices) {
    const keys = Object.keys(states.get(device.stateTopic));
    expect(keysRead(device).sort()).toEqual(keys.filter((key) => !WITHOUT_ENTITY.includes(key)).sort());
  }
}

describe('states and entities', () => {
  const all = (state: 'online' | 'offline' | 'neverHeard') =>
    snapshotOf({ ecu: 'ecu-c', inverters: families.map((family) => ({ family, state })) });

  it.each(['online', 'offline', 'neverHeard'] as const)('agree for every record type, %s', async (state) => {
    expectAgreement(await all(state));
  });

  it('agree for an inverter that a reply left out, and for one that nobody knows', async () => {
    const snapshot = await all('online');
    const known = snapshot.inverters.map(({ id, channels }) => ({ id, channels }));
    const unknown = { id: '999000000099', channels: null };
    expectAgreement({ ...snapshot, inverters: [...known, unknown].map(missingInverter) });
  });

  it('an inverter that is online has a value for every entity', async () => {
    for (const { payload } of stateMessages(await all('online'), topics, false)) {
      // A counter that never began anew has no last reset.
      const { lifetime_reset: _, ...values } = JSON.parse(payload);
      expect(Object.values(values)).not.toContain(null);
    }
  });

  it('an inverter that is offline says so, gives nothing, and tells nothing else', async () => {
    const { ecuId, inverters } = await all('offline');
    const messages = stateMessages(await all('offline'), topics, false);
    for (const { id } of inverters) {
      const state = JSON.parse(messages.find(({ topic }) => topic === topics.inverter(ecuId, id))?.payload ?? '');
      expect(state).toMatchObject({ online: false, power: 0, temperature: null, frequency: null, voltage: null });
    }
  });

  it('has the keys of the Python program', async () => {
    const messages = stateMessages(await snapshotOf({ ecu: 'ecu-b', inverters: [{ family: 'qt2' }] }), topics, false);
    const [ecu, inverter] = messages.map(({ payload }) => Object.keys(JSON.parse(payload)));
    expect(ecu).toEqual(expect.arrayContaining(['current_power', 'today_energy', 'lifetime_energy']));
    const panels = [1, 2, 3, 4].map((n) => `panel_${n}_power`);
    const phases = [1, 2, 3].map((n) => `panel_${n}_voltage`);
    const plain = ['online', 'signal', 'temperature', 'frequency', 'power', 'voltage'];
    expect(inverter).toEqual(expect.arrayContaining([...plain, ...panels, ...phases]));
  });
});
