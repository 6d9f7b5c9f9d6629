import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appPlace, findBroker, findPosition } from '../../src/options/app.ts';
import { loadOptions } from '../../src/options/load.ts';
import { createSupervisor, SupervisorError } from '../../src/options/supervisor.ts';
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

function appOptions(more: object = {}) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'aps2mqtt-app-')), 'options.json');
  writeFileSync(file, JSON.stringify({ ecus: [{ host: '192.168.1.42' }], mqtt: {}, ...more }));
  return loadOptions(undefined, {
    SUPERVISOR_TOKEN: TOKEN,
    SUPERVISOR_API: fake.url,
    APS_OPTIONS_FILE: file,
    TZ: 'Europe/Paris',
  });
}

describe('the app', () => {
  it('is one only where the Supervisor gives a token', () => {
    expect(appPlace({})).toBeNull();
    expect(appPlace({ SUPERVISOR_TOKEN: TOKEN })).toMatchObject({
      optionsFile: '/data/options.json',
      stateFile: '/data/state.json',
    });
  });

  it('has discovery on, the broker and the position from outside, and its state beside its options', () => {
    const { options, app } = appOptions({ stop_at_night: true });
    expect(options.mqtt).toMatchObject({ host: null, discovery: true });
    expect(options).toMatchObject({ stopAtNight: true, position: null, stateFile: app?.stateFile });
    expect(options.ecus[0]?.timezone).toBe('Europe/Paris');
  });

  it.each(['null', '[]', '"text"'])('names what is missing in options of %s', (text) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'aps2mqtt-app-')), 'options.json');
    writeFileSync(file, text);
    const environment = { SUPERVISOR_TOKEN: TOKEN, APS_OPTIONS_FILE: file };
    expect(() => loadOptions(undefined, environment)).toThrow('ecus: missing');
  });
});

describe('the broker that the Supervisor knows', () => {
  const find = (more: object, onSleep: () => void) => {
    const { options } = appOptions(more);
    const { clock, waits } = clockThat(onSleep);
    const { log, texts } = recordingLog();
    const supervisor = createSupervisor(fake.url, TOKEN);
    return { found: findBroker(options.mqtt, supervisor, clock, log, never), waits, texts };
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
    const { found } = find({ mqtt: { username: 'me', password: 'mine' } }, () => {});
    expect(await found).toMatchObject({ host: '127.0.0.1', username: 'me', password: 'mine' });
  });

  it('is not looked for any more after a stop', async () => {
    const stop = new AbortController();
    const { options } = appOptions();
    const sleep = async () => stop.abort(new Error('stop'));
    const clock = { now: () => new Date(), sleep };
    const asked = findBroker(options.mqtt, createSupervisor(fake.url, TOKEN), clock, recordingLog().log, stop.signal);
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
    ['no object', { status: 200, body: null }, 'can not be read'],
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
