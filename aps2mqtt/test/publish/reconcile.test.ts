import { setMaxListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { MARKER } from '../../src/homeassistant/keptDiscovery.ts';
import { lasting } from '../../src/mqtt/contract/message.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { Publisher, type PublisherSettings } from '../../src/publish/publisher.ts';
import type { SavedEcu, SavedState } from '../../src/site/savedState.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { DiscoveryReader } from '../support/homeAssistant.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { type KeptAnswers, SlowBroker, type SlowClient } from '../support/slowBroker.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const topics = createTopics('');
const snapshot = await snapshotOf(FOUR_INVERTERS);
const OTHER = '216300000002';
const DS3 = '704000000011';
const config = (id: string) => `homeassistant/device/aps_${id}/config`;
const DAY_MS = 24 * 3_600_000;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) {
    end();
  }
});

interface Instance {
  readonly publisher: Publisher;
  readonly client: SlowClient;
  readonly lines: ReturnType<typeof recordingLog>;
  show(shown: EcuSnapshot, isAnswering?: boolean): void;
}

class World {
  readonly clock = new FakeClock();
  readonly broker: SlowBroker;

  constructor(latency = 0, answers: KeptAnswers = {}) {
    this.broker = new SlowBroker(this.clock, latency, answers);
  }

  start(more: Partial<PublisherSettings> = {}): Instance {
    const lines = recordingLog();
    const client = this.broker.client();
    const settings: PublisherSettings = {
      topics,
      retain: false,
      birthTopic: 'homeassistant/status',
      discovery: { prefix: 'homeassistant', isPerEntity: false },
      ...more,
    };
    const publisher = new Publisher(client, settings, this.clock, lines.log);
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    void publisher.run(stop.signal);
    client.connect(publisher);
    ends.push(() => stop.abort());
    return {
      publisher,
      client,
      lines,
      show: (shown, isAnswering = true) => publisher.show(shown, { canRestart: false }, isAnswering, false),
    };
  }

  pass(ms: number): Promise<boolean> {
    return this.clock.advance(ms);
  }

  said(topic: string, from = 0): string[] {
    return this.broker.said
      .slice(from)
      .filter((message) => message.topic === topic)
      .map(({ payload }) => payload);
  }

  /** What the Home Assistant that heard all of it complains of. */
  complaints(): readonly string[] {
    const reader = new DiscoveryReader();
    for (const { topic, payload } of this.broker.said) {
      reader.read(topic, payload);
    }
    return reader.complaints;
  }

  keep(topic: string, payload: string): void {
    this.broker.publish(lasting(topic, payload));
  }
}

function savedEcu(ecuId: string, inverterIds: readonly string[] = []): SavedEcu {
  const inverters = inverterIds.map((id) => ({ id, channels: null, lastSeen: 0 }));
  return { address: '192.168.1.9:8899', ecuId, firmware: null, energy: null, timing: null, inverters };
}

const saved = (...ecus: SavedEcu[]): SavedState => ({ ecus });

async function at(ecuId: string, online: boolean | null, takenAt?: Date): Promise<EcuSnapshot> {
  const all = await snapshotOf({ ecu: 'ecu-b', ecuId, inverters: [{ family: 'ds3', id: DS3 }] });
  return {
    ...all,
    takenAt: takenAt ?? all.takenAt,
    inverters: all.inverters.map((one) => ({ ...one, online })),
  };
}

describe('over a line of 1.2 s', () => {
  it('takes the Python program over before it announces, also what it hears of late', async () => {
    const world = new World(1_200);
    for (const [topic, payload] of pythonDiscovery(snapshot)) {
      world.keep(topic, payload);
    }
    const ours = world.start();
    await world.pass(2_500);
    // The broker has not answered all that was asked by now.
    ours.show(snapshot);
    await world.pass(60_000);
    expect(world.complaints()).toEqual([]);
    expect([...world.broker.kept.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toHaveLength(5);
  });

  it('says nothing anew that is kept', async () => {
    const world = new World(1_200);
    world.start().show(snapshot);
    await world.pass(60_000);
    const from = world.broker.said.length;
    world.start().show(snapshot);
    await world.pass(60_000);
    expect(world.broker.said.slice(from).filter(({ topic }) => topic.endsWith('/config'))).toEqual([]);
  });
});

describe.each([
  ['answers several subscriptions side by side', { pace: 500 }],
  ['begins with the last topic of each', { pace: 500, isLastFirst: true }],
])('with a broker that takes its time, and %s', (_, answers) => {
  it('takes the Python program over before it announces, and clears its states', async () => {
    const world = new World(0, answers);
    for (const [topic, payload] of pythonDiscovery(snapshot)) {
      world.keep(topic, payload);
    }
    world.keep(topics.inverter(ECU, DS3), '{}');
    world.start().show(snapshot);
    await world.pass(120_000);
    expect(world.complaints()).toEqual([]);
    expect([...world.broker.kept.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toHaveLength(5);
    expect(world.broker.kept.has(topics.inverter(ECU, DS3))).toBe(false);
  });
});

describe('what was not heard answering since the start', () => {
  it.each(['shown, and silent', 'saved, and in no options'])('reads offline (%s)', async (how) => {
    const world = new World();
    world.keep(topics.availability(ECU), 'online');
    const ours = world.start(how.startsWith('saved') ? { saved: saved(savedEcu(ECU)) } : {});
    if (how.startsWith('shown')) {
      ours.show(snapshot, false);
    }
    await world.pass(10_000);
    expect(world.broker.kept.get(topics.availability(ECU))).toBe('offline');
  });

  it('and is said so again to a Home Assistant that starts', async () => {
    const world = new World();
    world.start({ saved: saved(savedEcu(ECU)) });
    await world.pass(10_000);
    const from = world.broker.said.length;
    world.broker.publish({ topic: 'homeassistant/status', payload: 'online', qos: 0, retain: false });
    await world.pass(10_000);
    expect(world.said(topics.availability(ECU), from)).toEqual(['offline']);
    expect(world.said(topics.status, from)).toEqual(['online']);
  });
});

describe('two instances on one broker', () => {
  async function both(latency: number) {
    const world = new World(latency);
    const theirs = world.start();
    theirs.show(await at(OTHER, true));
    await world.pass(20_000);
    const ours = world.start({ saved: saved(savedEcu(OTHER, [DS3])) });
    ours.show({ ...snapshot, inverters: [] });
    await world.pass(20_000);
    return { world, ours, theirs };
  }

  it.each([0, 1_200])('leave to each other what each hears (%i ms)', async (latency) => {
    const { world, ours } = await both(latency);
    expect(world.broker.kept.get(topics.availability(OTHER))).toBe('online');
    const from = world.broker.said.length;
    world.broker.publish({ topic: 'homeassistant/status', payload: 'online', qos: 0, retain: false });
    ours.publisher.setAnswering(OTHER, false);
    await world.pass(DAY_MS);
    ours.publisher.removeEcu(OTHER, [DS3]);
    await world.pass(DAY_MS);
    const about = world.broker.said.slice(from).filter(({ topic }) => topic.includes(OTHER) || topic.includes(DS3));
    expect(about.filter(({ payload }) => payload === 'offline' || payload === '')).toEqual([]);
    expect(ours.lines.texts('info').at(-1)).toContain('another aps2mqtt says that it is online');
  });

  it('also where the word of the other one comes before we listen', async () => {
    const world = new World(100);
    const theirs = world.start();
    theirs.show(await at(OTHER, true));
    await world.pass(20_000);
    const ours = world.broker.client();
    const lines = recordingLog();
    const settings = { topics, retain: false, birthTopic: 'b', discovery: null, saved: saved(savedEcu(OTHER)) };
    const publisher = new Publisher(ours, settings, world.clock, lines.log);
    const stop = new AbortController();
    void publisher.run(stop.signal);
    ours.connect(publisher);
    await world.pass(0);
    world.keep(topics.availability(OTHER), 'online');
    await world.pass(20_000);
    publisher.removeEcu(OTHER, []);
    stop.abort();
    expect(world.broker.kept.get(topics.availability(OTHER))).toBe('online');
    expect(lines.texts('info').at(-1)).toContain('another aps2mqtt says that it is online');
  });

  it.each([0, 1_200])('make no storm of it (%i ms)', async (latency) => {
    const { world } = await both(latency);
    await world.pass(20_000);
    const from = world.broker.said.length;
    await world.pass(DAY_MS);
    expect(world.broker.said.slice(from)).toEqual([]);
  });

  it('an old one that insists on offline is answered with patience', async () => {
    const world = new World(50);
    world.start().show(snapshot);
    await world.pass(20_000);
    const from = world.broker.said.length;
    for (let times = 0; times < 100; times++) {
      world.keep(topics.status, 'offline');
      await world.pass(500);
    }
    expect(world.said(topics.status, from).filter((payload) => payload === 'online').length).toBeLessThan(10);
    await world.pass(60_000);
    expect(world.broker.kept.get(topics.status)).toBe('online');
  });

  it('when one says goodbye, its ECU reads offline, and the program stays online', async () => {
    const { world, theirs } = await both(10);
    theirs.client.disconnect();
    world.keep(topics.status, 'offline');
    await world.pass(10_000);
    expect(world.broker.kept.get(topics.status)).toBe('online');
    expect(world.broker.kept.get(topics.availability(OTHER))).toBe('offline');
  });

  it('an inverter that works at the other one stays there; where it works, it comes', async () => {
    const { world, ours } = await both(10);
    const before = world.broker.kept.get(config(DS3));
    ours.show({ ...(await at(ECU, false)), takenAt: new Date(world.clock.now()) });
    await world.pass(60_000);
    expect(world.broker.kept.get(config(DS3))).toBe(before);
    ours.show({ ...(await at(ECU, true)), takenAt: new Date(world.clock.now()) });
    await world.pass(1_000);
    expect(JSON.parse(world.broker.kept.get(config(DS3)) ?? '').device.via_device).toBe(ECU);
  });

  it('that both announce one device make no storm', async () => {
    const world = new World(20);
    const [one, other] = [world.start(), world.start({ topics: createTopics('garage') })];
    one.show(snapshot);
    other.show(snapshot);
    await world.pass(DAY_MS / 2);
    expect(world.said(config(DS3)).length).toBeLessThan(40);
  });
});

describe('what somebody else does while we are connected', () => {
  it('a device that is deleted comes back, when Home Assistant is done with it', async () => {
    const world = new World(10);
    world.start().show(snapshot);
    await world.pass(20_000);
    world.keep(config(DS3), '');
    await world.pass(1_500);
    expect(world.broker.kept.has(config(DS3))).toBe(false);
    await world.pass(2_000);
    expect(world.broker.kept.get(config(DS3))).toContain('origin');
  });

  it('what the Python program publishes once more is taken over once more', async () => {
    const world = new World(10);
    world.start().show(snapshot);
    await world.pass(20_000);
    for (const [topic, payload] of pythonDiscovery(snapshot)) {
      world.keep(topic, payload);
    }
    await world.pass(30_000);
    expect([...world.broker.kept.keys()].filter((topic) => topic.startsWith('homeassistant/'))).toHaveLength(5);
    expect(world.broker.said.some(({ payload }) => payload === MARKER)).toBe(true);
  });
});

describe('where we published before', () => {
  const old = createTopics('old');

  async function published(more: Partial<PublisherSettings>): Promise<{ world: World; state: SavedState }> {
    const world = new World(10);
    const first = world.start({ topics: old, retain: true, ...more });
    first.show(snapshot);
    await world.pass(20_000);
    first.client.disconnect();
    world.keep(old.status, 'offline');
    const ids = snapshot.inverters.map(({ id }) => id);
    return { world, state: { ...saved(savedEcu(ECU, ids)), publication: first.publisher.publication } };
  }

  it('nothing of ours is left under another topic prefix, and nothing of others goes', async () => {
    const { world, state } = await published({});
    world.keep('old/aps/note', 'mine');
    world.keep('old/aps/999900000001', '{}');
    const now = world.start({ saved: state });
    now.show(snapshot);
    await world.pass(20_000);
    expect([...world.broker.kept.keys()].filter((topic) => topic.startsWith('old/')).sort()).toEqual([
      'old/aps/999900000001',
      'old/aps/note',
    ]);
    expect(now.publisher.publication.topicPrefixes).toEqual(['']);
    expect(world.complaints()).toEqual([]);
  });

  it('where another one is online, its status stays', async () => {
    const { world, state } = await published({});
    world.keep(old.status, 'online');
    world.start({ saved: state }).show(snapshot);
    await world.pass(20_000);
    expect(world.broker.kept.get(old.status)).toBe('online');
    expect(world.broker.kept.has(old.availability(ECU))).toBe(false);
  });

  it.each([
    ['another discovery prefix', { prefix: 'ha', isPerEntity: false }, 5],
    ['no discovery', null, 0],
  ])('the devices go with %s', async (_, discovery, left) => {
    const { world, state } = await published({});
    const foreign = 'homeassistant/sensor/other/config';
    world.keep(foreign, '{"unique_id":"other"}');
    const now = world.start({ saved: state, topics: old, discovery });
    now.show(snapshot);
    await world.pass(20_000);
    const kept = [...world.broker.kept.keys()];
    expect(kept.filter((topic) => topic.startsWith('homeassistant/'))).toEqual([foreign]);
    expect(kept.filter((topic) => topic.startsWith('ha/'))).toHaveLength(left);
    expect(now.publisher.publication.discoveryPrefixes).toEqual(discovery === null ? [] : ['ha']);
  });

  it('it is remembered as long as the broker is away', async () => {
    const { world, state } = await published({});
    const now = world.start({ saved: state });
    now.client.disconnect();
    now.show(snapshot);
    await world.pass(DAY_MS);
    expect(now.publisher.publication.topicPrefixes).toEqual(['', 'old']);
    now.client.connect(now.publisher);
    await world.pass(20_000);
    expect(now.publisher.publication.topicPrefixes).toEqual(['']);
  });
});

describe('what is removed while the broker is away', () => {
  it('goes after a restart, too', async () => {
    const world = new World(10);
    const first = world.start({ retain: true });
    first.show(snapshot);
    await world.pass(20_000);
    first.client.disconnect();
    first.publisher.remove(ECU, DS3);
    await world.pass(DAY_MS);
    const { publication } = first.publisher;
    expect(publication.removed).toEqual([{ ecuId: ECU, inverterId: DS3 }]);

    const without = { ...snapshot, inverters: snapshot.inverters.filter(({ id }) => id !== DS3) };
    const second = world.start({ retain: true, saved: { ...saved(savedEcu(ECU)), publication } });
    second.show(without);
    await world.pass(20_000);
    expect(world.broker.kept.has(config(DS3))).toBe(false);
    expect(world.broker.kept.has(topics.inverter(ECU, DS3))).toBe(false);
    await world.pass(120_000);
    second.show({ ...without, takenAt: world.clock.now() });
    await world.pass(1_000);
    expect(second.publisher.publication.removed).toEqual([]);
  });
});

describe('a broker that drops what we say', () => {
  it('is told once, and the values go on', async () => {
    const world = new World();
    const ours = world.start();
    const mute = { ...ours.client, isConnected: true, publish: () => {} };
    const lines = recordingLog();
    const settings = { topics: createTopics('mute'), retain: false, birthTopic: 'b', discovery: null };
    const publisher = new Publisher(mute, settings, world.clock, lines.log);
    const stop = new AbortController();
    void publisher.run(stop.signal);
    publisher.onConnect();
    publisher.show(snapshot, { canRestart: false });
    await world.pass(60_000);
    publisher.onConnect();
    await world.pass(60_000);
    stop.abort();
    expect(lines.texts('warn')).toEqual([
      expect.stringContaining('The broker does not give back what was said on mute/aps/status'),
    ]);
  });
});

describe('a round that is shown twice', () => {
  it('is said whole the first time, and what has changed the second', async () => {
    const world = new World();
    const ours = world.start();
    ours.show(snapshot);
    await world.pass(60_000);
    const from = world.broker.said.length;
    ours.show(snapshot);
    const signal = {
      ...snapshot,
      inverters: snapshot.inverters.map((one) => (one.id === DS3 ? { ...one, signal: 7 } : one)),
    };
    ours.publisher.show(signal, { canRestart: false }, true, true);
    await world.pass(1_000);
    const said = world.broker.said.slice(from).map(({ topic }) => topic);
    expect(said).toHaveLength(6);
    expect(said.at(-1)).toBe(topics.inverter(ECU, DS3));
  });
});
