import { describe, expect, it } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import type { Wanted } from '../../src/homeassistant/plan.ts';
import { MARKER } from '../../src/homeassistant/retained.ts';
import type { Message } from '../../src/mqtt/message.ts';
import { createTopics } from '../../src/mqtt/topics.ts';
import { Announcer } from '../../src/publish/announcer.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { DiscoveryReader } from '../support/homeAssistant.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const topics = createTopics('');
const snapshot = await snapshotOf(FOUR_INVERTERS);
const never = new AbortController().signal;

type More = Partial<Wanted> & { readonly snapshot?: EcuSnapshot; readonly canRestart?: boolean };

/** A broker that keeps what is retained, with Home Assistant behind it. */
class World {
  readonly clock: FakeClock;
  readonly log = recordingLog();
  readonly kept = new Map<string, string>();
  readonly homeAssistant = new DiscoveryReader();
  said: Message[] = [];
  announcer: Announcer;
  #isListening = false;

  constructor(start?: string) {
    this.clock = new FakeClock(start);
    this.announcer = this.restart();
  }

  /** Our program ends and starts. */
  restart(staleStates: readonly string[] = []): Announcer {
    const outlet = {
      publish: (message: Message) => this.publish(message),
      subscribe: () => {
        this.#isListening = true;
        for (const [topic, payload] of this.kept) {
          this.announcer.onMessage(topic, payload, true);
        }
      },
      unsubscribe: () => {
        this.#isListening = false;
      },
    };
    this.announcer = new Announcer(outlet, 'homeassistant', staleStates, this.clock, this.log.log);
    return this.announcer;
  }

  publish(message: Pick<Message, 'topic' | 'payload'> & Partial<Message>): void {
    const { topic, payload, retain = true, qos = 1 } = message;
    this.said.push({ topic, payload, retain, qos });
    if (payload === '') {
      this.kept.delete(topic);
    } else if (retain) {
      this.kept.set(topic, payload);
    }
    this.homeAssistant.read(topic, payload);
    if (this.#isListening) {
      this.announcer.onMessage(topic, payload, false);
    }
  }

  async connect(): Promise<void> {
    this.announcer.onConnect();
    const gathered = this.announcer.gather(never);
    await this.clock.advance(10_000);
    await gathered;
    this.said = [];
  }

  async announce(more: More = {}): Promise<boolean> {
    const announced = this.begin(more);
    await this.clock.advance(10_000);
    return announced;
  }

  begin({ snapshot: shown = snapshot, canRestart = false, ...rest }: More = {}): Promise<boolean> {
    const wanted: Wanted = {
      devices: devicesOf([{ snapshot: shown, canRestart }], topics),
      form: { prefix: 'homeassistant', isPerEntity: false },
      isAll: false,
      removed: new Set(),
      remembered: new Set(),
      ...rest,
    };
    return this.announcer.announce(wanted, never);
  }

  python(of = snapshot): void {
    for (const [topic, payload] of pythonDiscovery(of)) {
      this.publish({ topic, payload });
    }
  }

  component(id: string, suffix: string) {
    return JSON.parse(this.kept.get(`homeassistant/device/aps_${id}/config`) ?? '{}').components[suffix];
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
    await world.connect();
    expect(await world.announce()).toBe(true);
    expect(world.said.map(({ topic }) => topic)).toEqual(
      [ECU, ...snapshot.inverters.map(({ id }) => id)].map((id) => `homeassistant/device/aps_${id}/config`),
    );
    expect(world.said.every(({ retain, qos }) => retain && qos === 1)).toBe(true);
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it('says nothing that the broker has already, over restarts too', async () => {
    const world = new World();
    await world.connect();
    await world.announce();
    world.said = [];
    expect(await world.announce()).toBe(false);
    world.restart();
    await world.connect();
    expect(await world.announce()).toBe(false);
    expect(world.said).toEqual([]);
  });

  it('says all to a broker that has forgotten, and to a Home Assistant that starts', async () => {
    const world = new World();
    await world.connect();
    await world.announce();
    world.kept.clear();
    await world.connect();
    await world.announce();
    expect(world.kept.size).toBe(5);
    world.said = [];
    expect(await world.announce({ isAll: true })).toBe(true);
    expect(world.said).toHaveLength(5);
  });

  it('a new inverter is announced alone', async () => {
    const world = new World();
    await world.connect();
    await world.announce({ snapshot: without(OFFLINE_ONE) });
    world.said = [];
    await world.announce();
    expect(world.said.map(({ topic }) => topic)).toEqual([`homeassistant/device/aps_${OFFLINE_ONE}/config`]);
  });

  it('takes a component back by naming its platform alone, then leaves it out', async () => {
    const world = new World();
    await world.connect();
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
    await world.connect();
    await world.announce({ remembered: new Set([ECU]) });

    expect(world.homeAssistant.complaints).toEqual([]);
    expect([...world.homeAssistant.registered]).toEqual(expect.arrayContaining(ids));
    expect(ids.every((id) => world.homeAssistant.loaded.get(id)?.startsWith('homeassistant/device/aps_'))).toBe(true);
    expect([...world.kept.keys()].filter((topic) => !topic.includes('/device/aps_'))).toEqual([...others.keys()]);
    expect(world.log.texts('info')).toEqual(['Took over what was announced to Home Assistant before (47 topics)']);
  });

  it('marker, pause, announcement, pause, clearing', async () => {
    const world = new World();
    world.python();
    await world.connect();
    await world.announce();
    const kinds = world.said.map(({ topic, payload }) =>
      payload === MARKER ? 'marker' : payload === '' ? 'clear' : topic.includes('/device/') ? 'announce' : 'other',
    );
    expect(kinds).toEqual([...Array(47).fill('marker'), ...Array(5).fill('announce'), ...Array(47).fill('clear')]);
  });

  it('an ECU or an inverter that is seen only later is taken over later', async () => {
    const world = new World();
    world.python();
    await world.connect();
    await world.announce({ snapshot: without('704000000011', OFFLINE_ONE) });
    expect([...world.kept.keys()].filter((topic) => topic.startsWith('homeassistant/sensor/'))).toHaveLength(18);
    await world.announce();
    expect(world.kept.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect(world.homeAssistant.registered.size).toBe(52);
  });

  it('goes on where a takeover was cut short', async () => {
    const world = new World();
    world.python();
    for (const topic of [...world.kept.keys()].slice(0, 20)) {
      world.publish({ topic, payload: MARKER });
    }
    await world.connect();
    await world.announce();
    expect(world.kept.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect(world.homeAssistant.registered.size).toBe(52);
  });

  it('what the Python program announced and nobody has any more is cleared', async () => {
    const world = new World();
    const topic = 'homeassistant/sensor/aps_801000000013_panel_2_voltage/config';
    world.publish({ topic, payload: JSON.stringify({ unique_id: 'aps_801000000013_panel_2_voltage' }) });
    await world.connect();
    await world.announce();
    expect(world.said.filter((message) => message.topic === topic).map(({ payload }) => payload)).toEqual(['']);
    expect(world.homeAssistant.registered.has('aps_801000000013_panel_2_voltage')).toBe(false);
  });

  it('gives the signal its statistics when the five minutes with the old unit are over', async () => {
    const world = new World('2026-06-01T12:01:00Z');
    world.python();
    await world.connect();
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
        await world.connect();
        await world.announce();
      } else {
        world.python();
      }
      world.publish({ topic: stale, payload: '{"online":false}' });
      world.restart(topics.states);
      await world.connect();
      await world.announce();
      const about = world.said.filter(({ topic }) => topic === stale || topic.includes('aps_704000000011'));
      const at = about.findIndex(({ topic }) => topic === stale);
      expect(about[at]?.payload).toBe('');
      expect(about.slice(0, at).every(({ payload }) => payload === MARKER)).toBe(true);
      expect(at).toBeGreaterThan(0);
      expect(about[at + 1]?.topic).toBe('homeassistant/device/aps_704000000011/config');
      expect(world.homeAssistant.complaints).toEqual([]);
      expect(world.homeAssistant.registered.size).toBe(52);
      expect(world.kept.size).toBe(5);
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
    await world.connect();
    await world.announce({ form, snapshot: online });
    const before = [...world.kept];
    world.restart();
    await world.connect();
    await world.announce({ form, snapshot: never });
    expect([...world.kept]).toEqual(before);
  });

  it('gets them when they are known', async () => {
    const world = new World();
    await world.connect();
    await world.announce({ snapshot: never });
    expect(world.component(id, 'panel_1_power')).toBeUndefined();
    await world.announce({ snapshot: online });
    expect(world.component(id, 'panel_1_power')).toHaveProperty('unique_id', `aps_${id}_panel_1_power`);
  });
});

describe('both forms', () => {
  it('moving from one to the other and back keeps every entity', async () => {
    const world = new World();
    await world.connect();
    await world.announce({ canRestart: true });
    const ids = [...world.homeAssistant.registered].sort();
    expect(ids).toHaveLength(53);

    world.restart();
    await world.connect();
    await world.announce({ ...perEntity, canRestart: true });
    expect([...world.homeAssistant.loaded.values()].some((topic) => topic.includes('/device/'))).toBe(false);
    expect([...world.homeAssistant.loaded.keys()].sort()).toEqual(ids);

    world.restart();
    await world.connect();
    await world.announce({ canRestart: true });
    expect([...world.homeAssistant.loaded.keys()].sort()).toEqual(ids);
    expect(world.kept.size).toBe(5);
    expect(world.homeAssistant.complaints).toEqual([]);
    expect([...world.homeAssistant.registered].sort()).toEqual(ids);
  });

  it('the markers of the move go when Home Assistant ends', async () => {
    const world = new World();
    await world.connect();
    await world.announce();
    world.restart();
    await world.connect();
    await world.announce(perEntity);
    expect([...world.kept.values()].filter((payload) => payload === MARKER)).toHaveLength(5);
    world.announcer.onHomeAssistantGone();
    expect([...world.kept.keys()].filter((topic) => topic.includes('/device/'))).toEqual([]);
    expect(world.kept.size).toBe(52);
  });

  it("takes the Python program's topics over as they are", async () => {
    const world = new World();
    world.python();
    const before = [...world.kept.keys()];
    await world.connect();
    await world.announce(perEntity);
    expect(world.said.some(({ payload }) => payload === MARKER || payload === '')).toBe(false);
    expect([...world.kept.keys()]).toEqual(expect.arrayContaining(before));
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it('an entity that is no longer there is cleared', async () => {
    const world = new World();
    await world.connect();
    await world.announce({ ...perEntity, canRestart: true });
    await world.announce(perEntity);
    expect(world.kept.has('homeassistant/button/aps_216200000001_restart/config')).toBe(false);
    expect(world.kept.has('homeassistant/button/aps_216200000001_refresh/config')).toBe(true);
  });
});

describe('removal', () => {
  const topic = `homeassistant/device/aps_${OFFLINE_ONE}/config`;

  it('nothing goes because one poll lacked it, not even after a restart without saved state', async () => {
    const world = new World();
    await world.connect();
    await world.announce();
    world.restart();
    await world.connect();
    expect(await world.announce({ snapshot: without(OFFLINE_ONE) })).toBe(false);
    expect(world.kept.has(topic)).toBe(true);
  });

  it('what saved state does not know any more goes', async () => {
    const world = new World();
    await world.connect();
    await world.announce();
    world.restart();
    await world.connect();
    await world.announce({ snapshot: without(OFFLINE_ONE), remembered: new Set([ECU]) });
    expect(world.kept.has(topic)).toBe(false);
    expect(world.kept.size).toBe(4);
    expect([...world.homeAssistant.registered].some((id) => id.includes(OFFLINE_ONE))).toBe(false);
  });

  it("another ECU's inverters stay, and other programs' devices", async () => {
    const world = new World();
    const other = await snapshotOf({ ecu: 'ecu-b', ecuId: '216300000002', inverters: [{ family: 'yc600' }] });
    await world.connect();
    await world.announce({ snapshot: other });
    await world.announce({ remembered: new Set([ECU]) });
    expect(world.kept.size).toBe(7);
  });

  it.each([false, true])("the user's word removes, in both forms (%s)", async (isPerEntity) => {
    const world = new World();
    const form = { prefix: 'homeassistant', isPerEntity };
    await world.connect();
    await world.announce({ form });
    await world.announce({ form, snapshot: without(OFFLINE_ONE), removed: new Set([OFFLINE_ONE]) });
    expect([...world.kept.keys()].some((kept) => kept.includes(OFFLINE_ONE))).toBe(false);
    expect([...world.homeAssistant.registered].some((id) => id.includes(OFFLINE_ONE))).toBe(false);
    expect(world.homeAssistant.complaints).toEqual([]);
  });

  it("the user's word also removes what the Python program left of an inverter long gone", async () => {
    const world = new World();
    world.python();
    await world.connect();
    await world.announce({ snapshot: without(OFFLINE_ONE) });
    await world.announce({ snapshot: without(OFFLINE_ONE), removed: new Set([OFFLINE_ONE]) });
    expect([...world.kept.keys()].some((kept) => kept.includes(OFFLINE_ONE))).toBe(false);
  });
});

describe('a connection', () => {
  it('that is lost in the middle of a takeover ends it; the next one does the rest', async () => {
    const world = new World();
    world.python();
    await world.connect();
    const announced = world.begin();
    await world.clock.advance(500);
    world.announcer.onConnect();
    await world.clock.advance(10_000);
    expect(await announced).toBe(true);
    expect(world.said.every(({ payload }) => payload === MARKER)).toBe(true);
    await world.connect();
    await world.announce();
    expect(world.kept.size).toBe(5);
    expect(world.homeAssistant.registered.size).toBe(52);
  });

  it('that is lost before all was heard is told', async () => {
    const world = new World();
    world.announcer.onConnect();
    const gathered = world.announcer.gather(never);
    await world.clock.advance(500);
    world.announcer.onConnect();
    await world.clock.advance(500);
    expect(await gathered).toBe(false);
  });

  it('a broker that never falls quiet is not waited for longer than 5 s', async () => {
    const world = new World();
    world.announcer.onConnect();
    let isDone = false;
    const gathered = world.announcer.gather(never).then(() => {
      isDone = true;
    });
    for (let second = 0; second < 6; second++) {
      world.announcer.onMessage(`aps/${second}`, 'x', true);
      await world.clock.advance(1_000);
    }
    await gathered;
    expect(isDone).toBe(true);
  });
});
