import type MqttClient from 'mqtt/lib/client';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/mqtt/broker/outbox.ts';
import { lasting } from '../../src/mqtt/contract/message.ts';
import { FakeClock } from '../support/fakeClock.ts';

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
  let lastId = 0;
  const removed: number[] = [];
  const client = {
    publish,
    getLastMessageId: () => ++lastId,
    removeOutgoingMessage: (id: number) => {
      removed.push(id);
      acknowledge[id - 1]?.(new Error('Message removed'));
    },
  } as unknown as MqttClient;
  const session = (receiveMaximum?: number, maximumPacketSize?: number) => ({
    client,
    receiveMaximum,
    maximumPacketSize,
    end: { isClosed: false, reasonCode: undefined },
  });
  return { session, sent, acknowledge, removed };
}

const topics = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('an outbox', () => {
  it.each([
    [5, 5],
    [undefined, 20],
    [65_535, 20],
  ])('of a broker that takes %s at a time has %i under way', (receiveMaximum, expected) => {
    const { session, sent, acknowledge } = connection();
    const outbox = new Outbox(session(receiveMaximum), new FakeClock(), () => {});
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
    const { session, sent } = connection();
    const outbox = new Outbox(session(1), new FakeClock(), () => {});
    outbox.send(lasting('first', 'x'));
    outbox.send(lasting('second', 'x'));
    outbox.send({ topic: 'state', payload: 'x', qos: 0, retain: false });
    expect(sent).toEqual(['first', 'state']);
  });

  it('tells what was not delivered, and goes on', () => {
    const { session, sent, acknowledge } = connection();
    const failed: string[] = [];
    const outbox = new Outbox(session(1), new FakeClock(), ({ topic }, error) =>
      failed.push(`${topic}: ${error.message}`),
    );
    outbox.send(lasting('first', 'x'));
    outbox.send(lasting('second', 'x'));
    acknowledge.shift()?.(new Error('Not authorized'));
    expect(failed).toEqual(['first: Not authorized']);
    expect(sent).toEqual(['first', 'second']);
  });

  it('is not held up by messages that are never acknowledged', async () => {
    const { session, sent, removed } = connection();
    const clock = new FakeClock();
    const late: string[] = [];
    const outbox = new Outbox(session(2), clock, ({ topic }, error) => late.push(`${topic}: ${error.message}`));
    for (const topic of topics(3)) {
      outbox.send(lasting(topic, 'x'));
    }
    await clock.advance(9_000);
    expect(sent).toEqual(topics(2));
    await clock.advance(2_000);
    expect(sent).toEqual(topics(3));
    expect(late).toEqual(['t0: it was not acknowledged', 't1: it was not acknowledged']);
    expect(removed).toEqual([1, 2]);
  });

  it('leaves no timer behind when it is done', async () => {
    const { session, acknowledge } = connection();
    const clock = new FakeClock();
    const outbox = new Outbox(session(2), clock, () => {});
    for (const topic of topics(3)) {
      outbox.send(lasting(topic, 'x'));
    }
    acknowledge[0]?.();
    outbox.close();
    expect(clock.sleepers).toBe(0);
  });

  it('does not send what the broker says is too large: it would end the connection', () => {
    const { session, sent } = connection();
    const failed: string[] = [];
    const outbox = new Outbox(session(undefined, 100), new FakeClock(), ({ topic }, error) =>
      failed.push(`${topic}: ${error.message}`),
    );
    outbox.send(lasting('large', 'x'.repeat(80)));
    outbox.send(lasting('small', 'x'.repeat(70)));
    expect(sent).toEqual(['small']);
    expect(failed).toEqual(['large: it takes 100 bytes at a time, and this message has 101']);
  });
});
