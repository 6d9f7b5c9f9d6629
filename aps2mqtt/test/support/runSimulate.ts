import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { inverterRequest, summaryRequest } from '../../src/ecu/commands.ts';
import { decodeInverters, type InverterRecord, type InvertersReply } from '../../src/ecu/inverters.ts';
import { decodeSummary, type EcuSummary } from '../../src/ecu/summary.ts';
import { tcpTransport } from '../../src/ecu/transport.ts';
import { simulateCommand } from '../../src/tools/simulator/command.ts';

export const PROGRAM = 'node dist/aps2mqtt.js';

/** A busy machine is no fault. */
const PATIENCE = { idle: 2_000, total: 5_000 };
const SOON = { timeout: 10_000 };

const never = new AbortController().signal;
const running: (() => Promise<number>)[] = [];

/** For afterEach. */
export async function stopSimulating(): Promise<void> {
  // One that could not start has said so already.
  await Promise.allSettled(running.splice(0).map((stop) => stop()));
}

/** The simulator knows them always. */
interface Energies {
  readonly lifetimeEnergy: number;
  readonly currentPower: number;
  readonly todayEnergy: number;
}

/** One of the ECUs that the command runs, as a client sees it. */
export interface AskedEcu {
  readonly port: number;
  ask(request: Buffer): Promise<Buffer>;
  summary(): Promise<EcuSummary & Energies>;
  reply(): Promise<InvertersReply>;
  inverters(): Promise<readonly InverterRecord[]>;
}

export interface Simulating extends AskedEcu {
  /** In their order at the start; the command's own queries go to the first. */
  readonly ecus: readonly AskedEcu[];
  /** All that it printed. */
  text(): string;
  /** Types a line. */
  send(line: string): void;
  /** Types a line and waits for the answer to it. */
  type(line: string): Promise<string>;
  /** @returns the exit code */
  stop(): Promise<number>;
  readonly ended: Promise<number>;
}

/** The command `simulate` in this process, at a free port of loopback unless another one is named. */
export async function runSimulate(args: readonly string[], clock: Clock = systemClock): Promise<Simulating> {
  const stop = new AbortController();
  const printed: string[] = [];
  const input = new PassThrough();
  const terminal = { input, print: (line: string) => printed.push(line) };
  const ended = simulateCommand(
    ['--port', '0', ...args],
    { TZ: 'Europe/Paris' },
    stop.signal,
    PROGRAM,
    terminal,
    clock,
  );
  ended.catch(() => {});
  const end = () => {
    stop.abort();
    return ended;
  };
  running.push(end);
  const send = (line: string) => {
    input.write(`${line}\n`);
  };
  const text = () => printed.join('\n');
  await Promise.race([ended, expect.poll(text, SOON).toMatch(/port \d+/)]);
  const ecus = Array.from(text().matchAll(/port (\d+)/g), ([, port]) => askedEcu(Number(port)));
  const [first] = ecus;
  expect.assert(first !== undefined);
  return {
    ...first,
    ecus,
    text,
    ended,
    stop: end,
    send,
    async type(line) {
      const before = printed.length;
      send(line);
      await expect.poll(() => printed.length, SOON).toBeGreaterThan(before);
      return printed.slice(before).join('\n');
    },
  };
}

export function askedEcu(port: number, host = '127.0.0.1'): AskedEcu {
  const ask = (request: Buffer) => tcpTransport(host, port, PATIENCE).exchange(request, never);
  const summary = async () => {
    const said = decodeSummary(await ask(summaryRequest()));
    const { lifetimeEnergy, currentPower, todayEnergy } = said;
    expect.assert(typeof lifetimeEnergy === 'number');
    expect.assert(typeof currentPower === 'number');
    expect.assert(typeof todayEnergy === 'number');
    return { ...said, lifetimeEnergy, currentPower, todayEnergy };
  };
  const reply = async () => decodeInverters(await ask(inverterRequest('0002', (await summary()).ecuId)));
  return {
    port,
    ask,
    summary,
    reply,
    async inverters() {
      const inverters = await reply();
      return inverters.kind === 'data' ? inverters.records : [];
    },
  };
}
