import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Broker } from '../../src/mqtt/broker/connection.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { lastWord } from '../../src/publish/availability.ts';
import { Publisher } from '../../src/publish/publisher.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { hasMosquitto, listen, startBroker } from '../support/broker.ts';
import { loginAt } from '../support/login.ts';
import { recordingLog } from '../support/logs.ts';
import { pythonDiscovery } from '../support/pythonProgram.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';
import { until } from '../support/until.ts';

const topics = createTopics('');
const snapshot = await snapshotOf(FOUR_INVERTERS);
const FOREIGN = 15_000;
const MEGABYTE = 1_000_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

async function mosquitto(more: readonly string[] = []) {
  const broker = await startBroker({ lines: more });
  ends.push(() => broker.stop());
  const other = await listen(broker.port, {}, [topics.availability(ECU)]);
  ends.push(() => other.close());
  return { broker, other };
}

/** @returns what it heard, by topic */
function run(port: number, shown: EcuSnapshot) {
  const { log } = recordingLog();
  const broker = new Broker(async () => loginAt('127.0.0.1', port), lastWord(topics), systemClock, log);
  const discovery = { prefix: 'homeassistant', isPerEntity: false };
  const settings = { topics, retain: false, birthTopic: 'homeassistant/status', discovery };
  const publisher = new Publisher(broker, settings, systemClock, log);
  const heard = new Set<string>();
  const listener = {
    onConnect: () => publisher.onConnect(),
    onMessage: (topic: string, payload: string, isRetained: boolean) => {
      heard.add(topic);
      publisher.onMessage(topic, payload, isRetained);
    },
  };
  const stop = new AbortController();
  const running = Promise.all([broker.run(listener, stop.signal), publisher.run(stop.signal)]);
  ends.push(async () => {
    stop.abort();
    await running;
  });
  publisher.show(shown, { canRestart: false });
  return heard;
}

describe.skipIf(!hasMosquitto)('a broker with a lot that is none of ours', () => {
  it('15,000 configs of others: ours are taken over, theirs are not even heard', async () => {
    const { broker, other } = await mosquitto();
    const python = pythonDiscovery(snapshot);
    for (let index = 0; index < FOREIGN; index++) {
      other.client.publish(`homeassistant/sensor/other_${index}/config`, '{"unique_id":"x"}', { retain: true });
    }
    for (const [topic, payload] of python) {
      await other.client.publishAsync(topic, payload, { retain: true, qos: 1 });
    }
    const ear = await listen(broker.port, {}, [...python.keys(), `homeassistant/device/aps_${ECU}/config`]);
    ends.push(() => ear.close());
    const heard = run(broker.port, snapshot);
    await until('the old ones to go', () => [...python.keys()].every((topic) => ear.last.get(topic) === ''));
    expect(ear.last.get(`homeassistant/device/aps_${ECU}/config`)).toContain('origin');
    expect([...heard].filter((topic) => topic.includes('other_'))).toEqual([]);
  });

  it('100 MB on a topic that is none of ours is not even heard', async () => {
    const { broker, other } = await mosquitto();
    for (const topic of ['homeassistant/camera/door/config', 'aps/999900000001', 'homeassistant/status/film']) {
      await other.client.publishAsync(topic, Buffer.alloc(100 * MEGABYTE, 'x'), { retain: true, qos: 1 });
    }
    const heard = run(broker.port, snapshot);
    await other.hears(topics.availability(ECU), (payload) => payload === 'online');
    await until('the fence', () => heard.has(topics.status));
    expect([...heard].filter((topic) => topic.includes('camera') || topic.includes('9999'))).toEqual([]);
  });

  it('a hundred inverters of ours: all that is kept of them is heard, in a queue that is short', async () => {
    const { broker } = await mosquitto(['max_queued_messages 500']);
    const inverters = Array.from({ length: 100 }, (_, index) => ({
      family: 'ds3' as const,
      id: String(704_000_001_000 + index),
    }));
    const large = await snapshotOf({ ecu: 'ecu-r-pro', ecuId: ECU, inverters });
    const configs = large.inverters.map(({ id }) => `homeassistant/device/aps_${id}/config`);
    const ear = await listen(broker.port, {}, ['homeassistant/device/+/config']);
    ends.push(() => ear.close());
    run(broker.port, large);
    await until('all devices', () => configs.every((topic) => ear.last.has(topic)), 30_000);
    await ends.pop()?.();
    const from = ear.all.length;
    const heard = run(broker.port, large);
    await until('all of them', () => configs.every((topic) => heard.has(topic)), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ear.all.slice(from)).toEqual([]);
  });
});
