import { afterEach, beforeEach, expect, it } from 'vitest';
import { SupervisorError } from '../../src/supervisor/client.ts';
import { withCoreSocket } from '../../src/supervisor/coreSocket.ts';
import { findHome } from '../../src/supervisor/findHome.ts';
import { adapters, type FakeSupervisor, home, noService, startSupervisor, TOKEN } from '../support/fakeSupervisor.ts';

const never = new AbortController().signal;
let fake: FakeSupervisor;
beforeEach(async () => {
  fake = await startSupervisor({ mqtt: noService, core: home });
});
afterEach(() => fake.stop());

const ask = (token = TOKEN, hintsMs = 50, signal = never) => findHome({ url: fake.url, token }, signal, hintsMs);
const oneCard = adapters({ ipv4: ['192.168.1.10/24'] });

it('takes the cards that Home Assistant uses, and the devices that it has seen', async () => {
  fake.socket = {
    network: adapters({ ipv4: ['192.168.1.10/24', '10.0.0.2/8'] }, { ipv4: ['172.30.32.1/23'], enabled: false }),
    dhcp: {
      add: [
        { mac_address: '80:97:1B:00:00:01', hostname: 'ecu', ip_address: '192.168.1.42' },
        { mac_address: 'AA:BB:CC:00:00:01', ip_address: '192.168.1.43' },
        { hostname: 'half' },
      ],
    },
  };
  expect(await ask()).toEqual({
    adapters: [
      { name: 'eth0', address: '192.168.1.10', prefix: 24 },
      { name: 'eth0', address: '10.0.0.2', prefix: 8 },
    ],
    neighbours: [
      { mac: '80:97:1b:00:00:01', hostName: 'ecu', address: '192.168.1.42' },
      { mac: 'aa:bb:cc:00:00:01', hostName: '', address: '192.168.1.43' },
    ],
  });
  expect(fake.wrongTokens).toEqual([]);
});

it.each([
  ['refused', null],
  ['never answered', undefined],
])('does without hints that are %s', async (_, dhcp) => {
  fake.socket = { network: oneCard, ...(dhcp === undefined ? {} : { dhcp }) };
  expect(await ask()).toMatchObject({ adapters: [{ address: '192.168.1.10' }], neighbours: [] });
});

it.each([
  ['starts', null, TOKEN, 'answer 502'],
  ['refuses the command', { network: null }, TOKEN, 'does not know what it was asked for'],
  ['refuses the token', { network: oneCard }, 'wrong', 'does not take our token'],
])('says why when Home Assistant %s', async (_, socket, token, words) => {
  fake.socket = socket;
  const asked = ask(token);
  await expect(asked).rejects.toThrow(SupervisorError);
  await expect(asked).rejects.toThrow(words);
  await expect(asked).rejects.not.toThrow(TOKEN);
});

it('takes nonsense for no adapters, and survives a line that breaks', async () => {
  fake.socket = {
    network: { adapters: [null, 7, { enabled: true, ipv4: 'no' }, { enabled: true, ipv4: [{ address: 1 }] }] },
  };
  expect(await ask()).toEqual({ adapters: [], neighbours: [] });
  fake.socket = { greeting: 'nonsense' };
  const asked = withCoreSocket(fake.url, TOKEN, never, (core) => core.ask('network'), 100);
  await expect(asked).rejects.toThrow('it does not answer');
  fake.socket = {};
  const open = ask();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await fake.stop();
  await expect(open).rejects.toThrow('it has closed the connection');
  await expect(ask()).rejects.toThrow('connection refused');
});

it('ends at once with the signal, wherever it is', async () => {
  fake.socket = {};
  for (const ms of [0, 1, 30]) {
    const stop = new AbortController();
    const asked = ask(TOKEN, 50, stop.signal);
    setTimeout(() => stop.abort(new Error('stop')), ms);
    await expect(asked).rejects.toThrow('stop');
  }
});
