import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { MARKER } from '../../src/homeassistant/keptDiscovery.ts';
import { Broker } from '../../src/mqtt/broker/connection.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { lastWord } from '../../src/publish/availability.ts';
import { Publisher, type PublisherSettings } from '../../src/publish/publisher.ts';
import { missingInverter } from '../../src/site/assemble.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { type Ear, hasMosquitto, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { DiscoveryReader } from '../support/homeAssistant.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';
import { until } from '../support/until.ts';

/** Twenty times as fast: pauses that are for Home Assistant's sake need not take their time here. */
const hasty: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };
const topics = createTopics('');
const snapshot = await snapshotOf(FOUR_INVERTERS);
const facts = { canRestart: false };
const DS3 = '704000000011';
const configOf = (id: string) => `homeassistant/device/aps_${id}/config`;
const ids = [ECU, ...snapshot.inverters.map(({ id }) => id)];

let broker: TestBroker;
let ear: Ear;
let stop: AbortController;
let running: Promise<unknown>;

beforeEach(async () => {
  broker = await startBroker();
  ear = await listen(broker.port);
  stop = new AbortController();
  running = Promise.resolve();
});

afterEach(async () => {
  stop.abort();
  await running;
  await ear.close();
  await broker.stop();
});

function start(more: Partial<PublisherSettings> = {}): Publisher {
  const login = async () => ({
    host: '127.0.0.1',
    port: broker.port,
    username: '',
    password: '',
    clientId: 'ours',
    protocol: '3.1.1' as const,
    tls: false,
    caFile: null,
    systemCaFile: null,
    tlsVerify: true,
  });
  const { log } = recordingLog();
  const client = new Broker(login, lastWord(topics), hasty, log);
  const settings: PublisherSettings = {
    topics,
    retain: false,
    birthTopic: 'homeassistant/status',
    discovery: { prefix: 'homeassistant', isPerEntity: false },
    ...more,
  };
  const publisher = new Publisher(client, settings, hasty, log);
  running = Promise.all([client.run(publisher, stop.signal), publisher.run(stop.signal)]);
  return publisher;
}

const allAnnounced = () =>
  Promise.all(ids.map((id) => ear.hears(configOf(id), (payload) => payload.includes('origin'))));
const heard = (from: number) => ear.all.slice(from).map(({ topic }) => topic);
/** How often the states have been said, to the last of them. */
const LAST = topics.inverter(ECU, ids.at(-1) ?? '');
const rounds = (from: number) => heard(from).filter((topic) => topic === LAST).length;

/** The last time in `list` that a topic of this kind comes before the first of the next, for each pair. */
function expectOrder(list: readonly string[], ...kinds: ((topic: string) => boolean)[]): void {
  const first = kinds.map((kind) => list.findIndex(kind));
  expect(first).not.toContain(-1);
  expect(first).toEqual([...first].sort((a, b) => a - b));
}

const isAvailability = (topic: string) => topic === topics.availability(ECU);
const isDiscovery = (topic: string) => topic.startsWith('homeassistant/device/');
const isState = (topic: string) => topic === topics.inverter(ECU, DS3);

describe('a publisher', () => {
  it('says values at once, then announces, then says the values again for entities that are new', async () => {
    start().show(snapshot, facts);
    await allAnnounced();
    await until('the values again', () => rounds(0) >= 4);
    const list = heard(0);
    expectOrder(list, isState, isDiscovery);
    expectOrder(list.slice(list.findIndex(isDiscovery)), isDiscovery, isState);
  });

  it.skipIf(!hasMosquitto)('says availability, discovery and values when Home Assistant has started', async () => {
    start().show(snapshot, facts);
    await allAnnounced();
    await until('quiet', () => rounds(0) >= 4);
    const from = ear.all.length;
    await ear.client.publishAsync('homeassistant/status', 'online');
    await until('the values', () => rounds(from) >= 1);
    expectOrder(heard(from), isAvailability, isDiscovery, isState);
    expect(heard(from).filter(isDiscovery)).toHaveLength(5);
  });

  it('hears the birth on another topic, and takes no birth from the past for one', async () => {
    await ear.client.publishAsync('ha/birth', 'online', { retain: true, qos: 1 });
    start({ birthTopic: 'ha/birth' }).show(snapshot, facts);
    await allAnnounced();
    await until('quiet', () => rounds(0) >= 4);
    expect(heard(0).filter(isDiscovery)).toHaveLength(5);
    await ear.client.publishAsync('ha/birth', 'online');
    await until('all again', () => heard(0).filter(isDiscovery).length === 10);
  });

  it('says all again to a broker that was restarted and has forgotten', async () => {
    start().show(snapshot, facts);
    await allAnnounced();
    const { port } = broker;
    await broker.stop();
    broker = await startBroker({ port });
    await ear.close();
    ear = await listen(port);
    await allAnnounced();
    await ear.hears(topics.availability(ECU), (payload) => payload === 'online');
    await ear.hears(topics.inverter(ECU, DS3));
  });

  it('announces a new inverter by itself', async () => {
    const publisher = start();
    publisher.show({ ...snapshot, inverters: snapshot.inverters.slice(1) }, facts);
    await ear.hears(configOf(ECU));
    await until('quiet', () => rounds(0) >= 4);
    expect(ear.last.has(configOf(DS3))).toBe(false);
    const from = ear.all.length;
    publisher.show(snapshot, facts);
    await ear.hears(configOf(DS3));
    await until('its values', () => heard(from).filter(isState).length >= 2);
    expect(heard(from).filter(isDiscovery)).toEqual([configOf(DS3)]);
  });

  it('removes an inverter, its kept state last, and takes it back when it is there again', async () => {
    const publisher = start({ retain: true });
    publisher.show(snapshot, facts);
    await allAnnounced();
    publisher.remove(ECU, DS3);
    await ear.hears(topics.inverter(ECU, DS3), (payload) => payload === '');
    expect(ear.last.get(configOf(DS3))).toBe('');
    const late = await listen(broker.port);
    await late.hears(configOf(ECU));
    expect([...late.last.keys()].filter((topic) => topic.includes(DS3))).toEqual([]);
    await late.close();

    publisher.show(snapshot, facts);
    await ear.hears(configOf(DS3), (payload) => payload.includes('origin'));
  });

  it('announces what it knows of an ECU that is silent from the start', async () => {
    const known: EcuSnapshot = {
      ...snapshot,
      currentPower: null,
      todayEnergy: null,
      round: null,
      invertersOnline: null,
      inverters: snapshot.inverters.map(({ id, channels }) => missingInverter({ id, channels })),
    };
    start().show(known, facts, false);
    await allAnnounced();
    await ear.hears(topics.availability(ECU), (payload) => payload === 'offline');
    const state = JSON.parse(await ear.hears(topics.ecu(ECU)));
    expect(state).toMatchObject({ current_power: null, lifetime_energy: 1234.5 });
  });

  it.skipIf(!hasMosquitto).each([false, true])(
    'takes the Python program over, kept states and all (one message an entity: %s)',
    async (isPerEntity) => {
      const homeAssistant = new DiscoveryReader();
      for (const [topic, payload] of pythonDiscovery(snapshot)) {
        await ear.client.publishAsync(topic, payload, { retain: true, qos: 1 });
      }
      await ear.client.publishAsync(topics.inverter(ECU, DS3), '{"online": false}', { retain: true, qos: 1 });
      start({ discovery: { prefix: 'homeassistant', isPerEntity } }).show(snapshot, facts);
      await until('the move', () => {
        const late = ear.all.some(({ topic, payload }) => topic.includes(DS3) && payload === MARKER);
        return late && rounds(0) >= 4;
      });
      for (const { topic, payload } of ear.all) {
        homeAssistant.read(topic, payload);
      }
      expect(homeAssistant.complaints).toEqual([]);
      expect(homeAssistant.loaded.size).toBe(103);
      const late = await listen(broker.port);
      await late.hears(topics.status);
      expect(late.last.has(topics.inverter(ECU, DS3))).toBe(false);
      expect([...late.last.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toHaveLength(
        isPerEntity ? 103 : 5,
      );
      await late.close();
    },
  );

  it('announces nothing when it shall not, but says values when Home Assistant has started', async () => {
    start({ discovery: null }).show(snapshot, facts);
    await ear.hears(topics.inverter(ECU, DS3));
    const from = ear.all.length;
    await until('its ears to be open', () => ear.last.has(topics.status));
    await ear.client.publishAsync('homeassistant/status', 'online');
    await until('the values', () => rounds(from) >= 1);
    expect(heard(0).some(isDiscovery)).toBe(false);
  });

  it('says once that an ECU does not answer', async () => {
    const publisher = start();
    publisher.show(snapshot, facts);
    await ear.hears(topics.availability(ECU), (payload) => payload === 'online');
    const from = ear.all.length;
    publisher.setAnswering(ECU, false);
    publisher.setAnswering(ECU, false);
    await ear.hears(topics.availability(ECU), (payload) => payload === 'offline');
    expect(heard(from).filter(isAvailability)).toHaveLength(1);
  });
});
