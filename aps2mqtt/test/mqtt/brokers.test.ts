import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import type { SavedState } from '../../src/site/savedState.ts';
import type { TestBroker } from '../support/broker.ts';
import { candidates } from '../support/brokerRows.ts';
import { FENCED_USER, tellMissingBrokers } from '../support/brokers.ts';
import { startWire } from '../support/brokerWire.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU } from '../support/snapshots.ts';
import { until } from '../support/until.ts';
import { DS3, IDS, isDevice, OFFLINE_ONE, Place, snapshot } from './place.ts';

tellMissingBrokers();

describe.concurrent.each(Object.entries(candidates))('%s', (_, candidate) => {
  const { isHere, knowsFive, fence, hasWildcards, start } = candidate;
  let broker: TestBroker;

  beforeAll(async () => {
    if (isHere) {
      broker = await start();
    }
  }, 120_000);
  afterAll(() => broker?.stop());

  const open = (context: TestContext, root?: string) => Place.open(candidate, broker.port, context, root);

  it.skipIf(!isHere)('has all of it live, and keeps what it shall keep', async (context) => {
    const place = await open(context);
    const { topics } = place.run().show();
    await place.announced();
    await place.ear.hears(topics.inverter(ECU, DS3));
    const found = await place.kept([
      topics.status,
      topics.availability(ECU),
      topics.ecu(ECU),
      ...IDS.map((id) => place.config(id)),
    ]);
    expect([...found.keys()].sort()).toEqual(
      [topics.status, topics.availability(ECU), ...IDS.map((id) => place.config(id))].sort(),
    );
    expect(found.get(topics.status)).toBe('online');
    expect(found.get(topics.availability(ECU))).toBe('online');
  });

  it.skipIf(!isHere)('a restart announces nothing anew, and a clean end says offline', async (context) => {
    const place = await open(context);
    const first = place.run().show();
    await place.announced();
    await first.stop();
    await place.ear.hears(first.topics.status, (payload) => payload === 'offline');
    const from = place.ear.all.length;
    place.run().show();
    await until('two rounds', () => place.rounds(first.topics.ecu(ECU), from) >= 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(place.ear.all.slice(from).filter(({ topic }) => topic.endsWith('/config'))).toEqual([]);
  });

  it.skipIf(!isHere)("takes over the Python program's topics, and clears its kept states", async (context) => {
    const place = await open(context);
    const python = Array.from(pythonDiscovery(snapshot), ([topic, payload]) => ({
      topic: `${place.prefix}/${topic}`,
      payload,
    }));
    const stale = createTopics(place.prefix).inverter(ECU, DS3);
    for (const { topic, payload } of [...python, { topic: stale, payload: '{"online": false}' }]) {
      await place.ear.client.publishAsync(topic, payload, { retain: true, qos: 1 });
    }
    place.run().show();
    await place.announced();
    await until('the old topics to be emptied', () => python.every(({ topic }) => place.ear.last.get(topic) === ''));
    expect(await place.kept([...python.map(({ topic }) => topic), stale])).toEqual(new Map());
    const order = (test: (payload: string, topic: string) => boolean) =>
      place.ear.all.findIndex(({ topic, payload }) => topic.startsWith(place.prefix) && test(payload, topic));
    const marked = order((payload) => payload.includes('migrate_discovery'));
    const said = order((payload, topic) => topic === place.config(ECU) && isDevice(payload));
    const emptied = order((payload, topic) => payload === '' && topic.includes('/sensor/'));
    expect([marked, said, emptied]).toEqual([marked, said, emptied].sort((a, b) => a - b));
  });

  it.skipIf(!isHere).for([true, false])(
    'retain switched off clears the states (discovery: %s)',
    async (isOn, context) => {
      const place = await open(context);
      const discovery = isOn ? { prefix: `${place.prefix}/homeassistant`, isPerEntity: false } : null;
      const retaining = place.run({ retain: true, discovery }).show();
      const { topics } = retaining;
      const states = [topics.ecu(ECU), ...snapshot.inverters.map(({ id }) => topics.inverter(ECU, id))];
      await until('the states', () => states.every((topic) => place.ear.last.has(topic)));
      await retaining.stop();
      expect((await place.kept(states)).size).toBe(5);
      place.run({ discovery }).show();
      await until('the states to go', () =>
        states.every((topic) => place.ear.all.some((one) => one.topic === topic && one.payload === '')),
      );
      expect((await place.kept(states)).size).toBe(0);
    },
  );

  it.skipIf(!isHere)('a birth says all of it again, and a hundred of them little more', async (context) => {
    const place = await open(context);
    const { topics } = place.run().show();
    await place.announced();
    await until('quiet', () => place.rounds(topics.ecu(ECU), 0) >= 4);
    const from = place.ear.all.length;
    for (let births = 0; births < 100; births++) {
      place.ear.client.publish(`${place.prefix}/homeassistant/status`, 'online');
    }
    await place.announced(from);
    await until('the status', () => place.rounds(topics.status, from) >= 1);
    await until('the availability', () => place.rounds(topics.availability(ECU), from) >= 1);
    await until('the states', () => place.rounds(topics.ecu(ECU), from) >= 2);
    expect(place.rounds(place.config(ECU), from)).toBeLessThanOrEqual(2);
  });

  it.skipIf(!isHere)('sets right what others say of us, and what they empty', async (context) => {
    const place = await open(context);
    const { topics } = place.run().show();
    await place.announced();
    for (const topic of [topics.status, topics.availability(ECU)]) {
      const from = place.ear.all.length;
      await place.ear.client.publishAsync(topic, 'offline', { retain: true, qos: 1 });
      await until(`online on ${topic}`, () =>
        place.ear.all.slice(from).some((one) => one.topic === topic && one.payload === 'online'),
      );
    }
    const from = place.ear.all.length;
    await place.ear.client.publishAsync(place.config(DS3), '', { retain: true, qos: 1 });
    await until('its device', () =>
      place.ear.all.slice(from).some(({ topic, payload }) => topic === place.config(DS3) && isDevice(payload)),
    );
    const found = await place.kept([topics.status, topics.availability(ECU), place.config(DS3)]);
    expect([topics.status, topics.availability(ECU)].map((topic) => found.get(topic))).toEqual(['online', 'online']);
    expect(found.has(place.config(DS3))).toBe(true);
  });

  it.skipIf(!isHere)('what was not heard since the start reads offline', async (context) => {
    const place = await open(context);
    const topics = createTopics(place.prefix);
    const saved: SavedState = { ecus: [savedEcu(ECU)] };
    await place.ear.client.publishAsync(topics.availability(ECU), 'online', { retain: true, qos: 1 });
    place.run(hasWildcards ? {} : { saved });
    await until('offline', () => place.ear.last.get(topics.availability(ECU)) === 'offline');
    expect((await place.kept([topics.availability(ECU)])).get(topics.availability(ECU))).toBe('offline');
  });

  it.skipIf(!isHere)('leaves to another instance what that one hears', async (context) => {
    const place = await open(context);
    const other = place.run().show();
    await place.announced();
    await place.ear.hears(other.topics.availability(ECU), (payload) => payload === 'online');
    const ours = place.run({ saved: { ecus: [savedEcu(ECU)] } });
    await until('both', () => ours.heard.some(({ topic }) => topic === ours.topics.availability(ECU)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const from = place.ear.all.length;
    await place.ear.client.publishAsync(`${place.prefix}/homeassistant/status`, 'online', { qos: 1 });
    ours.publisher.removeEcu(
      ECU,
      snapshot.inverters.map(({ id }) => id),
    );
    await place.announced(from);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const said = place.ear.all.slice(from).filter(({ topic }) => topic.startsWith(place.prefix));
    expect(said.filter(({ payload }) => payload === 'offline' || payload === '')).toEqual([]);
    expect((await place.kept([other.topics.availability(ECU)])).get(other.topics.availability(ECU))).toBe('online');
  });

  it.skipIf(!isHere)('removal leaves nothing of an inverter', async (context) => {
    const place = await open(context);
    const ours = place.run({ retain: true }).show();
    await place.announced();
    ours.publisher.remove(ECU, OFFLINE_ONE);
    const topic = ours.topics.inverter(ECU, OFFLINE_ONE);
    await place.ear.hears(topic, (payload) => payload === '');
    expect((await place.kept([topic, place.config(OFFLINE_ONE)])).size).toBe(0);
  });

  it.skipIf(!isHere)('hears commands', async (context) => {
    const place = await open(context);
    const ours = place.run().show();
    await place.announced();
    for (const topic of [ours.topics.capture(ECU), ours.topics.remove(ECU, DS3), ours.topics.removeEcu(ECU)]) {
      await place.ear.client.publishAsync(topic, 'x', { qos: 1 });
      await until(topic, () => ours.heard.some((one) => one.topic === topic));
    }
  });

  it.skipIf(!isHere)(
    'says offline for whoever is lost, and a successor with its client id ends online',
    async (context) => {
      const place = await open(context);
      const wire = await startWire(broker.port, { onPublish: () => {}, onConnected: () => {}, onDelivered: () => {} });
      const lost = place.run({}, place.login({ port: wire.port })).show();
      await place.announced();
      await wire.close();
      await place.ear.hears(lost.topics.status, (payload) => payload === 'offline');

      const as = place.login();
      const first = place.run({}, as).show();
      const { topics } = first;
      await place.ear.hears(topics.status, (payload) => payload === 'online');
      const from = place.ear.all.length;
      const successor = place.run({}, as).show();
      await until('the successor', () => place.rounds(topics.status, from) >= 1);
      // Of two with one client id the broker lets one in, and the other comes back: this one ends before.
      await first.stop();
      await until('online at last', () => place.ear.last.get(topics.status) === 'online' && successor.heard.length > 0);
    },
  );

  it.skipIf(!isHere)('clears what was published under another prefix, and is not wanted', async (context) => {
    const place = await open(context);
    const before = place.run({ retain: true }).show();
    await place.announced();
    await before.stop();
    const old = before.topics;
    const oldConfigs = IDS.map((id) => place.config(id));
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
    expect((await place.kept(oldTopics)).size).toBe(oldTopics.length);
    const prefix = `${place.prefix}b`;
    const from = place.ear.all.length;
    const ours = place.run({ saved }, place.login(), prefix).show();
    await place.announced(from, prefix);
    await until('the old to be emptied', () => oldTopics.every((topic) => place.ear.last.get(topic) === ''));
    expect(ours.publisher.publication.topicPrefixes).toContain(prefix);
    await until('done', () => !ours.publisher.publication.topicPrefixes.includes(place.prefix));
  });

  it.skipIf(!isHere)('a large message that somebody else puts on our topic is set right', async (context) => {
    const place = await open(context);
    const { topics } = place.run().show();
    await place.announced();
    await place.ear.client.publishAsync(topics.status, 'x'.repeat(500_000), { retain: true, qos: 1 });
    await until('online again', () => place.ear.last.get(topics.status) === 'online');
  });

  it.skipIf(!isHere || fence === null)(
    'tells that a user may not use a topic, and does not blame a twin',
    async (context) => {
      const place = await open(context, 'forbidden');
      const ours = place.run({}, place.login(FENCED_USER)).show();
      await until(`the words in ${JSON.stringify(ours.recording.lines)}`, () =>
        ours.recording.texts('warn').some((line) => line.includes(fence ?? '')),
      );
    },
  );

  it.skipIf(!isHere || knowsFive)('MQTT 5, which it does not know: the words say what to set', async (context) => {
    const place = await open(context);
    const ours = place.run({}, place.login({ protocol: '5' }));
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
