import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type Ear, freePort, listen, startBroker, type TestBroker } from '../support/broker.ts';
import {
  coreDown,
  type FakeSupervisor,
  home,
  mqttService,
  noAccess,
  noService,
  startSupervisor,
  TOKEN,
} from '../support/fakeSupervisor.ts';
import { capture } from '../support/frames.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

let data: string;
let ecu: Simulator;
let supervisor: FakeSupervisor;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  data = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-data-'));
  ecu = await startSimulator({ source: replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]) });
  supervisor = await startSupervisor({ mqtt: noService, core: home });
  ends.push(
    () => ecu.stop(),
    () => supervisor.stop(),
    () => rmSync(data, { recursive: true }),
  );
});

afterEach(async () => {
  await endPrograms();
  for (const end of ends.splice(0)) {
    await end();
  }
});

async function broker(...settings: Parameters<typeof startBroker>): Promise<TestBroker> {
  const started = await startBroker(...settings);
  ends.push(() => started.stop());
  return started;
}

async function ear(port: number, options: Parameters<typeof listen>[1] = {}): Promise<Ear> {
  const heard = await listen(port, options);
  ends.push(() => heard.close());
  return heard;
}

/** Starts the app as the Supervisor does: merged options in a file, a token and an address in the environment. */
function startApp(options: object) {
  const file = path.join(data, 'options.json');
  writeFileSync(file, JSON.stringify(options), { mode: 0o600 });
  return startProgram({ SUPERVISOR_TOKEN: TOKEN, SUPERVISOR_API: supervisor.url, APS_OPTIONS_FILE: file });
}

const oneEcu = () => ({ ecus: [{ host: '127.0.0.1', port: ecu.port }], mqtt: {}, log_level: 'info' });
const isOnline = (payload: string) => payload === 'online';

describe('the app, with nothing typed but the address', () => {
  it("takes the Supervisor's broker, and discovery is on", async () => {
    const { port } = await broker();
    supervisor.answers.mqtt = mqttService(port);
    const heard = await ear(port);
    const program = startApp(oneEcu());
    await heard.hears('aps/216227822010');
    await until('a discovery message', () =>
      [...heard.last.keys()].some((topic) => topic.startsWith('homeassistant/')),
    );
    expect(supervisor.wrongTokens).toEqual([]);
    expect((await program.stop()).code).toBe(0);
    expect(program.output()).not.toContain(TOKEN);
  });

  it("logs in with the Supervisor's user, and asks again when the password has changed", async () => {
    const login = { username: 'addons', password: 'first-secret' };
    const port = await freePort();
    const first = await startBroker({ port, login });
    supervisor.answers.mqtt = mqttService(port, login);
    const program = startApp(oneEcu());
    await program.says(`Connected to the broker at 127.0.0.1:${port}`);

    const changed = { ...login, password: 'second-secret' };
    await first.stop();
    await broker({ port, login: changed });
    await program.says('Lost the broker');
    await program.says('refused user "addons": this login comes from Home Assistant');
    supervisor.answers.mqtt = mqttService(port, changed);
    const heard = await ear(port, changed);
    await heard.hears('aps/status', isOnline);
    expect(program.output()).not.toMatch(/first-secret|second-secret/);
  }, 40_000);

  it('waits for a broker that comes after us, says so once and with what to do', async () => {
    const { port } = await broker();
    const program = startApp(oneEcu());
    await program.says('install and start the Mosquitto broker app, or fill in the broker under "mqtt"');
    const heard = await ear(port);
    supervisor.answers.mqtt = mqttService(port);
    await heard.hears('aps/status', isOnline);
    await heard.hears('aps/216227822010');
    expect(program.output().match(/Mosquitto broker app/g)).toHaveLength(1);
  });

  it.each([
    ['without access', noAccess, 'answer 403'],
    ['with nonsense', { status: 200, body: 'nonsense' }, 'cannot be read'],
    ['with half an answer', { status: 200, body: { data: { host: 'core-mosquitto' } } }, 'No MQTT broker found yet'],
  ])('keeps looking %s', async (_, answer, text) => {
    supervisor.answers.mqtt = answer;
    const program = startApp(oneEcu());
    await program.says(text);
    expect((await program.stop()).code).toBe(0);
  });

  it('keeps looking while the Supervisor itself does not answer', async () => {
    await supervisor.stop();
    const program = startApp(oneEcu());
    await program.says('The Supervisor cannot be asked');
    expect((await program.stop()).code).toBe(0);
  });
});

describe('what was typed', () => {
  it("wins over the Supervisor's broker, which is not even asked for", async () => {
    const { port } = await broker();
    const heard = await ear(port);
    supervisor.answers.mqtt = mqttService(1);
    startApp({ ...oneEcu(), mqtt: { host: '127.0.0.1', port, topic_prefix: 'roof', username: '', password: '' } });
    await heard.hears('roof/aps/status', isOnline);
    expect(supervisor.asked).not.toContain('/services/mqtt');
  });

  it('is refused with every mistake, and ends with code 1', async () => {
    const program = startApp({ ecus: [{ host: 'http://ecu' }], mqtt: { topic_prefix: 'a/#' }, poll_interval: 1 });
    expect(await program.exited).toBe(1);
    expect(program.output()).toMatch(/ecus\[0\]\.host[\s\S]*poll_interval[\s\S]*mqtt\.topic_prefix/);
  });

  it('is named when the file is not there or no JSON', async () => {
    const file = path.join(data, 'other.json');
    const environment = { SUPERVISOR_TOKEN: TOKEN, SUPERVISOR_API: supervisor.url, APS_OPTIONS_FILE: file };
    const missing = startProgram(environment);
    expect(await missing.exited).toBe(1);
    expect(missing.output()).toContain('other.json cannot be read');
    writeFileSync(file, '{"ecus": ');
    const broken = startProgram(environment);
    expect(await broken.exited).toBe(1);
    expect(broken.output()).toContain('other.json cannot be read');
  });
});

describe("Home Assistant's position", () => {
  it('is asked for when the rest at night wants it and nobody typed one', async () => {
    const { port } = await broker();
    supervisor.answers.mqtt = mqttService(port);
    startApp({ ...oneEcu(), stop_at_night: true });
    await until('the question', () => supervisor.asked.includes('/core/api/config'));
  });

  it('may come later: Home Assistant starts, and the values do not wait for it', async () => {
    const { port } = await broker();
    supervisor.answers = { mqtt: mqttService(port), core: coreDown };
    const heard = await ear(port);
    const program = startApp({ ...oneEcu(), stop_at_night: true });
    await heard.hears('aps/216227822010');
    await program.says('(answer 502)');
    expect((await program.stop()).code).toBe(0);
  });

  it('is not asked for without need', async () => {
    const { port } = await broker();
    supervisor.answers.mqtt = mqttService(port);
    const heard = await ear(port);
    startApp({ ...oneEcu(), stop_at_night: true, latitude: 48.1, longitude: 11.5, language: 'en' });
    await heard.hears('aps/216227822010');
    expect(supervisor.asked).not.toContain('/core/api/config');
  });
});

describe("Home Assistant's language", () => {
  const nameOfPower = (payload: string) => {
    const { components = {} } = JSON.parse(payload || '{}') as { components?: Record<string, { name?: string }> };
    return components.power?.name;
  };
  const ECU_DEVICE = 'homeassistant/device/aps_216227822010/config';

  it.each([
    ['de-AT', {}, 'Leistung'],
    ['nl', { language: 'fr' }, 'Puissance'],
    ['pt-BR', {}, 'Power'],
  ])('%s, with %j in the options, has %s for the power', async (language, options, name) => {
    const { port } = await broker();
    supervisor.answers = { mqtt: mqttService(port), core: { status: 200, body: { language } } };
    const heard = await ear(port);
    startApp({ ...oneEcu(), ...options });
    await heard.hears(ECU_DEVICE, (payload) => nameOfPower(payload) === name);
  });

  it('is waited for while Home Assistant starts; the values are not', async () => {
    const { port } = await broker();
    supervisor.answers = { mqtt: mqttService(port), core: coreDown };
    const heard = await ear(port);
    const program = startApp({ ...oneEcu(), log_level: 'debug' });
    await heard.hears('aps/216227822010');
    await program.says('no language');
    expect([...heard.last.keys()].filter((topic) => topic.startsWith('homeassistant/device'))).toEqual([]);
    supervisor.answers.core = { status: 200, body: { language: 'es' } };
    await heard.hears(ECU_DEVICE, (payload) => nameOfPower(payload) === 'Potencia');
  }, 20_000);

  it('is English where Home Assistant does not tell', async () => {
    const { port } = await broker();
    supervisor.answers = { mqtt: mqttService(port), core: noAccess };
    const heard = await ear(port);
    startApp(oneEcu());
    await heard.hears(ECU_DEVICE, (payload) => nameOfPower(payload) === 'Power');
  });
});
