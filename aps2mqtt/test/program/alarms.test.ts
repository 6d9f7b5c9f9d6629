import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import type { WeakFrom } from '../../src/tools/simulator/years/description.ts';
import { writeYears } from '../../src/tools/simulator/years/writeYears.ts';
import { describeYear, TWELVE } from '../alarms/roofYears.ts';
import { type Ear, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { endPrograms, startProgram } from '../support/program.ts';

const ECU = '216200000001';
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const WEAK = { inverter: '704000000013', panel: 2, factor: 0.78, from: 40 };
const FAULTY = { inverter: '704000000019', panel: 1, factor: 0.5, from: 45 };
const YOUNG = '704000000022';

let broker: TestBroker | undefined;
let ear: Ear | undefined;
let ecu: Simulator | undefined;
let folder = '';

afterEach(async () => {
  await endPrograms();
  await ear?.close();
  await broker?.stop();
  await ecu?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Sixty day files lie in the folder, and the program is started. */
async function startWith(weak: readonly WeakFrom[], environment: Record<string, string> = {}) {
  folder = await mkdtemp(path.join(tmpdir(), 'alarms-'));
  const inverters = TWELVE.map((one) => (one.id === YOUNG ? { ...one, from: 55 } : one));
  const years = describeYear('sixty', ['chimney', 'snow', 'dirt', 'limit'], weak, {
    days: 60,
    lastDay: YESTERDAY,
    inverters,
  });
  expect(await writeYears({ folder, ecuId: ECU, years })).toBe(60);
  broker = await startBroker();
  ear = await listen(broker.port);
  const source = simulatedSite(
    { ecu: 'ecu-r-pro', ecuId: ECU, inverters: TWELVE.map(({ id }) => ({ family: 'ds3', id })) },
    { now: () => new Date() },
  );
  ecu = await startSimulator({ source });
  const program = startProgram({
    APS_ECU_IP: '127.0.0.1',
    APS_ECU_PORT: String(ecu.port),
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(broker.port),
    APS_HISTORY_DIR: folder,
    ...environment,
  });
  return { ear, program };
}

describe('the program, with a history', () => {
  it('tells which panels make less than they should, how bad it is, and why', async () => {
    const { ear, program } = await startWith([WEAK, FAULTY]);
    const heard = async (id: string, isWanted: (state: Record<string, unknown>) => boolean) =>
      JSON.parse(await ear.hears(`aps/${ECU}/${id}`, (payload) => isWanted(JSON.parse(payload))));

    expect(await heard(WEAK.inverter, ({ problem }) => problem === true)).toMatchObject({
      problems: [{ panel: 2, kind: 'weak', cause: 'fault', reason: expect.stringContaining('all day') }],
      good_days: 10,
      panel_1_ratio: expect.closeTo(100, -1),
      panel_2_ratio: expect.closeTo(78, -1),
    });
    expect(await heard(FAULTY.inverter, ({ problem }) => problem === true)).toMatchObject({
      problems: [{ panel: 1, kind: 'faulty', since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }],
    });
    expect(await heard('704000000015', ({ problem }) => problem === false)).toMatchObject({ problems: [] });
    // Five days are not enough to judge.
    const young = await heard(YOUNG, ({ good_days: days }) => Number(days) > 0);
    expect(young).toMatchObject({ problem: null, problems: [], panel_1_ratio: null, panel_2_ratio: null });
    expect(young.good_days).toBeLessThan(10);
    const array = await ear.hears(`aps/${ECU}`, (payload) => JSON.parse(payload).array_problem === true);
    expect(JSON.parse(array).array_problem).toBe(true);
    await program.says(`DS3 ${WEAK.inverter}, panel 2 is weak since`);
  });

  it('gives the reasons in the language of the names', async () => {
    const { ear } = await startWith([FAULTY], { APS_LANGUAGE: 'de' });
    const state = await ear.hears(`aps/${ECU}/${FAULTY.inverter}`, (payload) => JSON.parse(payload).problem === true);
    expect(JSON.parse(state).problems[0].reason).toContain('weniger');
  });
});
