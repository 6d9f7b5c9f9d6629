import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Broker } from '../../src/mqtt/broker/connection.ts';
import type { Login } from '../../src/mqtt/broker/login.ts';
import { describeLoss } from '../../src/mqtt/broker/problems.ts';
import { lasting } from '../../src/mqtt/contract/message.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { lastWord } from '../../src/publish/availability.ts';
import { freePort, hasMosquitto, listen, startBroker } from '../support/broker.ts';
import { loginAt } from '../support/login.ts';
import { recordingLog } from '../support/logs.ts';
import { until } from '../support/until.ts';

const topics = createTopics('');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

/** The connection alone; what it is told to do it does as soon as it stands. */
function connected(login: Login, act: (broker: Broker) => void) {
  const recording = recordingLog();
  const stop = new AbortController();
  const broker = new Broker(async () => login, lastWord(topics), systemClock, recording.log);
  const running = broker.run({ onConnect: () => act(broker), onMessage: () => {} }, stop.signal);
  ends.push(async () => {
    stop.abort();
    await running;
  });
  const warns = (words: string | RegExp) =>
    until(`${words} in: ${JSON.stringify(recording.lines)}`, () =>
      recording.texts('warn').find((line) => (typeof words === 'string' ? line.includes(words) : words.test(line))),
    );
  return { broker, recording, warns };
}

async function mosquitto(lines: readonly string[], login?: { username: string; password: string }) {
  const broker = await startBroker({ lines, ...(login === undefined ? {} : { login }) });
  ends.push(() => broker.stop());
  return broker;
}

describe.skipIf(!hasMosquitto)('what mosquitto does not let us do is told in words', () => {
  const ROOF = { username: 'roof', password: 'made-up' };

  async function fenced() {
    const acl = path.join(tmpdir(), `aps2mqtt-acl-${process.pid}`);
    writeFileSync(acl, 'user roof\ntopic readwrite aps/#\n');
    return mosquitto([`acl_file ${acl}`], ROOF);
  }

  it('a topic that may not be written to (MQTT 5)', async () => {
    const { port } = await fenced();
    const { warns, recording } = connected(loginAt('127.0.0.1', port, { ...ROOF, protocol: '5' }), (broker) => {
      broker.publish(lasting('homeassistant/device/a/config', 'x'));
      broker.publish(lasting('homeassistant/device/b/config', 'x'));
    });
    await warns('does not let user "roof" write to homeassistant/device/a/config: allow it there');
    await until('the second', () => recording.texts('debug').some((line) => line.includes('device/b')));
    expect(recording.texts('warn')).toHaveLength(1);
  });

  it('a message that is too large: it is kept back, and the connection stands', async () => {
    const { port } = await mosquitto(['max_packet_size 2000']);
    const { broker, warns, recording } = connected(loginAt('127.0.0.1', port, { protocol: '5' }), () =>
      broker.publish(lasting('large', 'x'.repeat(3_000))),
    );
    await warns('large is too large for the broker: it takes 2000 bytes at a time');
    const ear = await listen(port);
    ends.push(() => ear.close());
    broker.publish(lasting('small', 'x'));
    await ear.hears('small');
    expect(recording.texts('warn')).toHaveLength(1);
  });

  it('a broker that keeps nothing', async () => {
    const { port } = await mosquitto(['retain_available false']);
    const { warns } = connected(loginAt('127.0.0.1', port, { protocol: '5' }), () => {});
    await warns(/it keeps no messages.*\(retain_available\)/);
  });
});

describe('a subscription that is refused', () => {
  it.each([
    ['3.1.1', [0x80, 0x80]],
    // Behind the length of its properties, which are none.
    ['5', [0, 0x87, 0x87]],
  ] as const)('is told once (MQTT %s)', async (protocol, codes) => {
    const port = await freePort();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const [type = 0] = data;
        if (type === 0x10) {
          socket.write(Buffer.from(protocol === '5' ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]));
        } else if (type === 0x82) {
          socket.write(Buffer.from([0x90, 2 + codes.length, data[2] ?? 0, data[3] ?? 0, ...codes]));
        }
      });
      ends.push(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const { broker, recording, warns } = connected(
      loginAt('127.0.0.1', port, { username: 'roof', protocol }),
      () => {},
    );
    await until('a connection', () => recording.texts('info').length > 0);
    await broker.subscribe(['homeassistant/status', 'aps/+/remove']);
    await broker.subscribe(['homeassistant/status', 'aps/+/remove']);
    await warns('does not let user "roof" read homeassistant/status (and 1 more): allow it there');
    expect(recording.texts('warn')).toHaveLength(1);
  });
});

describe('a connection that the broker ends with a reason (MQTT 5)', () => {
  it('says it', async () => {
    const port = await freePort();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from([0x20, 3, 0, 0, 0, 0xe0, 2, 142, 0])));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const { warns } = connected(loginAt('127.0.0.1', port, { protocol: '5', clientId: 'twin' }), () => {});
    await warns(
      'another program logged in with the client id "twin". Stop it, or set Client ID (client_id, MQTT_CLIENT_ID)',
    );
  });
});

describe('a connection that is lost', () => {
  const login = loginAt('broker.home', 1883, { clientId: 'roof', username: 'sun' });
  const words = (reasonCode: number | undefined, isAgain = false) => describeLoss({ reasonCode, isAgain }, login);

  it.each([
    [135, /^Lost the broker at broker\.home:1883: user "sun" may not use a topic/],
    [139, /it shuts down/],
    [142, /client id "roof"/],
    [149, /too large/],
    [152, /administrator/],
    [154, /it keeps no messages/],
  ])('by reason code %i, says why', (code, expected) => {
    expect(words(code)).toMatch(expected);
  });

  it('without a reason, does not pretend to know it', () => {
    expect(words(undefined)).toBe('Lost the broker at broker.home:1883');
    expect(words(131)).toBe('Lost the broker at broker.home:1883 (MQTT reason code 131)');
    const again = words(undefined, true);
    expect(again).toContain('Its own log says why. May user "sun" use all topics');
    expect(again).toContain('client id "roof"? Stop it, or set Client ID (client_id, MQTT_CLIENT_ID)');
  });
});
