import { setMaxListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { Broker } from '../../src/mqtt/broker/connection.ts';
import type { Login } from '../../src/mqtt/broker/login.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { lastWord } from '../../src/publish/availability.ts';
import { Publisher, type PublisherSettings } from '../../src/publish/publisher.ts';
import type { SavedState } from '../../src/site/savedState.ts';
import {
  type Ear,
  freePort,
  hasMosquitto,
  listen,
  startBroker,
  startEmbedded,
  type TestBroker,
} from '../support/broker.ts';
import { FENCED_USER, hasNats, hasRabbitmq, startNats, startRabbitmq, tellMissingBrokers } from '../support/brokers.ts';
import { startWire } from '../support/brokerWire.ts';
import { loginAt } from '../support/login.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';
import { until } from '../support/until.ts';

tellMissingBrokers();

/** Ten times as fast: pauses for Home Assistant's sake need not take their time here. */
const hasty: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 10, signal) };
const snapshot = await snapshotOf(FOUR_INVERTERS);
const IDS = [ECU, ...snapshot.inverters.map(({ id }) => id)];
const DS3 = '704000000011';
const OFFLINE_ONE = '704000000014';

interface Candidate {
  readonly isHere: boolean;
  readonly protocol: Login['protocol'];
  readonly knowsFive: boolean;
  /** What tells that `FENCED_USER` may not write somewhere; null where there is no such user. */
  readonly fence: string | null;
  /** Gives what it keeps for a wildcard, too. */
  readonly hasWildcards: boolean;
  start(): Promise<TestBroker>;
}

const candidates: Record<string, Candidate> = {
  'mosquitto, 3.1.1': {
    isHere: hasMosquitto,
    protocol: '3.1.1',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: () => startBroker(),
  },
  'mosquitto, 5': {
    isHere: hasMosquitto,
    protocol: '5',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: () => startBroker(),
  },
  aedes: {
    isHere: true,
    protocol: '3.1.1',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: async () => startEmbedded(await freePort()),
  },
  RabbitMQ: {
    isHere: hasRabbitmq,
    protocol: '3.1.1',
    knowsFive: false,
    fence: 'May user "fenced" use all topics of aps2mqtt',
    hasWildcards: false,
    start: startRabbitmq,
  },
  NATS: {
    isHere: hasNats,
    protocol: '3.1.1',
    knowsFive: false,
    fence: 'The broker does not give back what was said on forbidden/aps/status',
    hasWildcards: true,
    start: startNats,
  },
};

let count = 0;

/** An instance of the program's MQTT side, under a prefix of its own. */
class Instance {
  readonly prefix: string;
  readonly topics: ReturnType<typeof createTopics>;
  readonly publisher: Publisher;
  readonly broker: Broker;
  readonly recording = recordingLog();
  readonly heard: { readonly topic: string; readonly payload: string }[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(login: Login, prefix: string, more: Partial<PublisherSettings> = {}) {
    this.prefix = prefix;
    this.topics = createTopics(prefix);
    setMaxListeners(0, this.#stop.signal);
    const { log } = this.recording;
    this.broker = new Broker(async () => login, lastWord(this.topics), hasty, log);
    const settings: PublisherSettings = {
      topics: this.topics,
      retain: false,
      birthTopic: `${prefix}/homeassistant/status`,
      discovery: { prefix: `${prefix}/homeassistant`, isPerEntity: false },
      ...more,
    };
    this.publisher = new Publisher(this.broker, settings, hasty, log);
    const listener = {
      onConnect: () => {
        this.publisher.onConnect();
        void this.broker.subscribe(this.topics.commands);
      },
      onMessage: (topic: string, payload: string, isRetained: boolean) => {
        this.heard.push({ topic, payload });
        this.publisher.onMessage(topic, payload, isRetained);
      },
    };
    this.#running = Promise.all([this.broker.run(listener, this.#stop.signal), this.publisher.run(this.#stop.signal)]);
  }

  show(isAnswering = true): this {
    this.publisher.show(snapshot, { canRestart: false }, isAnswering);
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

describe.each(Object.entries(candidates))('%s', (_, { isHere, protocol, knowsFive, fence, hasWildcards, start }) => {
  let broker: TestBroker;
  let ear: Ear;
  let prefix = '';
  const instances: Instance[] = [];
  const ears: Ear[] = [];

  beforeAll(async () => {
    if (isHere) {
      broker = await start();
      ear = await listen(broker.port);
    }
  }, 120_000);
  afterAll(async () => {
    await ear?.close();
    await broker?.stop();
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((one) => one.stop()));
    await Promise.all(ears.splice(0).map((one) => one.close()));
  });

  function login(more: Partial<Login> = {}): Login {
    return loginAt('127.0.0.1', broker.port, { protocol, clientId: `c${++count}`, ...more });
  }

  function run(more: Partial<PublisherSettings> = {}, as: Login = login()): Instance {
    const instance = new Instance(as, prefix, more);
    instances.push(instance);
    return instance;
  }

  /** A new place on the same broker. */
  function fresh(): void {
    prefix = `t${process.pid}-${++count}`;
  }

  const config = (id: string) => `${prefix}/homeassistant/device/aps_${id}/config`;
  const isDevice = (payload: string) => payload.includes('"origin"');
  const announced = (from = 0) =>
    until('all devices', () => {
      const said = ear.all.slice(from);
      return IDS.every((id) => said.some(({ topic, payload }) => topic === config(id) && isDevice(payload)));
    });
  const rounds = (topic: string, from: number) => ear.all.slice(from).filter((one) => one.topic === topic).length;

  /** What the broker keeps, asked for by exact topics. */
  async function kept(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const late = await listen(broker.port, { clientId: `late${++count}` }, [...topics, `${prefix}/fence`]);
    ears.push(late);
    await ear.client.publishAsync(`${prefix}/fence`, 'x', { qos: 1 });
    await late.hears(`${prefix}/fence`);
    return new Map(late.all.filter(({ retain }) => retain).map(({ topic, payload }) => [topic, payload]));
  }

  it.skipIf(!isHere)('has all of it live, and keeps what it shall keep', async () => {
    fresh();
    const { topics } = run().show();
    await announced();
    await ear.hears(topics.inverter(ECU, DS3));
    const found = await kept([topics.status, topics.availability(ECU), topics.ecu(ECU), ...IDS.map(config)]);
    expect([...found.keys()].sort()).toEqual([topics.status, topics.availability(ECU), ...IDS.map(config)].sort());
    expect(found.get(topics.status)).toBe('online');
    expect(found.get(topics.availability(ECU))).toBe('online');
  });

  it.skipIf(!isHere)('a restart announces nothing anew, and a clean end says offline', async () => {
    fresh();
    const first = run().show();
    await announced();
    await first.stop();
    await ear.hears(first.topics.status, (payload) => payload === 'offline');
    const from = ear.all.length;
    run().show();
    await until('two rounds', () => rounds(first.topics.ecu(ECU), from) >= 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ear.all.slice(from).filter(({ topic }) => topic.endsWith('/config'))).toEqual([]);
  });

  it.skipIf(!isHere)("takes over the Python program's topics, and clears its kept states", async () => {
    fresh();
    const python = Array.from(pythonDiscovery(snapshot), ([topic, payload]) => ({
      topic: `${prefix}/${topic}`,
      payload,
    }));
    const stale = createTopics(prefix).inverter(ECU, DS3);
    for (const { topic, payload } of [...python, { topic: stale, payload: '{"online": false}' }]) {
      await ear.client.publishAsync(topic, payload, { retain: true, qos: 1 });
    }
    run().show();
    await announced();
    await until('the old topics to be emptied', () => python.every(({ topic }) => ear.last.get(topic) === ''));
    expect(await kept([...python.map(({ topic }) => topic), stale])).toEqual(new Map());
    const order = (test: (payload: string, topic: string) => boolean) =>
      ear.all.findIndex(({ topic, payload }) => topic.startsWith(prefix) && test(payload, topic));
    const marked = order((payload) => payload.includes('migrate_discovery'));
    const said = order((payload, topic) => topic === config(ECU) && isDevice(payload));
    const emptied = order((payload, topic) => payload === '' && topic.includes('/sensor/'));
    expect([marked, said, emptied]).toEqual([marked, said, emptied].sort((a, b) => a - b));
  });

  it.skipIf(!isHere).each([true, false])('retain switched off clears the states (discovery: %s)', async (isOn) => {
    fresh();
    const discovery = isOn ? { prefix: `${prefix}/homeassistant`, isPerEntity: false } : null;
    const retaining = run({ retain: true, discovery }).show();
    const { topics } = retaining;
    const states = [topics.ecu(ECU), ...snapshot.inverters.map(({ id }) => topics.inverter(ECU, id))];
    await until('the states', () => states.every((topic) => ear.last.has(topic)));
    await retaining.stop();
    expect((await kept(states)).size).toBe(5);
    run({ discovery }).show();
    await until('the states to go', () =>
      states.every((topic) => ear.all.some((one) => one.topic === topic && one.payload === '')),
    );
    expect((await kept(states)).size).toBe(0);
  });

  it.skipIf(!isHere)('a birth says all of it again, and a hundred of them little more', async () => {
    fresh();
    const { topics } = run().show();
    await announced();
    await until('quiet', () => rounds(topics.ecu(ECU), 0) >= 4);
    const from = ear.all.length;
    for (let births = 0; births < 100; births++) {
      ear.client.publish(`${prefix}/homeassistant/status`, 'online');
    }
    await announced(from);
    await until('the status', () => rounds(topics.status, from) >= 1);
    await until('the availability', () => rounds(topics.availability(ECU), from) >= 1);
    await until('the states', () => rounds(topics.ecu(ECU), from) >= 2);
    expect(rounds(config(ECU), from)).toBeLessThanOrEqual(2);
  });

  it.skipIf(!isHere)('sets right what others say of us, and what they empty', async () => {
    fresh();
    const { topics } = run().show();
    await announced();
    for (const topic of [topics.status, topics.availability(ECU)]) {
      const from = ear.all.length;
      await ear.client.publishAsync(topic, 'offline', { retain: true, qos: 1 });
      await until(`online on ${topic}`, () =>
        ear.all.slice(from).some((one) => one.topic === topic && one.payload === 'online'),
      );
    }
    const from = ear.all.length;
    await ear.client.publishAsync(config(DS3), '', { retain: true, qos: 1 });
    await until('its device', () =>
      ear.all.slice(from).some(({ topic, payload }) => topic === config(DS3) && isDevice(payload)),
    );
    const found = await kept([topics.status, topics.availability(ECU), config(DS3)]);
    expect([topics.status, topics.availability(ECU)].map((topic) => found.get(topic))).toEqual(['online', 'online']);
    expect(found.has(config(DS3))).toBe(true);
  });

  it.skipIf(!isHere)('what was not heard since the start reads offline', async () => {
    fresh();
    const { topics } = new Instance(login(), prefix);
    const saved: SavedState = { ecus: [savedEcu(ECU)] };
    await ear.client.publishAsync(topics.availability(ECU), 'online', { retain: true, qos: 1 });
    run(hasWildcards ? {} : { saved });
    await until('offline', () => ear.last.get(topics.availability(ECU)) === 'offline');
    expect((await kept([topics.availability(ECU)])).get(topics.availability(ECU))).toBe('offline');
  });

  it.skipIf(!isHere)('leaves to another instance what that one hears', async () => {
    fresh();
    const other = run().show();
    await announced();
    await ear.hears(other.topics.availability(ECU), (payload) => payload === 'online');
    const ours = run({ saved: { ecus: [savedEcu(ECU)] } });
    await until('both', () => ours.heard.some(({ topic }) => topic === ours.topics.availability(ECU)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const from = ear.all.length;
    await ear.client.publishAsync(`${prefix}/homeassistant/status`, 'online', { qos: 1 });
    ours.publisher.removeEcu(
      ECU,
      snapshot.inverters.map(({ id }) => id),
    );
    await announced(from);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const said = ear.all.slice(from).filter(({ topic }) => topic.startsWith(prefix));
    expect(said.filter(({ payload }) => payload === 'offline' || payload === '')).toEqual([]);
    expect((await kept([other.topics.availability(ECU)])).get(other.topics.availability(ECU))).toBe('online');
  });

  it.skipIf(!isHere)('removal leaves nothing of an inverter', async () => {
    fresh();
    const ours = run({ retain: true }).show();
    await announced();
    ours.publisher.remove(ECU, OFFLINE_ONE);
    const topic = ours.topics.inverter(ECU, OFFLINE_ONE);
    await ear.hears(topic, (payload) => payload === '');
    expect((await kept([topic, config(OFFLINE_ONE)])).size).toBe(0);
  });

  it.skipIf(!isHere)('hears commands', async () => {
    fresh();
    const ours = run().show();
    await announced();
    for (const topic of [ours.topics.capture(ECU), ours.topics.remove(ECU, DS3), ours.topics.removeEcu(ECU)]) {
      await ear.client.publishAsync(topic, 'x', { qos: 1 });
      await until(topic, () => ours.heard.some((one) => one.topic === topic));
    }
  });

  it.skipIf(!isHere)('says offline for whoever is lost, and a successor with its client id ends online', async () => {
    fresh();
    const wire = await startWire(broker.port, { onPublish: () => {}, onConnected: () => {}, onDelivered: () => {} });
    const lost = run({}, login({ port: wire.port })).show();
    await announced();
    await wire.close();
    await ear.hears(lost.topics.status, (payload) => payload === 'offline');

    const as = login();
    const { topics } = run({}, as).show();
    await ear.hears(topics.status, (payload) => payload === 'online');
    const from = ear.all.length;
    const successor = run({}, as).show();
    await until('the successor', () => rounds(topics.status, from) >= 1);
    // Of two with one client id the broker lets one in, and the other comes back: this one ends before.
    await instances.splice(1, 1)[0]?.stop();
    await until('online at last', () => ear.last.get(topics.status) === 'online' && successor.heard.length > 0);
  });

  it.skipIf(!isHere)('clears what was published under another prefix, and is not wanted', async () => {
    fresh();
    const before = run({ retain: true }).show();
    await announced();
    await before.stop();
    const old = before.topics;
    const oldConfigs = IDS.map(config);
    const saved: SavedState = {
      ecus: [
        savedEcu(
          ECU,
          snapshot.inverters.map(({ id }) => id),
        ),
      ],
      publication: before.publisher.publication,
    };
    const oldTopics = [old.status, old.availability(ECU), old.ecu(ECU), old.inverter(ECU, DS3), ...oldConfigs];
    expect((await kept(oldTopics)).size).toBe(oldTopics.length);
    const oldPrefix = prefix;
    fresh();
    const ours = run({ saved }).show();
    await announced();
    await until('the old to be emptied', () => oldTopics.every((topic) => ear.last.get(topic) === ''));
    expect(ours.publisher.publication.topicPrefixes).toContain(prefix);
    await until('done', () => !ours.publisher.publication.topicPrefixes.includes(oldPrefix));
  });

  it.skipIf(!isHere)('a large message that somebody else puts on our topic is set right', async () => {
    fresh();
    const { topics } = run().show();
    await announced();
    await ear.client.publishAsync(topics.status, 'x'.repeat(500_000), { retain: true, qos: 1 });
    await until('online again', () => ear.last.get(topics.status) === 'online');
  });

  it.skipIf(!isHere || fence === null)('tells that a user may not use a topic, and does not blame a twin', async () => {
    prefix = 'forbidden';
    const ours = run({}, login(FENCED_USER)).show();
    await until(`the words in ${JSON.stringify(ours.recording.lines)}`, () =>
      ours.recording.texts('warn').some((line) => line.includes(fence ?? '')),
    );
  });

  it.skipIf(!isHere || knowsFive)('MQTT 5, which it does not know: the words say what to set', async () => {
    fresh();
    const ours = run({}, login({ protocol: '5' }));
    await until('the words', () =>
      ours.recording.texts('warn').some((line) => line.includes('Set MQTT version (protocol, MQTT_PROTOCOL) to 3.1.1')),
    );
  });
});

function savedEcu(ecuId: string, inverters: readonly string[] = []) {
  return {
    address: '192.168.1.9:8899',
    ecuId,
    firmware: null,
    energy: null,
    timing: null,
    inverters: inverters.map((id) => ({ id, channels: null, lastSeen: Date.now() })),
  };
}
