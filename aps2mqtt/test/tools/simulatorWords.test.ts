import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { askedEcu, runSimulate, stopSimulating } from '../support/runSimulate.ts';

afterEach(stopSimulating);

const NOON = Date.parse('2026-06-21T12:00:30Z');
let now = NOON;
beforeEach(() => {
  now = NOON;
});
const simulate = (...args: readonly string[]) =>
  runSimulate(['--faults-from-stdin', '--timezone', 'UTC', ...args], { ...systemClock, now: () => new Date(now) });

describe('lies in values', () => {
  test('of a lifetime stay until it behaves, and nothing true is lost', async () => {
    const { type, summary, inverters } = await simulate();
    const truth = await summary();
    expect(await type('lifetime 0')).toBe('It says 0 kWh for lifetime, until behave.');
    expect(await summary()).toEqual({ ...truth, lifetimeEnergy: 0 });
    await type('today 0');
    expect(await summary()).toEqual({ ...truth, lifetimeEnergy: 0, todayEnergy: 0 });
    await type('lifetime 98765.4');
    await type('power 12');
    expect(await summary()).toEqual({ ...truth, lifetimeEnergy: 98_765.4, todayEnergy: 0, currentPower: 12 });
    expect(await inverters()).toHaveLength(11);
    now += 3_600_000;
    await type('behave');
    const later = await summary();
    expect(later.lifetimeEnergy).toBeGreaterThan(truth.lifetimeEnergy + 1);
    expect(later.todayEnergy).toBeGreaterThan(truth.todayEnergy + 1);
  });

  test('of a spike are for one answer, or for so many', async () => {
    const { type, summary } = await simulate();
    const { lifetimeEnergy, todayEnergy } = await summary();
    const risen = async () => {
      const said = await summary();
      return [said.lifetimeEnergy - lifetimeEnergy, said.todayEnergy - todayEnergy].map(Math.round);
    };
    expect(await type('spike 50')).toBe('It says 50 kWh more, once.');
    expect(await risen()).toEqual([50, 50]);
    expect(await risen()).toEqual([0, 0]);
    await type('spike 50 3');
    expect([await risen(), await risen(), await risen(), await risen()].map(([kWh]) => kWh)).toEqual([50, 50, 50, 0]);
    await type('spike -3 always');
    expect([await risen(), await risen(), await risen()].map(([kWh]) => kWh)).toEqual([-3, -3, -3]);
    await type('behave');
    expect(await risen()).toEqual([0, 0]);
  });

  test('go with faults of the connection, and from the start', async () => {
    const { type, summary } = await simulate('--fault', 'lifetime=0', '--fault', 'clock +1h', '--fault', 'delay 5');
    await type('close 1');
    await expect(summary()).rejects.toThrow('closed the connection');
    expect(await summary()).toMatchObject({ lifetimeEnergy: 0, lastUpload: '2026-06-21 13:00:00' });
  });

  test.each(['lifetime', 'lifetime minus', 'today -1', 'lifetime 500000000', 'spike 50 0', 'spike 50 3 4'])(
    '%s is none',
    async (line) => {
      const { type } = await simulate();
      expect(await type(line)).toMatch(/^\w+: how many kWh\? For example: \w+ 50/);
    },
  );

  test('are about the summary only', async () => {
    const { type } = await simulate();
    expect(await type('spike 50 on signal')).toBe('spike: only the summary has it, so leave out "on"');
  });
});

describe('clock, sun and counters', () => {
  test.each([
    ['clock +1h', '2026-06-21 13:00:00'],
    ['clock -2d', '2026-06-19 12:00:00'],
    ['clock +1h30m', '2026-06-21 13:30:00'],
    ['clock never', null],
    ['clock right', '2026-06-21 12:00:00'],
  ])('%s', async (line, stamp) => {
    const { type, reply } = await simulate();
    await type('clock +5d');
    await type(line);
    expect(await reply()).toMatchObject({ stamp });
    await type('behave');
    expect(await reply()).toMatchObject({ stamp: '2026-06-21 12:00:00' });
    expect(await type('clock 1h')).toMatch(/^clock: how wrong\? For example: clock \+1h/);
  });

  test('the sun jumps, goes on from there, and the clock does not follow', async () => {
    const { type, summary, reply } = await simulate('--inverters', 'ds3:2');
    const { currentPower } = await summary();
    expect(await type('sunset')).toBe('Its sun sets.');
    expect(await summary()).toMatchObject({ currentPower: 0, invertersOnline: 0 });
    expect(await reply()).toMatchObject({ stamp: '2026-06-21 12:00:00' });
    expect(await type('sunrise')).toBe('Its sun rises.');
    expect(await summary()).toMatchObject({ invertersOnline: 2 });
    now += 3 * 3_600_000;
    const morning = (await summary()).currentPower;
    expect(morning).toBeGreaterThan(200);
    await type('noon');
    expect((await summary()).currentPower).toBeGreaterThan(morning);
    expect(await type('real-sun')).toBe('Its sun is where it truly is.');
    expect((await summary()).currentPower).toBeLessThan(currentPower);
    const polar = await simulate('--latitude', '-80', '--longitude', '0');
    expect(await polar.type('sunset')).toBe('sunset: its sun neither rises nor sets today');
  });

  test('counters go on from elsewhere for good, and rounds stand still', async () => {
    const { type, summary, reply } = await simulate();
    expect(await type('lifetime-from 0')).toBe('It counts on from 0 kWh.');
    await type('today-from 2.5');
    expect(await summary()).toMatchObject({ lifetimeEnergy: 0, todayEnergy: 2.5 });
    now += 3_600_000;
    await type('behave');
    const { lifetimeEnergy, todayEnergy } = await summary();
    expect(lifetimeEnergy).toBeGreaterThan(1);
    expect(todayEnergy - 2.5).toBeCloseTo(lifetimeEnergy, 0);
    await type('freeze');
    now += 3_600_000;
    expect(await reply()).toMatchObject({ stamp: '2026-06-21 13:00:00' });
    await type('behave');
    expect(await reply()).toMatchObject({ stamp: '2026-06-21 14:00:00' });
    expect(await type('lifetime-from')).toBe('lifetime-from: from how many kWh? For example: lifetime-from 0');
  });
});

describe('inverters', () => {
  test('with ids of their own, on an ECU with its own', async () => {
    const ids = ['704000000011', '801000000012', '501000000013'];
    const { text, summary, inverters } = await simulate('--ecu', '216200000001', '--inverters', ids.join());
    expect(text()).toContain('Inverters: 1 DS3, 1 QS1, 1 YC1000');
    expect((await summary()).ecuId).toBe('216200000001');
    expect((await inverters()).map(({ id }) => id)).toEqual(ids);
  });

  test('come, go, and have weak panels', async () => {
    const { type, inverters } = await simulate('--inverters', '704000000011', '--weak', '704000000011/2:0.5');
    const powers = async () => (await inverters())[0]?.measurement?.powers ?? [];
    const [whole = 0, half = 0] = await powers();
    expect(half / whole).toBeGreaterThan(0.45);
    expect(half / whole).toBeLessThan(0.55);
    expect(await type('weak 704000000011/2:0')).toBe('Panel 2 of 704000000011 makes 0 of what it should.');
    expect(await powers()).toEqual([whole, 0]);
    expect(await type('weak 704000000011/3:0')).toBe('weak: 704000000011 has panels 1 to 2');
    expect(await type('weak 704000000011')).toMatch(/should be ID\/PANEL:PART/);
    expect(await type('add 801000000012')).toBe('It has the inverter 801000000012 now.');
    expect(await type('add 801000000012')).toBe('inverter 801000000012 is there already');
    expect(await type('add yc60')).toBe('add: no inverter "yc60"; did you mean yc600?');
    expect((await inverters()).map(({ id }) => id)).toEqual(['704000000011', '801000000012']);
    await type('remove 704000000011');
    expect((await inverters()).map(({ id }) => id)).toEqual(['801000000012']);
    expect(await type('remove 704000000011')).toBe('no inverter 704000000011 here');
  });
});

describe('several ECUs', () => {
  test('have ids and inverters of their own', async () => {
    const { ecus, text } = await simulate('--ecu', 'ecu-r-pro,ecu-b', '--inverters', 'ds3:2');
    const ids = await Promise.all(ecus.map(async (ecu) => (await ecu.summary()).ecuId.slice(0, 4)));
    expect(ids).toEqual(['2162', '2163']);
    const inverters = (await Promise.all(ecus.map((ecu) => ecu.inverters()))).flat();
    expect(new Set(inverters.map(({ id }) => id)).size).toBe(4);
    const [first, second] = ecus.map(({ port }) => port);
    expect(text()).toContain(`APS_ECU_IP=127.0.0.1,127.0.0.1 APS_ECU_PORT=${first},${second} `);
    await expect.poll(text, { timeout: 10_000 }).toMatch(/^2: \d\d:\d\d:\d\d asked for inverters$/m);
  });

  test('do all what is typed, or only one does', async () => {
    const { ecus, type } = await simulate('--ecus', '3');
    expect(await type('today 0')).toBe('It says 0 kWh for today, until behave.');
    expect(await type('2: lifetime 7')).toBe('It says 7 kWh for lifetime, until behave.');
    const said = await Promise.all(ecus.map((ecu) => ecu.summary()));
    expect(said.map(({ todayEnergy }) => todayEnergy)).toEqual([0, 0, 0]);
    expect(said.map(({ lifetimeEnergy }) => lifetimeEnergy)).toEqual([1234.5, 7, 1234.5]);
    expect(await type('4: lifetime 7')).toBe('there is no ECU 4: there are 3');
    expect(await type('add ds3')).toMatch(/^1: It has .*\n2: It has .*\n3: It has .*$/);
  });

  test('swap their addresses, also while one refuses, and swap back', async () => {
    const { ecus, type } = await simulate('--ecus', '2');
    const ids = () =>
      Promise.all(
        ecus.map((ecu) =>
          ecu.summary().then(
            ({ ecuId }) => ecuId,
            () => null,
          ),
        ),
      );
    const [one, two] = await ids();
    await type('swap');
    expect(await ids()).toEqual([two, one]);
    await type('1: refuse');
    expect(await ids()).toEqual([two, null]);
    await type('swap');
    expect(await ids()).toEqual([null, two]);
    await type('behave');
    expect(await ids()).toEqual([one, two]);
  });

  test('move, and stay where they are when the place is taken', async () => {
    const { ecus, type } = await simulate('--ecus', '2');
    const [first, second] = ecus;
    expect.assert(first !== undefined && second !== undefined);
    const { ecuId } = await first.summary();
    expect(await type(`1: move ${second.port}`)).toBe(`move: port ${second.port} at 127.0.0.1 is taken`);
    expect(await first.summary()).toMatchObject({ ecuId });
    const moved = /^It listens at 127\.0\.0\.1, port (\d+) now\.$/.exec(await type('1: move 0'));
    await expect(first.summary()).rejects.toThrow('connection refused');
    expect(await askedEcu(Number(moved?.[1])).summary()).toMatchObject({ ecuId });
    expect(await type('move 8901')).toBe('move: which ECU? For example: 2: move 8901');
    expect(await type('2: move nowhere')).toMatch(/^move: where to\? For example: move 8901/);
  });
});

test.each(['quit', 'exit', 'q'])('%s ends it', async (word) => {
  const { send, ended, summary } = await simulate();
  send(word);
  expect(await ended).toBe(0);
  await expect(summary()).rejects.toThrow('connection refused');
});
