import { describe, expect, onTestFinished, test } from 'vitest';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { Pictures } from '../../src/publish/pictures.ts';
import type { BoardEcu } from '../../src/roof/board.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from '../support/logs.ts';
import { afterNewRound, ECU, MINUTE, ROOF, settledRoof, sharedBroker } from '../support/roof.ts';
import { SlowBroker } from '../support/slowBroker.ts';

const broker = sharedBroker();
const OTHER = '216200000002';
const THIRD = '216200000003';

const boardEcu = (id: string): BoardEcu => ({
  id,
  name: id,
  model: 'ECU-R',
  firmware: null,
  state: {},
  answers: true,
  inverters: [],
  condition: 'fine',
  since: null,
  reason: null,
  takenAt: null,
  next: null,
});

describe('the picture of the roof', () => {
  test('comes with each round, is kept by the broker, and has the values of the states', async () => {
    const roof = await settledRoof(broker.port, { mqtt: { picture: true } });
    const topic = `aps/${ECU}/roof`;
    const from = roof.heard.length;
    await afterNewRound(roof);
    await roof.pass(2_000);
    const pictures = roof.on(topic, from);
    expect(pictures).toHaveLength(1);
    const state = JSON.parse(roof.on(`aps/${ECU}/704000000011`).at(-1) ?? '{}');
    expect(pictures[0]).toContain(`<title>DS3 704000000011, panel 1: ${Math.round(state.panel_1_power)} W</title>`);
    expect(pictures[0]).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/);
    const { components } = JSON.parse(roof.ear.last.get(`${roof.prefix}homeassistant/device/aps_${ECU}/config`) ?? '');
    expect(components.roof).toMatchObject({
      platform: 'image',
      unique_id: `aps_${ECU}_roof`,
      name: 'Roof',
      image_topic: `${roof.prefix}${topic}`,
      content_type: 'image/svg+xml',
    });
    expect(components).not.toHaveProperty('roof_of_all');
  });

  test('of several ECUs there is one of all, which the first one has', async () => {
    const other = { ...ROOF, ecuId: OTHER, inverters: [{ family: 'ds3', id: '704000000099' }] } as const;
    const ecus = [{ site: other }, { site: ROOF }];
    const roof = await settledRoof(broker.port, { ecus, mqtt: { picture: true } });
    const all = roof.on(`aps/${ECU}/roof_of_all`).at(-1) ?? '';
    expect(all).toContain('704000000099, panel 1');
    expect(all).toContain('704000000011, panel 1');
    expect(roof.on(`aps/${OTHER}/roof`).at(-1)).not.toContain('704000000011');
    const components = (id: string) =>
      JSON.parse(roof.ear.last.get(`${roof.prefix}homeassistant/device/aps_${id}/config`) ?? '').components;
    expect(components(ECU).roof_of_all).toMatchObject({ image_topic: `${roof.prefix}aps/${ECU}/roof_of_all` });
    expect(components(OTHER)).not.toHaveProperty('roof_of_all');
  });

  test('moves to another ECU when the first one is another, and leaves none behind', async () => {
    const clock = new FakeClock();
    const broker = new SlowBroker(clock);
    const client = broker.client();
    client.connect({ onConnect: () => {}, onMessage: () => {} });
    let ids = [OTHER, THIRD];
    const drawn = { ecus: () => ids.map(boardEcu), layout: () => null };
    const pictures = new Pictures(client, createTopics(''), drawn, clock, recordingLog().log);
    const stop = new AbortController();
    void pictures.run(stop.signal);
    onTestFinished(() => stop.abort());
    const ofAll = (id: string) => broker.kept.get(`aps/${id}/roof_of_all`);
    pictures.noteAll();
    await clock.advance(2_000);
    expect(ofAll(OTHER)).toContain('<svg');
    ids = [OTHER, THIRD, ECU];
    pictures.note(ECU);
    await clock.advance(2_000);
    expect([ofAll(ECU)?.includes('<svg'), ofAll(OTHER)]).toEqual([true, undefined]);
    ids = [OTHER];
    pictures.noteAll();
    await clock.advance(2_000);
    expect([ECU, OTHER, THIRD].map(ofAll)).toEqual([undefined, undefined, undefined]);
  });

  test('tells that an ECU is silent, and is said again to a broker that forgot it', async () => {
    const roof = await settledRoof(broker.port, { mqtt: { picture: true } });
    const topic = `aps/${ECU}/roof`;
    roof.ecu.simulator.misbehave({ kind: 'refuse' }, { times: Number.POSITIVE_INFINITY });
    await roof.pass(20 * MINUTE);
    expect(roof.on(topic).at(-1)).toContain('panel 1: unknown');
    const from = roof.heard.length;
    await roof.wire.close();
    await roof.wire.open();
    await roof.pass(MINUTE);
    expect(roof.on(topic, from)).toHaveLength(1);
  });

  test('switched off there is none, and one that the broker still has goes', async () => {
    const roof = await settledRoof(broker.port, { mqtt: { picture: true } });
    const topic = `aps/${ECU}/roof`;
    await roof.halt();
    const from = roof.heard.length;
    await roof.resume({ mqtt: { ...roof.options.mqtt, picture: false } });
    await roof.pass(10 * MINUTE);
    expect(roof.on(topic, from).filter((payload) => payload !== '')).toEqual([]);
    expect(roof.ear.last.get(`${roof.prefix}${topic}`)).toBe('');
    const { components } = JSON.parse(roof.ear.last.get(`${roof.prefix}homeassistant/device/aps_${ECU}/config`) ?? '');
    expect(components).not.toHaveProperty('roof');
  });
});
