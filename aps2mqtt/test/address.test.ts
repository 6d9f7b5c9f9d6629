import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectionProblem, hostAndPort } from '../src/address.ts';
import { systemClock } from '../src/clock.ts';
import { tcpTransport } from '../src/ecu/transport.ts';
import { restartEcu } from '../src/ecuweb/restart.ts';
import { addressOf } from '../src/monitor/source.ts';
import { Broker } from '../src/mqtt/broker/connection.ts';
import { openSession } from '../src/mqtt/broker/session.ts';
import { lasting } from '../src/mqtt/contract/message.ts';
import { freePort } from './support/broker.ts';
import { loginAt } from './support/login.ts';
import { recordingLog } from './support/logs.ts';
import { until } from './support/until.ts';

const never = new AbortController().signal;
const WILL = lasting('aps/status', 'offline');

it.each([
  ['192.168.1.42', '192.168.1.42:8899'],
  ['ecu.local', 'ecu.local:8899'],
  ['::1', '[::1]:8899'],
  ['fe80::1%eth0', '[fe80::1%eth0]:8899'],
])('%s is shown as %s', (host, shown) => {
  expect(hostAndPort(host, 8899)).toBe(shown);
});

it.each([
  ['ECONNREFUSED', 'connection refused'],
  ['EPIPE', 'connection reset'],
  ['ETIMEDOUT', 'no device at this address'],
  ['EAI_AGAIN', 'the host name cannot be looked up'],
  ['EODD', 'connect EODD'],
  // A name that every object has is none of a problem.
  ['constructor', 'connect constructor'],
])('the problem %s is: %s', (code, words) => {
  expect(connectionProblem(Object.assign(new Error(`connect ${code}`), { code }))).toBe(words);
});

describe('an IPv6 address can be told from its port', () => {
  it('in the name of an ECU that has not answered yet', () => {
    expect(addressOf({ host: 'fd00::2', port: 8899 })).toBe('[fd00::2]:8899');
  });

  it('where an ECU does not answer', async () => {
    const port = await freePort();
    const asked = tcpTransport('::1', port).exchange(Buffer.from('x'), never);
    await expect(asked).rejects.toThrow(`[::1]:${port} cannot be reached`);
  });

  it('where a broker does not answer', async () => {
    const port = await freePort();
    const asked = openSession(loginAt('::1', port), WILL, never);
    await expect(asked).rejects.toThrow(`The broker at [::1]:${port} cannot be used`);
  });

  it('where a broker is connected to, and lost', async () => {
    const server = createServer((socket) => {
      // A CONNACK that takes us, and soon nothing more.
      socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0]), () => setTimeout(() => socket.end(), 50)));
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    const { port } = server.address() as AddressInfo;
    const { log, lines } = recordingLog();
    const stop = new AbortController();
    const broker = new Broker(async () => loginAt('::1', port), WILL, systemClock, log);
    const running = broker.run({ onConnect: () => {}, onMessage: () => {} }, stop.signal);
    await until('the broker to be lost', () =>
      lines.some(({ text }) => text.includes(`Lost the broker at [::1]:${port}`)),
    );
    expect(lines.map(({ text }) => text)).toContain(`Connected to the broker at [::1]:${port}`);
    stop.abort();
    await running;
    server.close();
  });

  it("where an ECU's web page does not answer", async () => {
    const port = await freePort();
    const asked = restartEcu({ host: '::1', port, ssid: 'a', password: '' }, never);
    await expect(asked).rejects.toThrow(`[::1]:${port} cannot be reached`);
  });
});
