import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type Ear, freePort, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { DECOYS, type Decoy, startDecoy } from '../support/decoys.ts';
import { adapters, home, mqttService, startSupervisor, TOKEN } from '../support/fakeSupervisor.ts';
import { capture } from '../support/frames.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const PRO = 'ecurpro-2.0.7A-ds3x8-day-k110';
const R = 'ecur-1.3.6C-qt2x6-k185';

const ends: (() => unknown)[] = [];
let broker: TestBroker;
let ear: Ear;
let port: number;
beforeEach(async () => {
  broker = await startBroker();
  ear = await listen(broker.port);
  port = await freePort();
  ends.push(
    () => broker.stop(),
    () => ear.close(),
  );
});
afterEach(async () => {
  await endPrograms();
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

async function ecu(host: string, name = PRO): Promise<Simulator> {
  const simulator = await startSimulator({ source: replaySource([capture(name)]), host, port });
  ends.push(() => simulator.stop());
  return simulator;
}

async function decoy(kind: keyof typeof DECOYS, host: string): Promise<Decoy> {
  const started = await startDecoy(kind, host, port);
  ends.push(() => started.stop());
  return started;
}

const start = (more: Record<string, string> = {}) =>
  startProgram({
    APS_ECU_PORT: String(port),
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(broker.port),
    ...more,
  });

describe('a network in place of an address', () => {
  it('has its ECU found and published, and everybody else left in peace', async () => {
    const kinds = Object.keys(DECOYS) as (keyof typeof DECOYS)[];
    const decoys = await Promise.all(kinds.map((kind, index) => decoy(kind, `127.0.86.${17 + index}`)));
    await ecu('127.0.86.29');
    const program = start({ APS_ECU_IP: '127.0.86.16/28' });
    await ear.hears('aps/216227822010/704308268745');
    await program.says(`Found an ECU-R-Pro at 127.0.86.29:${port}`);
    expect(decoys.map(({ connects }) => connects)).toEqual(decoys.map(() => 1));
    expect(decoys.filter(({ heard }) => heard !== '' && heard !== 'APS1100160001END\n')).toEqual([]);
    expect(program.output()).not.toContain('No ECU found');
  });

  it('has all its ECUs read', async () => {
    await Promise.all([ecu('127.0.86.20'), ecu('127.0.86.21', R)]);
    start({ APS_ECU_IP: '127.0.86.16/28' });
    await Promise.all([ear.hears('aps/216227822010'), ear.hears('aps/216009281801')]);
  });

  it.each([
    ['127.0.86.0/20', '127.0.86.0/20 has 4096 addresses: at most 1024 are looked through'],
    ['8.8.8.0/24', '8.8.8.0/24 is no private network'],
  ])('%s is refused with its reason, and nothing is sent', async (network, words) => {
    const somebody = await decoy('silent', '127.0.86.17');
    const program = start({ APS_ECU_IP: network });
    expect(await program.exited).toBe(1);
    expect(program.output()).toContain(`APS_ECU_IP: ${words}`);
    expect(somebody.connects).toBe(0);
  });

  it('with nothing in it is told in one line', async () => {
    const program = start({ APS_ECU_IP: '127.0.86.32/28' });
    await program.says('Looking again in 10 minutes, then every hour');
    const [line, ...more] = program
      .output()
      .split('\n')
      .filter((text) => text.includes('ECU found'));
    expect(more).toEqual([]);
    expect(line).toMatch(/No ECU found in 127\.0\.86\.32\/28\. An ECU-R .*WiFi only.*unplug the ECU/);
  });

  it('does not hold up a stop', async () => {
    const silent = await decoy('silent', '127.0.86.17');
    const program = start({ APS_ECU_IP: '127.0.86.16/28' });
    await until('the connection', () => silent.connects > 0);
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2_000);
  });
});

describe('the app, with nothing typed', () => {
  async function supervisor() {
    const started = await startSupervisor({ mqtt: mqttService(broker.port), core: home });
    ends.push(() => started.stop());
    return started;
  }

  /** Only the port is typed: what every ECU has is not free here. */
  function startApp(url: string) {
    const data = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-data-'));
    ends.push(() => rmSync(data, { recursive: true }));
    const file = path.join(data, 'options.json');
    writeFileSync(file, JSON.stringify({ ecus: [{ port }], mqtt: {}, log_level: 'debug' }));
    return startProgram({ SUPERVISOR_TOKEN: TOKEN, SUPERVISOR_API: url, APS_OPTIONS_FILE: file });
  }

  it('looks in the networks that Home Assistant uses, and in no other', async () => {
    const there = await supervisor();
    there.socket = {
      network: adapters({ ipv4: ['127.0.86.1/28'], enabled: false }, { ipv4: ['127.0.86.17/28'] }),
      dhcp: { add: [] },
    };
    const [disabled, enabled] = await Promise.all([ecu('127.0.86.5', R), ecu('127.0.86.25')]);
    const program = startApp(there.url);
    await ear.hears('aps/216227822010');
    await program.says('Looking for ECUs in 127.0.86.16/28');
    expect(enabled.requests.length).toBeGreaterThan(0);
    expect(disabled.connections.total).toBe(0);
    expect((await program.stop()).code).toBe(0);
    expect(program.output()).not.toContain(TOKEN);
  });

  it('waits for Home Assistant to start', async () => {
    const there = await supervisor();
    const program = startApp(there.url);
    await program.says('Home Assistant cannot be asked: answer 502. Asking again until it answers');
    expect((await program.stop()).code).toBe(0);
  });

  it('stops at once while Home Assistant keeps silent', async () => {
    const there = await supervisor();
    there.socket = {};
    const program = startApp(there.url);
    await until('the question', () => there.asked.includes('network'));
    const { code, ms } = await program.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(2_000);
  });
});

describe('probe --scan', () => {
  it.each([['probe', '--scan'], ['scan'], ['find']])('%s %s looks where the program would', async (...words) => {
    await ecu('127.0.86.25');
    const environment = { MQTT_BROKER_HOST: '127.0.0.1', APS_ECU_IP: '127.0.86.16/28' };
    const program = startProgram(environment, [...words, '--port', String(port)]);
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain('127.0.86.25: ECU-R-Pro 216227822010, 8 inverters');
  });
});
