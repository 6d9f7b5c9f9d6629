import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { freePort, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { capture } from '../support/frames.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  await endPrograms();
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function ecu(): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]) });
  ends.push(() => simulator.stop());
  return simulator;
}

async function broker(): Promise<TestBroker> {
  const started = await startBroker();
  ends.push(() => started.stop());
  return started;
}

/** Takes connections and says nothing, like a broker that hangs. */
async function mute(): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    ends.push(() => socket.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return { port, server };
}

const at = (ecuPort: number, brokerPort: number, more: Record<string, string> = {}) => ({
  APS_ECU_IP: '127.0.0.1',
  APS_ECU_PORT: String(ecuPort),
  MQTT_BROKER_HOST: '127.0.0.1',
  MQTT_BROKER_PORT: String(brokerPort),
  ...more,
});

/** The promise is 2 s; the limit in the program is 1.7 s. */
const LIMIT_MS = 2_000;

describe('a stop takes less than two seconds and ends with code 0', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s while it waits for the next poll', async (signal) => {
    const [roof, { port }] = [await ecu(), await broker()];
    const ear = await listen(port);
    ends.push(() => ear.close());
    const program = startProgram(at(roof.port, port));
    await ear.hears('aps/216227822010/704308268745');
    const { code, ms } = await program.stop(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LIMIT_MS);
    await ear.hears('aps/status', (payload) => payload === 'offline');
  });

  it('while the ECU is silent', async () => {
    const [roof, { port }] = [await ecu(), await broker()];
    roof.misbehave({ kind: 'silent' }, { times: Number.POSITIVE_INFINITY });
    const program = startProgram(at(roof.port, port));
    await until('a query', () => roof.requests.length > 0);
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('while the broker is not there', async () => {
    const roof = await ecu();
    const program = startProgram(at(roof.port, await freePort()));
    await program.says('connection refused');
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('while the broker hangs before its first word', async () => {
    const [roof, { port, server }] = [await ecu(), await mute()];
    const program = startProgram(at(roof.port, port));
    await new Promise((resolve) => server.once('connection', resolve));
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('while a TLS handshake hangs', async () => {
    const [roof, { port, server }] = [await ecu(), await mute()];
    const program = startProgram(at(roof.port, port, { MQTT_BROKER_SECURED_CONNECTION: 'true' }));
    await new Promise((resolve) => server.once('connection', resolve));
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  it('and a second signal does not hurt', async () => {
    const [roof, { port }] = [await ecu(), await broker()];
    const program = startProgram(at(roof.port, port));
    await program.says('Found ECU-R-Pro');
    const first = program.stop('SIGTERM');
    const second = program.stop('SIGINT');
    expect((await first).code).toBe(0);
    expect((await second).code).toBe(0);
  });
});

describe('the command line', () => {
  it('--version and --help end with code 0', async () => {
    const version = startProgram({}, ['--version']);
    expect(await version.exited).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = startProgram({}, ['--help']);
    expect(await help.exited).toBe(0);
    expect(help.output()).toContain('APS_ECU_IP=192.168.1.42');
  });

  it('wrong usage and wrong options end with code 1 and say why', async () => {
    const usage = startProgram({}, ['--confg', 'x']);
    expect(await usage.exited).toBe(1);
    expect(usage.output()).toContain('--confg');
    const command = startProgram({}, ['prob', '192.168.1.42']);
    expect(await command.exited).toBe(1);
    expect(command.output()).toContain('prob is no command. Did you mean probe?');
    const options = startProgram({ APS_ECU_PORT: '0', MQTT_RETAIN: 'perhaps', MQTT_BROKER_PASSWD: 'topsecret' });
    expect(await options.exited).toBe(1);
    expect(options.output()).toMatch(/APS_ECU_PORT: found 0[\s\S]*MQTT_RETAIN: found "perhaps"/);
    expect(options.output()).not.toContain('topsecret');
  });
});
