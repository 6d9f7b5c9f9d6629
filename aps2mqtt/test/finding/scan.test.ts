import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { scan } from '../../src/finding/scan.ts';
import { parseNetwork } from '../../src/network.ts';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { freePort } from '../support/broker.ts';
import { DECOYS, type Decoy, startDecoy } from '../support/decoys.ts';
import { capture } from '../support/frames.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(() => Promise.all(ends.splice(0).map((end) => end())));

async function ecu(host: string, port: number, name = 'ecurpro-2.0.7A-ds3x8-day-k110'): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture(name)]), host, port });
  ends.push(() => simulator.stop());
  return simulator;
}

async function decoy(kind: keyof typeof DECOYS, host: string, port: number): Promise<Decoy> {
  const started = await startDecoy(kind, host, port);
  ends.push(() => started.stop());
  return started;
}

const { hosts } = parseNetwork('127.0.81.16/28');
const quick = { connect: 1_000, idle: 300, total: 1_000 };

it('finds ECUs among devices of all kinds, which it connects to once and asks once', async () => {
  const port = await freePort();
  const kinds = Object.keys(DECOYS) as (keyof typeof DECOYS)[];
  const decoys = await Promise.all(kinds.map((kind, index) => decoy(kind, `127.0.81.${17 + index}`, port)));
  const one = await ecu('127.0.81.29', port);
  await ecu('127.0.81.25', port, 'ecur-1.3.6C-qt2x6-k185');
  const seen: number[] = [];
  const { ecus, others } = await scan({ hosts, port, timeouts: quick, onProgress: (done) => seen.push(done) }, never);
  expect(ecus.map(({ host, summary }) => [host, summary.ecuId])).toEqual([
    ['127.0.81.25', '216009281801'],
    ['127.0.81.29', '216227822010'],
  ]);
  expect(one.requests.map(({ command }) => command)).toEqual(['0001']);
  expect(others.map(({ host }) => host)).toEqual(decoys.map(({ host }) => host));
  expect(seen).toEqual(hosts.map((_, index) => index + 1));
  for (const { connects, heard } of decoys) {
    expect(connects).toBe(1);
    expect(['APS1100160001END\n', '']).toContain(heard);
  }
});

it('never has more than 64 connections open', async () => {
  const port = await freePort();
  const many = Array.from({ length: 100 }, (_, index) => `127.0.82.${index + 1}`);
  const silent = await Promise.all(many.map((host) => decoy('silent', host, port)));
  const connects = () => silent.reduce((sum, one) => sum + one.connects, 0);
  const stop = new AbortController();
  const patient = { connect: 60_000, idle: 60_000, total: 60_000 };
  const looking = scan({ hosts: many, port, timeouts: patient }, stop.signal);
  await until('the first ones', () => connects() >= 64);
  await setTimeout(100);
  expect(connects()).toBe(64);
  stop.abort(new Error('stop'));
  await expect(looking).rejects.toThrow('stop');
});

describe('the signal', () => {
  it('ends it at once, in the middle of everything', async () => {
    const port = await freePort();
    await decoy('silent', '127.0.81.17', port);
    const stop = new AbortController();
    const looking = scan({ hosts, port }, stop.signal);
    void setTimeout(50).then(() => stop.abort(new Error('stop')));
    const began = performance.now();
    await expect(looking).rejects.toThrow('stop');
    // A silent device would hold it for 5 s.
    expect(performance.now() - began).toBeLessThan(4_000);
    await expect(scan({ hosts, port }, stop.signal)).rejects.toThrow('stop');
  });
});

it('does with no addresses at all', async () => {
  expect(await scan({ hosts: [], port: 1 }, never)).toEqual({ ecus: [], others: [] });
});
