import { afterEach, describe, expect, it } from 'vitest';
import { summaryRequest } from '../../src/ecu/commands.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { type Timeouts, tcpTransport } from '../../src/ecu/transport.ts';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import { capturedReply } from '../../src/tools/captureFile.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { capture } from '../support/frames.ts';

const day = capture('ecurpro-2.0.7A-ds3x8-day-k110');
const summary = capturedReply(day, '0001') ?? Buffer.alloc(0);
const FAST: Timeouts = { idle: 300, total: 800 };
const never = new AbortController().signal;

let simulator: Simulator;
afterEach(() => simulator.stop());

async function ask(fault: Fault | null, timeouts = FAST, signal = never): Promise<Buffer> {
  simulator = await startSimulator({ source: replaySource([day]) });
  if (fault !== null) {
    simulator.misbehave(fault);
  }
  return tcpTransport('127.0.0.1', simulator.port, timeouts).exchange(summaryRequest(), signal);
}

describe('a whole reply comes', () => {
  it.each<[string, Fault | null]>([
    ['at once', null],
    ['late', { kind: 'delay', ms: 30 }],
    ['byte by byte', { kind: 'bytewise' }],
    ['in two pieces', { kind: 'split', at: [13], pause: 20 }],
    ['cut within the head', { kind: 'split', at: [2, 7], pause: 10 }],
    ['with surplus bytes behind it', { kind: 'surplus', bytes: Buffer.from('APS11 and more') }],
  ])('%s', async (_, fault) => {
    expect((await ask(fault)).equals(summary)).toBe(true);
  });

  it('in whatever two pieces', async () => {
    simulator = await startSimulator({ source: replaySource([day]) });
    const transport = tcpTransport('127.0.0.1', simulator.port, FAST);
    for (let at = 1; at < summary.length; at++) {
      simulator.misbehave({ kind: 'split', at: [at], pause: 1 });
      expect(decodeSummary(await transport.exchange(summaryRequest(), never)).ecuId).toBe('216227822010');
    }
  });

  it('each on a connection of its own, and none stays open', async () => {
    simulator = await startSimulator({ source: replaySource([day]) });
    const transport = tcpTransport('127.0.0.1', simulator.port, FAST);
    for (let round = 0; round < 5; round++) {
      await transport.exchange(summaryRequest(), never);
    }
    expect(simulator.connections).toEqual({ total: 5, most: expect.any(Number) });
    expect(simulator.requests).toHaveLength(5);
  });
});

describe('not one byte comes', () => {
  it.each<[string, Fault, string]>([
    ['silence', { kind: 'silent' }, 'gives no answer: silent for 0.3 s'],
    ['a closed connection', { kind: 'close' }, 'gives no answer: closed the connection'],
    ['a reset', { kind: 'reset' }, 'gives no answer: connection reset'],
  ])('%s', async (_, fault, message) => {
    const answer = ask(fault);
    await expect(answer).rejects.toThrow(EcuSilentError);
    await expect(answer).rejects.toThrow(message);
    await expect(answer).rejects.toMatchObject({ wasConnected: true });
  });

  it('a closed port', async () => {
    simulator = await startSimulator({ source: replaySource([day]) });
    const transport = tcpTransport('127.0.0.1', simulator.port, FAST);
    await simulator.stop();
    const answer = transport.exchange(summaryRequest(), never);
    await expect(answer).rejects.toThrow('cannot be reached: connection refused');
    await expect(answer).rejects.toMatchObject({ wasConnected: false, cause: { code: 'ECONNREFUSED' } });
  });

  it('a host name that nobody has', async () => {
    simulator = await startSimulator({ source: replaySource([day]) });
    const transport = tcpTransport('ecu.invalid', 8899, { idle: 5_000, total: 5_000 });
    await expect(transport.exchange(summaryRequest(), never)).rejects.toThrow(EcuSilentError);
  });
});

describe('what comes is no reply', () => {
  it.each<[string, Fault, string]>([
    ['cut, then closed', { kind: 'cut', at: 40 }, 'at offset 40, found 40 bytes, then: closed the connection'],
    ['cut, then silence', { kind: 'hang', at: 40 }, 'at offset 40, found 40 bytes, then: silent for 0.3 s'],
    ['cut, then reset', { kind: 'reset', after: 40 }, 'at offset 40, found 40 bytes, then: connection reset'],
    ['a drip of bytes', { kind: 'bytewise', pause: 40 }, 'then: no whole reply within 0.8 s'],
    [
      'another device',
      { kind: 'garbage', bytes: Buffer.from('SSH-2.0-dropbear') },
      'expected "APS" at offset 0, found "SSH-2.0-',
    ],
    ['endless garbage', { kind: 'endless', bytes: Buffer.from('nonsense') }, 'expected "APS"'],
  ])('%s', async (_, fault, message) => {
    const answer = ask(fault);
    await expect(answer).rejects.toThrow(MalformedReplyError);
    await expect(answer).rejects.toThrow(message);
  });

  it('an endless reply is cut at its declared length', async () => {
    expect((await ask({ kind: 'endless' })).length).toBe(10_000);
  });
});

describe('an aborted signal', () => {
  it('ends the wait at once', async () => {
    const stop = new AbortController();
    const answer = ask({ kind: 'silent' }, { idle: 60_000, total: 60_000 }, stop.signal);
    setTimeout(() => stop.abort(new Error('stop')), 20);
    await expect(answer).rejects.toThrow('stop');
  });

  it('asks nothing any more', async () => {
    const answer = ask(null, FAST, AbortSignal.abort(new Error('stop')));
    await expect(answer).rejects.toThrow('stop');
    expect(simulator.connections.total).toBe(0);
  });
});
