import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/options/environmentType.ts';
import { loadOptions } from '../../src/options/load.ts';
import type { MqttOptions } from '../../src/options/options.ts';
import { createSupervisor, SupervisorError } from '../../src/supervisor/client.ts';
import { findBroker } from '../../src/supervisor/findBroker.ts';
import { findPosition } from '../../src/supervisor/findPosition.ts';
import { loginSource } from '../../src/supervisor/loginSource.ts';
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
import { recordingLog } from '../support/logs.ts';

const never = new AbortController().signal;
let fake: FakeSupervisor;
beforeEach(async () => {
  fake = await startSupervisor({ mqtt: noService, core: home });
});
afterEach(() => fake.stop());

/** Waits for nothing, and lets the fake Supervisor change its mind in between. */
function clockThat(onSleep: () => void) {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    onSleep();
  };
  return { clock: { now: () => new Date(), sleep }, waits };
}

/** Of the app, where nobody typed a broker. */
function mqttOptions(typed: Environment = {}): MqttOptions {
  return { ...loadOptions(undefined, { APS_ECU_IP: 'ecu', ...typed }).options.mqtt, host: null };
}

describe('the broker that the Supervisor knows', () => {
  const find = (typed: Environment, onSleep: () => void) => {
    const { clock, waits } = clockThat(onSleep);
    const { log, texts } = recordingLog();
    const supervisor = createSupervisor(fake.url, TOKEN);
    return { found: findBroker(mqttOptions(typed), supervisor, clock, log, never), waits, texts };
  };

  it('is waited for, and what it takes to have one is said once', async () => {
    let looks = 0;
    const { found, waits, texts } = find({}, () => {
      looks++;
      const later = { username: 'addons', password: 'secret', ssl: true };
      fake.answers.mqtt = looks === 3 ? mqttService(1884, later) : looks === 2 ? noAccess : noService;
    });
    expect(await found).toMatchObject({
      host: '127.0.0.1',
      port: 1884,
      username: 'addons',
      password: 'secret',
      tls: true,
    });
    expect(waits).toHaveLength(3);
    expect(texts('warn')).toHaveLength(1);
    expect(texts('warn')[0]).toContain('install and start the Mosquitto broker app');
  });

  it("takes a typed user in place of the Supervisor's", async () => {
    fake.answers.mqtt = mqttService(1883, { username: 'addons', password: 'secret' });
    const { found } = find({ MQTT_BROKER_USER: 'me', MQTT_BROKER_PASSWD: 'mine' }, () => {});
    expect(await found).toMatchObject({ host: '127.0.0.1', username: 'me', password: 'mine' });
  });

  it.each([
    [{ MQTT_BROKER_PORT: '1885' }, { port: 1885, tls: true }],
    [{ MQTT_BROKER_SECURED_CONNECTION: 'no' }, { port: 1883, tls: false }],
    [{}, { port: 1883, tls: true }],
  ])("takes what was typed (%j) in place of the Supervisor's", async (typed, expected) => {
    fake.answers.mqtt = mqttService(1883, { ssl: true });
    expect(await find(typed, () => {}).found).toMatchObject({ host: '127.0.0.1', ...expected });
  });

  it('is warned of once, where it has no use for the typed CA file', async () => {
    fake.answers.mqtt = mqttService(1883);
    const { log, texts } = recordingLog();
    const supervisor = createSupervisor(fake.url, TOKEN);
    const mqtt = { ...mqttOptions({ MQTT_BROKER_CACERTS_PATH: '/ca' }) };
    const login = loginSource(mqtt, supervisor, clockThat(() => {}).clock, log);
    await login(never);
    await login(never);
    expect(texts('warn')).toEqual([
      'CA certificate file (mqtt.ca_file) is set, but Encrypted connection (TLS) (mqtt.tls) is off: the connection is not encrypted',
    ]);
  });

  it("keeps what else was typed, and the system's certificates", async () => {
    fake.answers.mqtt = mqttService(1883);
    const { found } = find({ MQTT_CLIENT_ID: 'roof', SSL_CERT_FILE: '/certs/all.pem' }, () => {});
    expect(await found).toMatchObject({ clientId: 'roof', systemCaFile: '/certs/all.pem' });
  });

  it('is not looked for any more after a stop', async () => {
    const stop = new AbortController();
    const sleep = async () => stop.abort(new Error('stop'));
    const clock = { now: () => new Date(), sleep };
    const asked = findBroker(mqttOptions(), createSupervisor(fake.url, TOKEN), clock, recordingLog().log, stop.signal);
    await expect(asked).rejects.toThrow('stop');
  });
});

describe("Home Assistant's position", () => {
  it('is waited for while Home Assistant starts, and that is said once', async () => {
    fake.answers.core = coreDown;
    let looks = 0;
    const { clock, waits } = clockThat(() => {
      looks++;
      fake.answers.core = looks === 2 ? home : coreDown;
    });
    const { log, texts } = recordingLog();
    const position = await findPosition(createSupervisor(fake.url, TOKEN), clock, log, never);
    expect(position).toEqual({ latitude: 52.37, longitude: 4.89 });
    expect(waits).toEqual([60_000, 60_000]);
    expect(texts('info')).toHaveLength(1);
  });

  it('may not be set', async () => {
    fake.answers.core = { status: 200, body: { latitude: null } };
    expect(await createSupervisor(fake.url, TOKEN).homePosition(never)).toBeNull();
  });
});

describe('the Supervisor', () => {
  it.each<[string, FakeSupervisor['answers']['mqtt'], string]>([
    ['an error', { status: 500, body: {} }, '(answer 500)'],
    ['no object', { status: 200, body: null }, 'cannot be read'],
    ['a list', { status: 200, body: [] }, 'cannot be read'],
    ['too much', { status: 200, body: 'x'.repeat(1_100_000) }, 'its answer is too long'],
  ])('answers %s', async (_, answer, words) => {
    fake.answers.mqtt = answer;
    const asked = createSupervisor(fake.url, TOKEN).mqttService(never);
    await expect(asked).rejects.toThrow(SupervisorError);
    await expect(asked).rejects.toThrow(words);
  });

  it('can be left alone in the middle of a question', async () => {
    const stopped = AbortSignal.abort(new Error('stop'));
    await expect(createSupervisor(fake.url, TOKEN).mqttService(stopped)).rejects.toThrow('stop');
  });
});
