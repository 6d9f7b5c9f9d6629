import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { type Ear, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { endPrograms, type Program, startProgram } from '../support/program.ts';
import { AVAILABILITY, DS3, ECU, ROOF, STATES } from '../support/roof.ts';
import { until } from '../support/until.ts';

const NOON = new Date('2026-06-21T11:00:00Z');
const ALWAYS = { times: Number.POSITIVE_INFINITY };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  await endPrograms();
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

interface House {
  readonly broker: TestBroker;
  readonly ear: Ear;
  readonly ecu: Simulator;
  readonly site: ReturnType<typeof simulatedSite>;
  readonly stateFile: string;
  start(more?: Record<string, string>): Program;
}

/** A broker, an ECU in the sun, and a place for the saved state. */
async function house(): Promise<House> {
  const site = simulatedSite({ ...ROOF, lifetimeEnergy: 1234.5, todayEnergy: 3.5 }, { now: () => NOON });
  const ecu = await startSimulator({ source: site });
  ends.push(() => ecu.stop());
  const broker = await startBroker();
  ends.push(() => broker.stop());
  const ear = await listen(broker.port);
  ends.push(() => ear.close());
  const stateFile = path.join(mkdtempSync(path.join(tmpdir(), 'aps2mqtt-')), 'state.json');
  const environment = {
    APS_ECU_IP: '127.0.0.1',
    APS_ECU_PORT: String(ecu.port),
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(broker.port),
    MQTT_DISCOVERY_ENABLED: 'true',
    APS_STATE_FILE: stateFile,
  };
  return { broker, ear, ecu, site, stateFile, start: (more) => startProgram({ ...environment, ...more }) };
}

/** The program has read the ECU and written its state. */
async function settled({ ear, stateFile, start }: House, more?: Record<string, string>): Promise<Program> {
  const program = start(more);
  await ear.hears(`${STATES}/${DS3}`);
  await until('the saved state', () => readdirSync(path.dirname(stateFile)).includes('state.json'));
  return program;
}

const values = (ear: Ear, from: number, key: string) =>
  ear.all
    .slice(from)
    .filter(({ topic }) => topic === STATES)
    .map(({ payload }) => JSON.parse(payload)[key]);

describe('killed with SIGKILL and started again while the ECU is silent', () => {
  it.each([
    ['takes no connections', { kind: 'refuse' }],
    ['never answers', { kind: 'silent' }],
  ] as const)('(%s): all is announced, energies are held, nothing live is told', async (_, fault) => {
    const one = await house();
    const { ear, ecu } = one;
    const program = await settled(one);
    await program.stop('SIGKILL');
    await ear.hears('aps/status', (payload) => payload === 'offline');
    ecu.misbehave(fault, ALWAYS);

    // The broker has lost all as well.
    for (const topic of [...ear.last.keys()].filter((name) => name.endsWith('/config') || name === AVAILABILITY)) {
      await ear.client.publishAsync(topic, '', { retain: true, qos: 1 });
      await ear.hears(topic, (payload) => payload === '');
    }
    const from = ear.all.length;
    const again = one.start();
    for (const { id } of one.site.inverters) {
      await ear.hears(`homeassistant/device/aps_${id}/config`, (payload) => payload.includes('origin'));
    }
    await ear.hears(AVAILABILITY, (payload) => payload === 'offline');
    expect(values(ear, from, 'lifetime_energy')[0]).toBe(1234.5);
    expect(values(ear, from, 'today_energy')[0]).toBe(3.5);
    const said = ear.all
      .slice(from)
      .filter(({ topic, payload }) => topic.startsWith(STATES) && payload.startsWith('{'));
    for (const { payload } of said) {
      const told = Object.entries(JSON.parse(payload));
      const live = told
        .filter(([key]) => !/energy$|^model$|^firmware$|^problems$|^good_days$/.test(key))
        .map(([, value]) => value);
      expect(new Set(live)).toEqual(new Set([null]));
    }

    await ecu.behave();
    expect((await again.stop()).code).toBe(0);
  });
});

describe('the saved state', () => {
  it.each([
    ['is garbage', 'no JSON\0at all'],
    ['is cut', '{"version":1,"ecus":[{"address":"127.0.0.1:88'],
    ['is of another version', '{"version":99,"ecus":[]}'],
    ['is not what it should be', '{"version":1,"ecus":[{"address":7,"ecuId":"#"}]}'],
    ['is empty', ''],
  ])('%s: set aside, told once, and written anew', async (_, text) => {
    const one = await house();
    writeFileSync(one.stateFile, text);
    const program = one.start();
    await one.ear.hears(`${STATES}/${DS3}`);
    await until('the saved state', () => readdirSync(path.dirname(one.stateFile)).includes('state.json'));
    expect(program.output().match(/The saved state in/g)).toHaveLength(1);
    expect(readFileSync(`${one.stateFile}.broken`, 'utf8')).toBe(text);
    expect((await program.stop()).code).toBe(0);
    expect(JSON.parse(readFileSync(one.stateFile, 'utf8')).ecus[0].ecuId).toBe(ECU);
  });

  it('cannot be written: told once, all goes on', async () => {
    const one = await house();
    // Nobody, not even root, can write to a folder that is not there.
    const program = one.start({ APS_STATE_FILE: path.join(path.dirname(one.stateFile), 'nowhere', 'state.json') });
    await one.ear.hears(`${STATES}/${DS3}`);
    await program.says('The state cannot be saved');
    expect((await program.stop()).code).toBe(0);
  });

  it('is a folder: told, and all goes on', async () => {
    const one = await house();
    mkdirSync(one.stateFile);
    const program = one.start();
    await one.ear.hears(`${STATES}/${DS3}`);
    await program.says('The saved state cannot be read');
    expect((await program.stop()).code).toBe(0);
  });

  it('survives ten kills at any moment', async () => {
    const one = await house();
    await (await settled(one)).stop('SIGKILL');
    for (let kill = 0; kill < 10; kill++) {
      const before = one.ecu.requests.length;
      const program = one.start();
      await until('a poll', () => one.ecu.requests.length >= before + 3);
      await new Promise((resolve) => setTimeout(resolve, kill));
      await program.stop('SIGKILL');
      expect(JSON.parse(readFileSync(one.stateFile, 'utf8')).ecus[0].energy.lifetime.value).toBe(1234.5);
    }
    expect(readdirSync(path.dirname(one.stateFile)).filter((name) => name.endsWith('.broken'))).toEqual([]);
  });
});

describe('a lifetime that is 0 right after a restart', () => {
  it('is held, since the saved state knows better', async () => {
    const one = await house();
    await (await settled(one)).stop();
    const from = one.ear.all.length;
    one.ecu.misbehave(
      {
        kind: 'patch',
        patch: (reply) => {
          reply.writeUInt32BE(0, 27);
          return reply;
        },
      },
      { command: '0001', ...ALWAYS },
    );
    const program = one.start();
    await program.says('which is impossible');
    await until('a state', () => values(one.ear, from, 'current_power').some((power) => power > 0));
    expect(new Set(values(one.ear, from, 'lifetime_energy'))).toEqual(new Set([1234.5]));
  });
});
