import type MqttClient from 'mqtt/lib/client';
import { describe, expect, it } from 'vitest';
import { lasting } from '../../src/mqtt/message.ts';
import { Outbox } from '../../src/mqtt/outbox.ts';

/** Takes messages like a connection does, and acknowledges when it is told to. */
function connection() {
  const sent: string[] = [];
  const acknowledge: ((error?: Error) => void)[] = [];
  const publish = (topic: string, _payload: string, { qos }: { qos: number }, done: (error?: Error) => void) => {
    sent.push(topic);
    if (qos > 0) {
      acknowledge.push(done);
    } else {
      done();
    }
  };
  return { client: { publish } as unknown as MqttClient, sent, acknowledge };
}

const topics = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('an outbox', () => {
  it.each([
    [5, 5],
    [undefined, 20],
    [65_535, 20],
  ])('of a broker that takes %s at a time has %i under way', (receiveMaximum, expected) => {
    const { client, sent, acknowledge } = connection();
    const outbox = new Outbox(client, receiveMaximum, () => {});
    for (const topic of topics(50)) {
      outbox.send(lasting(topic, 'x'));
    }
    expect(sent).toEqual(topics(expected));
    acknowledge.shift()?.();
    expect(sent).toEqual(topics(expected + 1));
    for (let done = acknowledge.shift(); done !== undefined; done = acknowledge.shift()) {
      done();
    }
    expect(sent).toEqual(topics(50));
  });

  it('lets states pass', () => {
    const { client, sent } = connection();
    const outbox = new Outbox(client, 1, () => {});
    outbox.send(lasting('first', 'x'));
    outbox.send(lasting('second', 'x'));
    outbox.send({ topic: 'state', payload: 'x', qos: 0, retain: false });
    expect(sent).toEqual(['first', 'state']);
  });

  it('tells what was not delivered, and goes on', () => {
    const { client, sent, acknowledge } = connection();
    const failed: string[] = [];
    const outbox = new Outbox(client, 1, ({ topic }, error) => failed.push(`${topic}: ${error.message}`));
    outbox.send(lasting('first', 'x'));
    outbox.send(lasting('second', 'x'));
    acknowledge.shift()?.(new Error('Not authorized'));
    expect(failed).toEqual(['first: Not authorized']);
    expect(sent).toEqual(['first', 'second']);
  });
});
