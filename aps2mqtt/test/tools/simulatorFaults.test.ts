import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inverterRequest, summaryRequest } from '../../src/ecu/commands.ts';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { tcpTransport } from '../../src/ecu/transport.ts';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type SimulatedSite, simulatedSite } from '../../src/tools/simulator/site.ts';

const clock = { now: () => new Date('2026-06-21T12:00:30Z') };
const never = new AbortController().signal;

let site: SimulatedSite;
let simulator: Simulator;

beforeEach(async () => {
  site = simulatedSite({ ecu: 'ecu-r-pro', inverters: [{ family: 'ds3', count: 4 }, { family: 'qs1' }] }, clock);
  simulator = await startSimulator({ source: site, clock });
});

afterEach(() => simulator.stop());

const exchange = (request: Buffer, idle = 150) =>
  tcpTransport(simulator.host, simulator.port, { idle, total: 5_000 }).exchange(request, never);
const askSummary = (idle?: number) => exchange(summaryRequest(), idle);
const askInverters = () => exchange(inverterRequest('0002', site.state().summary.ecuId));

/** All that comes back to these bytes until the simulator closes the connection. */
function talk(...messages: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: simulator.port, host: simulator.host });
    let received = '';
    const left = [...messages];
    const next = () => {
      const message = left.shift();
      if (message !== undefined) {
        socket.write(message, 'latin1');
      }
    };
    socket.on('connect', next);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      next();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

test('behaves', async () => {
  expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  expect(decodeInverters(await askInverters())).toMatchObject({ records: site.state().records });
  expect(simulator.requests).toEqual([
    { command: '0001', ecuId: null, time: clock.now() },
    { command: '0002', ecuId: site.state().summary.ecuId, time: clock.now() },
  ]);
  expect(simulator.connections).toEqual({ total: 2, most: expect.any(Number) });
});

describe('faults that a client gets over', () => {
  test.each<[string, Fault]>([
    ['split', { kind: 'split', at: [1, 9, 20, 100], pause: 5 }],
    ['bytewise', { kind: 'bytewise', pause: 0 }],
    ['delay', { kind: 'delay', ms: 60 }],
    ['surplus', { kind: 'surplus', bytes: Buffer.from('and more') }],
  ])('%s', async (_, fault) => {
    simulator.misbehave(fault, { times: 2 });
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
    expect(decodeInverters(await askInverters())).toMatchObject({ kind: 'data', records: site.state().records });
  });

  test('a split is seen as pieces', async () => {
    simulator.misbehave({ kind: 'split', at: [500, 16, 9, 0], pause: 30 });
    const pieces = await new Promise<number[]>((resolve) => {
      const sizes: number[] = [];
      const socket = connect({ port: simulator.port, host: simulator.host }, () => socket.write(summaryRequest()));
      socket.on('data', (chunk) => sizes.push(chunk.length));
      socket.on('close', () => resolve(sizes));
    });
    expect(pieces.slice(0, 2)).toEqual([9, 7]);
    expect(pieces).toHaveLength(3);
  });

  test('a delay longer than the client waits is silence', async () => {
    simulator.misbehave({ kind: 'delay', ms: 400 });
    await expect(askSummary()).rejects.toThrow(EcuSilentError);
  });
});

describe('faults without a byte are silence', () => {
  test.each<[string, Fault, string]>([
    ['silent', { kind: 'silent' }, 'silent for'],
    ['close', { kind: 'close' }, 'closed the connection'],
    ['reset', { kind: 'reset' }, 'connection reset'],
    ['cut before the first byte', { kind: 'cut', at: 0 }, 'closed the connection'],
    ['refuse', { kind: 'refuse' }, 'connection refused'],
  ])('%s', async (_, fault, words) => {
    simulator.misbehave(fault);
    const error = await askSummary().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EcuSilentError);
    expect(String(error)).toContain(words);
    await simulator.behave();
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  });
});

describe('faults that spoil the reply', () => {
  test.each<[string, Fault, string]>([
    ['cut', { kind: 'cut', at: 40 }, '40 bytes, then: closed the connection'],
    ['hang', { kind: 'hang', at: 40 }, '40 bytes, then: silent for'],
    ['reset', { kind: 'reset', after: 40 }, '40 bytes, then: connection reset'],
    ['garbage', { kind: 'garbage', seed: 'a' }, 'expected "APS"'],
    [
      'another protocol',
      { kind: 'garbage', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
      'found "HTTP/1.1 400',
    ],
    ['a length too great', { kind: 'length', value: 9999 }, 'closed the connection'],
    ['a length too small', { kind: 'length', value: 7 }, 'a length of 0015 or more'],
    ['a patch', { kind: 'patch', patch: (reply) => reply.fill('?', 0, 3) }, 'found "???'],
  ])('%s', async (_, fault, words) => {
    simulator.misbehave(fault);
    const error = await askSummary().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MalformedReplyError);
    expect(String(error)).toContain(words);
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  });

  test('endless: the client has enough at ten thousand bytes, and the simulator stops when it goes', async () => {
    simulator.misbehave({ kind: 'endless' });
    expect(await askSummary()).toHaveLength(10_000);
    simulator.misbehave({ kind: 'endless', bytes: Buffer.from('<html>') });
    await expect(askSummary()).rejects.toThrow('found "<html>');
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  });

  test('another command', async () => {
    simulator.misbehave({ kind: 'command', value: '0058' });
    const frame = await askSummary();
    expect(() => decodeSummary(frame)).toThrow('found 0058');
  });

  test.each(['01', '02'] as const)('status %s', async (value) => {
    simulator.misbehave({ kind: 'status', value });
    expect((await askInverters()).toString('latin1')).toBe(`APS1100150002${value}\n`);
  });

  test('a patch leaves the source alone', async () => {
    simulator.misbehave({ kind: 'patch', patch: (reply) => reply.fill(0, 13) });
    await askSummary();
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  });
});

describe('when a fault holds', () => {
  const isSilent = (asked: Promise<Buffer>) =>
    asked.then(
      () => false,
      (error: unknown) => error instanceof EcuSilentError,
    );

  test('once, unless told', async () => {
    simulator.misbehave({ kind: 'close' });
    expect([await isSilent(askSummary()), await isSilent(askSummary())]).toEqual([true, false]);
  });

  test('so many times, in the order they were added', async () => {
    simulator.misbehave({ kind: 'close' }, { times: 2 });
    simulator.misbehave({ kind: 'status', value: '02' });
    expect([await isSilent(askSummary()), await isSilent(askSummary())]).toEqual([true, true]);
    expect(await askSummary()).toHaveLength(16);
    expect(decodeSummary(await askSummary())).toEqual(site.state().summary);
  });

  test('for ever, until it behaves', async () => {
    simulator.misbehave({ kind: 'close' }, { times: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 5; n++) {
      expect(await isSilent(askSummary())).toBe(true);
    }
    await simulator.behave();
    expect(await isSilent(askSummary())).toBe(false);
  });

  test('for one command', async () => {
    simulator.misbehave({ kind: 'close' }, { command: '0002', times: Number.POSITIVE_INFINITY });
    expect([await isSilent(askSummary()), await isSilent(askInverters())]).toEqual([false, true]);
  });
});

describe('a connection', () => {
  test('is closed a moment after the reply', async () => {
    const reply = await talk('APS1100160001END\n');
    expect(decodeSummary(Buffer.from(reply, 'latin1'))).toEqual(site.state().summary);
  });

  test('takes one query: the second one gets no answer', async () => {
    const summary = await talk('APS1100160001END\n', 'APS1100160001END\n');
    expect(decodeSummary(Buffer.from(summary, 'latin1'))).toEqual(site.state().summary);
    expect(simulator.requests).toHaveLength(2);
  });

  test('stays open for more queries if it is an ECU that serves them', async () => {
    await simulator.stop();
    simulator = await startSimulator({ source: site, clock, keepOpen: true });
    const two = talk('APS1100160001END\n', 'APS1100160001END\n', '');
    await expect.poll(() => simulator.requests.length).toBe(2);
    await simulator.stop();
    const reply = site.reply({ command: '0001', ecuId: null })?.toString('latin1') ?? '';
    expect(await two).toBe(reply + reply);
  });

  test('takes a query in pieces, without END, with another length', async () => {
    const socket = connect({ port: simulator.port, host: simulator.host, noDelay: true });
    socket.on('error', () => {});
    socket.write('hm? APS11');
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('77770001');
    await expect.poll(() => simulator.requests.map(({ command }) => command)).toEqual(['0001']);
    socket.destroy();
  });

  test('with an unknown command gets no answer; with a foreign id, status 01', async () => {
    await expect(exchange(Buffer.from('APS1100280058216200000001END\n'))).rejects.toThrow('silent for');
    expect((await exchange(inverterRequest('0002', '216200000001'))).toString('latin1')).toBe('APS110015000201\n');
  });
});

test('stops at once in the middle of a fault, more than once, and frees its port', async () => {
  simulator.misbehave({ kind: 'delay', ms: 60_000 });
  const asked = askSummary(5000).catch((error: unknown) => error);
  await expect.poll(() => simulator.requests.length).toBe(1);
  await simulator.stop();
  await simulator.stop();
  expect(await asked).toBeInstanceOf(EcuSilentError);
  const { port } = simulator;
  simulator = await startSimulator({ source: site, clock, port });
  expect(simulator.port).toBe(port);
});
