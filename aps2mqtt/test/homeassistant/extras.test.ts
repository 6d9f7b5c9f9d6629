import { describe, expect, it } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import { discoveryOf, ecuDiscoveryTopics, inverterDiscoveryTopics } from '../../src/homeassistant/discovery.ts';
import { readKeptDiscovery } from '../../src/homeassistant/keptDiscovery.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { stateMessages } from '../../src/publish/statePublisher.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { everything } from '../support/everything.ts';

const topics = createTopics('');
const FORM = { prefix: 'homeassistant', isPerEntity: true };

const devices = (snapshot: EcuSnapshot) => devicesOf([{ snapshot, canRestart: false, hasPicture: false }], topics);

describe('entities of Modbus and the web page', () => {
  it('read keys that their states have', async () => {
    const snapshot = await everything();
    const states = new Map(
      stateMessages(snapshot, topics, false).map(({ topic, payload }) => [topic, JSON.parse(payload)]),
    );
    for (const { components, stateTopic } of devices(snapshot)) {
      for (const { state_topic: own, value_template: template } of components.values()) {
        const [, key = ''] = /value_json\.(\w+)/.exec(String(template ?? '')) ?? [];
        const state: unknown = states.get(String(own ?? stateTopic));
        if (key !== '') {
          expect(state).toHaveProperty(key);
        }
      }
    }
    expect(states.get('aps/215000000017/meter')).toMatchObject({ grid_power: null, consumption_power_c: null });
    expect(states.get('aps/215000000017/704000000011')).toMatchObject({ panel_2_dc_current: null, max_power: null });
  });

  it('make Home Assistant complain of no key that a state lacks: what is switched off is announced a moment longer', async () => {
    const discovered = devices(await everything()).flatMap((device) => [...discoveryOf(device, FORM).values()]);
    expect(discovered.join('\n').match(/value_json\.\w+(?! \| default\(none\))\b/g)).toBeNull();
  });

  it('are there for what has been shown, with topics, ranges and words', async () => {
    const [ecu, ds3] = devices(await everything());
    expect(ecu?.components.get('power_limit')).toMatchObject({
      platform: 'number',
      command_topic: 'aps/215000000017/power_limit/set',
      min: 1,
      max: 100,
    });
    expect(ecu?.components.get('zero_export')).toMatchObject({ platform: 'switch', optimistic: true });
    expect(ecu?.components.get('release_limit')).toMatchObject({ command_topic: 'aps/215000000017/release_limit' });
    expect(ds3?.components.get('switched_on')?.command_topic).toBe('aps/215000000017/704000000011/switched_on/set');
    expect(ds3?.block.sw_version).toBe('5314');
    expect(ds3?.components.has('panel_1_dc_voltage')).toBe(true);
    expect(ds3?.components.has('panel_2_dc_voltage')).toBe(false);
    expect(ds3?.components.has('apparent_power')).toBe(false);
    const [unheard] = devices(await everything(false));
    expect(unheard?.components.has('power_limit')).toBe(false);
    expect(unheard?.components.has('release_limit')).toBe(false);
  });

  it('are found again on topics of their own, and known for ours', async () => {
    for (const device of devices(await everything())) {
      const known = device.id === device.ecuId ? ecuDiscoveryTopics : inverterDiscoveryTopics;
      for (const [topic, payload] of discoveryOf(device, FORM)) {
        expect(known({ prefix: FORM.prefix, hasExtras: true }, device.id, topics)).toContain(topic);
        expect(readKeptDiscovery(topic, payload, FORM.prefix), topic).toMatchObject({ maker: 'ours' });
      }
    }
  });
});
