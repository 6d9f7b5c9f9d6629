import { describe, expect, it } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import type { DiscoveryForm } from '../../src/homeassistant/discovery.ts';
import { MARKER } from '../../src/homeassistant/keptDiscovery.ts';
import type { BrokerClient, Message } from '../../src/mqtt/contract/message.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { type Announcement, Announcer } from '../../src/publish/announcer.ts';
import { Kept } from '../../src/publish/kept.ts';
import { Removed } from '../../src/publish/removed.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { DiscoveryReader } from '../support/homeAssistant.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const topics = createTopics('');
const snapshot = await snapshotOf(FOUR_INVERTERS);
const never = new AbortController().signal;

type More = Partial<Announcement> & {
  readonly snapshot?: EcuSnapshot;
  readonly canRestart?: boolean;
  /** Inverters, and the ECU that they were removed from. */
  readonly removed?: readonly string[];
  readonly form?: DiscoveryForm;
};

const ONE_A_DEVICE = { prefix: 'homeassistant', isPerEntity: false };

/** A broker that keeps what is retained, and gives it for exact topics alone; with Home Assistant behind it. */
class World {
  readonly clock: FakeClock;
  readonly log = recordingLog();
  readonly broker = new Map<string, string>();
  readonly homeAssistant = new DiscoveryReader();
  said: Message[] = [];
  kept: Kept;
  announcer: Announcer;
  #subscribed = new Set<string>();

  constructor(start?: string) {
    this.clock = new FakeClock(start);
    this.broker.set(topics.status, 'online');
    this.kept = this.#newKept();
    this.announcer = this.restart();
  }

  /** Our program ends and starts. */
  restart(form: DiscoveryForm = ONE_A_DEVICE): Announcer {
    this.kept = this.#newKept();
    this.announcer = new Announcer(this.kept, form, topics, this.clock, this.log.log);
    return this.announcer;
  }

  #newKept(): Kept {
    this.#subscribed = new Set();
    const client: BrokerClient = {
      isConnected: true,
      publish: (message) => this.publish(message),
      subscribe: async (filters) => {
        for (const topic of filters) {
          this.#subscribed.add(topic);
          const payload = this.broker.get(topic);
          if (payload !== undefined) {
            this.kept.hear(topic, payload, true);
          }
        }
        return true;
      },
      unsubscribe: (filters) => {
        for (const topic of filters) {
          this.#subscribed.delete(topic);
        }
      },
    };
    return new Kept(client, topics.status, this.clock);
  }

  publish(message: Pick<Message, 'topic' | 'payload'> & Partial<Message>): void {
    const { topic, payload, retain = true, qos = 1 } = message;
    this.said.push({ topic, payload, retain, qos });
    if (payload === '') {
      this.broker.delete(topic);
    } else if (retain) {
      this.broker.set(topic, payload);
    }
    this.homeAssistant.read(topic, payload);
    if (this.#subscribed.has(topic)) {
      this.kept.hear(topic, payload, false);
    }
  }

  /** What the broker keeps but for our status. */
  get discovery(): ReadonlyMap<string, string> {
    return new Map([...this.broker].filter(([topic]) => topic !== topics.status));
  }

  connect(): void {
    this.#subscribed.clear();
    this.broker.set(topics.status, 'online');
    this.kept.onConnect();
    this.said = [];
  }

  async announce(more: More = {}): Promise<boolean> {
    const announced = this.begin(more);
    await this.clock.advance(10_000);
    return announced;
  }

  async begin({
    snapshot: shown = snapshot,
    canRestart = false,
    form,
    removed = [],
    ...rest
  }: More = {}): Promise<boolean> {
    if (form !== undefined) {
      this.announcer = new Announcer(this.kept, form, topics, this.clock, this.log.log);
    }
    const devices = devicesOf([{ snapshot: shown, canRestart }], topics);
    this.announcer.watchEcu(shown.ecuId, false);
    for (const id of [...shown.inverters.map((inverter) => inverter.id), ...removed]) {
      this.announcer.watchInverter(id, false);
    }
    if (!(await this.kept.complete(never))) {
      return false;
    }
    const gone = new Removed(removed.map((inverterId) => ({ ecuId: shown.ecuId, inverterId })));
    const wanted: Announcement = {
      devices,
      isAll: false,
      isRemoved: (kept) => gone.covers(kept),
      isOthers: () => false,
      ...rest,
    };
    return this.announcer.announce(wanted, removed, never);
  }

  python(of = snapshot): void {
    for (const [topic, payload] of pythonDiscovery(of)) {
      this.publish({ topic, payload });
    }
  }

  component(id: string, suffix: string) {
    return JSON.parse(this.broker.get(`homeassistant/device/aps_${id}/config`) ?? '{}').components[suffix];
  }
}

const without = (...ids: string[]): EcuSnapshot => ({
  ...snapshot,
  inverters: snapshot.inverters.filter(({ id }) => !ids.includes(id)),
});
const perEntity = { form: { prefix: 'homeassistant', isPerEntity: true } };
const OFFLINE_ONE = '704000000014';

describe('announcing', () => {
  it('says each device once, the ECU first', async () => {
    const world = new World();
    world.connect();
    expect(await world.announce()).toBe(true);
    expect(world.said.map(({ topic }) => topic)).toEqual(
      [ECU, ...snapshot.inverters.map(({ id }) => id)].map((id) => `homeassistant/device/aps_${id}/config`),
    );
    expect(world.said.every(({ retain, qos }) => retain && qos === 1)).toBe(true);
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it('says nothing that the broker has already, over restarts too', async () => {
    const world = new World();
    world.connect();
    await world.announce();
    world.said = [];
    expect(await world.announce()).toBe(false);
    world.restart();
    world.connect();
    expect(await world.announce()).toBe(false);
    expect(world.said).toEqual([]);
  });

  it('says all to a broker that has forgotten, and to a Home Assistant that starts', async () => {
    const world = new World();
    world.connect();
    await world.announce();
    world.broker.clear();
    world.connect();
    await world.announce();
    expect(world.discovery.size).toBe(5);
    world.said = [];
    expect(await world.announce({ isAll: true })).toBe(true);
    expect(world.said).toHaveLength(5);
  });

  it('a new inverter is announced alone', async () => {
    const world = new World();
    world.connect();
    await world.announce({ snapshot: without(OFFLINE_ONE) });
    world.said = [];
    await world.announce();
    expect(world.said.map(({ topic }) => topic)).toEqual([`homeassistant/device/aps_${OFFLINE_ONE}/config`]);
  });

  it('takes a component back by naming its platform alone, then leaves it out', async () => {
    const world = new World();
    world.connect();
    await world.announce({ canRestart: true });
    expect(world.component(ECU, 'restart')).toHaveProperty('command_topic');
    await world.announce();
    expect(world.component(ECU, 'restart')).toEqual({ platform: 'button' });
    await world.announce();
    expect(world.component(ECU, 'restart')).toBeUndefined();
    world.said = [];
    expect(await world.announce()).toBe(false);
  });
});

describe('taking over', () => {
  it("keeps all 47 entities of the Python program and clears its topics, and nobody else's", async () => {
    const world = new World();
    const others = new Map([
      ['homeassistant/sensor/aps_999000000001_power/config', JSON.stringify({ unique_id: 'aps_999000000001_power' })],
      ['homeassistant/sensor/other/config', '{"unique_id":"other"}'],
      ['homeassistant/device/other/config', '{"device":{},"origin":{"name":"other"},"components":{}}'],
    ]);
    for (const [topic, payload] of others) {
      world.publish({ topic, payload });
    }
    world.python();
    const ids = [...world.homeAssistant.registered].filter((id) => /^aps_(?!999)/.test(id));
    expect(ids).toHaveLength(47);
    world.connect();
    await world.announce();

    expect(world.homeAssistant.complaints).toEqual([]);
    expect([...world.homeAssistant.registered]).toEqual(expect.arrayContaining(ids));
    expect(ids.every((id) => world.homeAssistant.loaded.get(id)?.startsWith('homeassistant/device/aps_'))).toBe(true);
    expect([...world.discovery.keys()].filter((topic) => !topic.includes('/device/aps_'))).toEqual([...others.keys()]);
    expect(world.log.texts('info')).toEqual(['Took over what was announced to Home Assistant before (47 topics)']);
  });

  it('marker, pause, announcement, pause, clearing', async () => {
    const world = new World();
    world.python();
    world.connect();
    await world.announce();
    const kinds = world.said.map(({ topic, payload }) =>
      payload === MARKER ? 'marker' : payload === '' ? 'clear' : topic.includes('/device/') ? 'announce' : 'other',
    );
    expect(kinds).toEqual([...Array(47).fill('marker'), ...Array(5).fill('announce'), ...Array(47).fill('clear')]);
  });

  it('an ECU or an inverter that is seen only later is taken over later', async () => {
    const world = new World();
    world.python();
    world.connect();
    await world.announce({ snapshot: without('704000000011', OFFLINE_ONE) });
    expect([...world.discovery.keys()].filter((topic) => topic.startsWith('homeassistant/sensor/'))).toHaveLength(18);
    await world.announce();
    expect(world.discovery.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect(world.homeAssistant.registered.size).toBe(103);
  });

  it('goes on where a takeover was cut short', async () => {
    const world = new World();
    world.python();
    for (const topic of [...world.discovery.keys()].slice(0, 20)) {
      world.publish({ topic, payload: MARKER });
    }
    world.connect();
    await world.announce();
    expect(world.discovery.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect(world.homeAssistant.registered.size).toBe(103);
  });

  it('what the Python program announced and nobody has any more is cleared', async () => {
    const world = new World();
    const topic = 'homeassistant/sensor/aps_801000000013_panel_2_voltage/config';
    world.publish({ topic, payload: JSON.stringify({ unique_id: 'aps_801000000013_panel_2_voltage' }) });
    world.connect();
    await world.announce();
    expect(world.said.filter((message) => message.topic === topic).map(({ payload }) => payload)).toEqual(['']);
    expect(world.homeAssistant.registered.has('aps_801000000013_panel_2_voltage')).toBe(false);
  });

  it('gives the signal its statistics when the five minutes with the old unit are over', async () => {
    const world = new World('2026-06-01T12:01:00Z');
    world.python();
    world.connect();
    await world.announce();
    expect(world.component('704000000011', 'signal')).toMatchObject({ unit_of_measurement: '%' });
    expect(world.component('704000000011', 'signal')).not.toHaveProperty('state_class');
    expect(world.component('704000000011', 'power')).toHaveProperty('state_class', 'measurement');
    await world.clock.advance(3 * 60_000);
    expect(await world.announce()).toBe(false);
    await world.clock.advance(60_000);
    expect(await world.announce()).toBe(true);
    expect(world.component('704000000011', 'signal')).toHaveProperty('state_class', 'measurement');
  });

  it.each([0, 1])(
    "clears a state that the broker kept from before, while no entity reads it (after %s's)",
    async (ours) => {
      const world = new World();
      const stale = topics.inverter(ECU, '704000000011');
      if (ours === 1) {
        world.connect();
        await world.announce();
      } else {
        world.python();
      }
      world.publish({ topic: stale, payload: '{"online":false}' });
      world.restart();
      world.kept.peek([stale]);
      world.connect();
      await world.announce();
      const about = world.said.filter(({ topic }) => topic === stale || topic.includes('aps_704000000011'));
      const at = about.findIndex(({ topic }) => topic === stale);
      expect(about[at]?.payload).toBe('');
      expect(about.slice(0, at).every(({ payload }) => payload === MARKER)).toBe(true);
      expect(at).toBeGreaterThan(0);
      expect(about[at + 1]?.topic).toBe('homeassistant/device/aps_704000000011/config');
      expect(world.homeAssistant.complaints).toEqual([]);
      expect(world.homeAssistant.registered.size).toBe(103);
      expect(world.discovery.size).toBe(5);
    },
  );
});

describe('an inverter of which less is known than before', async () => {
  const id = '999000000099';
  const online = await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family: 'ds3', id }] });
  const never = await snapshotOf({ ...FOUR_INVERTERS, inverters: [{ family: 'ds3', id, state: 'neverHeard' }] });

  it.each([false, true])('keeps its panels, in both forms (%s)', async (isPerEntity) => {
    const world = new World();
    const form = { prefix: 'homeassistant', isPerEntity };
    world.connect();
    await world.announce({ form, snapshot: online });
    const before = [...world.discovery];
    world.restart();
    world.connect();
    await world.announce({ form, snapshot: never });
    expect([...world.discovery]).toEqual(before);
  });

  it('gets them when they are known', async () => {
    const world = new World();
    world.connect();
    await world.announce({ snapshot: never });
    expect(world.component(id, 'panel_1_power')).toBeUndefined();
    await world.announce({ snapshot: online });
    expect(world.component(id, 'panel_1_power')).toHaveProperty('unique_id', `aps_${id}_panel_1_power`);
  });
});

describe('both forms', () => {
  it('moving from one to the other and back keeps every entity', async () => {
    const world = new World();
    world.connect();
    await world.announce({ canRestart: true });
    const ids = [...world.homeAssistant.registered].sort();
    expect(ids).toHaveLength(104);

    world.restart();
    world.connect();
    await world.announce({ ...perEntity, canRestart: true });
    expect([...world.homeAssistant.loaded.values()].some((topic) => topic.includes('/device/'))).toBe(false);
    expect([...world.homeAssistant.loaded.keys()].sort()).toEqual(ids);

    world.restart();
    world.connect();
    await world.announce({ canRestart: true });
    expect([...world.homeAssistant.loaded.keys()].sort()).toEqual(ids);
    expect(world.discovery.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect([...world.homeAssistant.registered].sort()).toEqual(ids);
  });

  it('the markers of the move go when Home Assistant ends', async () => {
    const world = new World();
    world.connect();
    await world.announce();
    world.restart();
    world.connect();
    await world.announce(perEntity);
    expect([...world.discovery.values()].filter((payload) => payload === MARKER)).toHaveLength(5);
    world.announcer.onHomeAssistantGone();
    expect([...world.discovery.keys()].filter((topic) => topic.includes('/device/'))).toEqual([]);
    expect(world.discovery.size).toBe(103);
  });

  it("takes the Python program's topics over as they are", async () => {
    const world = new World();
    world.python();
    const before = [...world.discovery.keys()];
    world.connect();
    await world.announce(perEntity);
    expect(world.said.some(({ payload }) => payload === MARKER || payload === '')).toBe(false);
    expect([...world.discovery.keys()]).toEqual(expect.arrayContaining(before));
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it('an entity that is no longer there is cleared', async () => {
    const world = new World();
    world.connect();
    await world.announce({ ...perEntity, canRestart: true });
    await world.announce(perEntity);
    expect(world.broker.has('homeassistant/button/aps_216200000001_restart/config')).toBe(false);
    expect(world.broker.has('homeassistant/button/aps_216200000001_refresh/config')).toBe(true);
  });
});

describe('removal', () => {
  const topic = `homeassistant/device/aps_${OFFLINE_ONE}/config`;

  it('nothing goes because one poll lacked it, not even after a restart without saved state', async () => {
    const world = new World();
    world.connect();
    await world.announce();
    world.restart();
    world.connect();
    expect(await world.announce({ snapshot: without(OFFLINE_ONE) })).toBe(false);
    expect(world.broker.has(topic)).toBe(true);
  });

  it('of an inverter that moved to another ECU, nothing goes by the word of the old one', async () => {
    const world = new World();
    const other = await snapshotOf({
      ecu: 'ecu-b',
      ecuId: '216300000002',
      inverters: [{ family: 'ds3', id: OFFLINE_ONE }],
    });
    world.connect();
    await world.announce({ snapshot: other });
    const before = world.broker.get(topic);
    await world.announce({ snapshot: without(OFFLINE_ONE), removed: [OFFLINE_ONE] });
    expect(world.broker.get(topic)).toBe(before);
  });

  it("another ECU's inverters stay, and other programs' devices", async () => {
    const world = new World();
    const other = await snapshotOf({ ecu: 'ecu-b', ecuId: '216300000002', inverters: [{ family: 'yc600' }] });
    world.connect();
    await world.announce({ snapshot: other });
    await world.announce();
    expect(world.discovery.size).toBe(7);
  });

  it.each([false, true])("the user's word removes, in both forms (%s)", async (isPerEntity) => {
    const world = new World();
    const form = { prefix: 'homeassistant', isPerEntity };
    world.connect();
    await world.announce({ form });
    await world.announce({ form, snapshot: without(OFFLINE_ONE), removed: [OFFLINE_ONE] });
    expect([...world.discovery.keys()].some((kept) => kept.includes(OFFLINE_ONE))).toBe(false);
    expect([...world.homeAssistant.registered].some((id) => id.includes(OFFLINE_ONE))).toBe(false);
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it("the user's word also removes what the Python program left of an inverter long gone", async () => {
    const world = new World();
    world.python();
    world.connect();
    await world.announce({ snapshot: without(OFFLINE_ONE) });
    await world.announce({ snapshot: without(OFFLINE_ONE), removed: [OFFLINE_ONE] });
    expect([...world.discovery.keys()].some((kept) => kept.includes(OFFLINE_ONE))).toBe(false);
  });
});

describe('a connection', () => {
  it('that is lost in the middle of a takeover ends it; the next one does the rest', async () => {
    const world = new World();
    world.python();
    world.connect();
    const announced = world.begin();
    await world.clock.advance(500);
    world.kept.onConnect();
    await world.clock.advance(10_000);
    expect(await announced).toBe(true);
    expect(world.said.every(({ payload }) => payload === MARKER)).toBe(true);
    world.connect();
    await world.announce();
    expect(world.discovery.size).toBe(5);
    expect(world.homeAssistant.registered.size).toBe(103);
  });
});
