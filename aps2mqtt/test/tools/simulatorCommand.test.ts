import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { summaryRequest } from '../../src/ecu/commands.ts';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { tcpTransport } from '../../src/ecu/transport.ts';
import { UsageError } from '../../src/errors.ts';
import { capturedReply, readCapture } from '../../src/tools/captureFile.ts';
import { simulateCommand } from '../../src/tools/simulator/command.ts';
import { PROGRAM, runSimulate, stopSimulating } from '../support/runSimulate.ts';

const never = new AbortController().signal;
const DAY = 'test/frames/ecurpro-2.0.7A-ds3x8-day-k110.json';
const NIGHT = 'test/frames/ecurpro-2.0.7A-ds3x8-night-k110.json';

afterEach(stopSimulating);

/** A time that stands still until a test moves it on. */
const NOON = Date.parse('2026-06-21T12:00:30Z');
let now = NOON;
beforeEach(() => {
  now = NOON;
});
const simulate = (...args: readonly string[]) => runSimulate(args, { ...systemClock, now: () => new Date(now) });

/** A terminal where nobody types or reads. */
const deaf = () => ({ input: new PassThrough(), print: () => {} });

describe('simulate', () => {
  test('serves one inverter of every family, and says where', async () => {
    const { text, port, summary, inverters, stop } = await simulate();
    expect(text()).toContain('Simulating an ECU-R-Pro with the id 2162');
    expect(text()).toContain(
      '1 YC500, 1 YC600, 1 DS3, 1 DS3-S, 1 DS3-L, 1 DS3-M, 1 DS3-H, 1 YC1000, 1 QT2, 1 QS1, 1 QS1A',
    );
    expect(text()).toContain(
      `\n  APS_ECU_IP=127.0.0.1 APS_ECU_PORT=${port} MQTT_BROKER_HOST=127.0.0.1 MQTT_DISCOVERY_ENABLED=true ${PROGRAM}\n`,
    );
    expect(await summary()).toMatchObject({ invertersRegistered: 11, firmware: expect.stringMatching(/^ECU_R_PRO/) });
    expect(
      (await inverters())
        .map(({ type }) => type)
        .sort()
        .join(),
    ).toBe('01,01,01,01,01,01,02,02,03,03,04');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d asked for summary$/m);
    expect(text()).toMatch(/asked for inverters$/m);
    expect(await stop()).toBe(0);
    await expect(summary()).rejects.toThrow('connection refused');
  });

  test('serves the inverters asked for', async () => {
    const { text, inverters } = await simulate('--ecu', 'ecu-b', '--inverters', 'DS3:4, qs1:2,yc1000');
    expect(text()).toContain('Simulating an ECU-B with the id 2163');
    expect(text()).toContain('Inverters: 4 DS3, 2 QS1, 1 YC1000');
    expect((await inverters()).map(({ id }) => id.slice(0, 2))).toEqual(['70', '70', '70', '70', '80', '80', '50']);
  });

  test('counts the ones offline and never heard from the last', async () => {
    const { inverters } = await simulate('--inverters', 'ds3:4', '--offline', '1', '--never-heard', '2');
    const types = (await inverters()).map(({ online, type }) => `${online} ${type}`);
    expect(types).toEqual(['true 01', 'false 01', 'false 00', 'false 00']);
  });

  test('says at night that all inverters are offline, and until when', async () => {
    now = Date.parse('2026-06-21T23:00:30Z');
    const night = await simulate('--timezone', 'Europe/Paris', '--real-sun');
    expect(night.text()).toMatch(/\nIt is night there until 05:5\d: its inverters sleep\. --day begins at sunrise\.\n/);
    const there = await simulate('--latitude', '40', '--longitude', '-120');
    expect(there.text()).not.toContain('It is night');
    const polar = await simulate('--day', '--latitude', '-80', '--longitude', '0');
    expect(polar.text()).toContain('\nThe sun does not rise there today: its inverters sleep.\n');
  });

  test('tells by day nothing of a night', async () => {
    expect((await simulate()).text()).not.toMatch(/night|sun/);
  });

  test('begins a day at sunrise, and runs 60 times as fast', async () => {
    const { text, summary } = await simulate('--day', '--inverters', 'ds3:2', '--timezone', 'Europe/Paris');
    expect(text()).toContain('Its time runs 60 times as fast as yours');
    expect(text()).toContain(' APS_POLL_INTERVAL=60 ');
    expect(await summary()).toMatchObject({ currentPower: 0, invertersOnline: 0, todayEnergy: 0, lastUpload: null });
    // A round later they are awake.
    now += 6_000;
    expect(await summary()).toMatchObject({ invertersOnline: 2 });
    expect(text()).not.toContain('It is night');
    now += 7 * 60_000;
    expect(await summary()).toMatchObject({ invertersOnline: 2, lastUpload: '2026-06-21 13:00:00' });
    now += 16 * 60_000;
    expect(await summary()).toMatchObject({ currentPower: 0, todayEnergy: 0 });
  });

  test('lets time run as fast as told', async () => {
    const { summary } = await simulate('--speed', '120', '--round', '10', '--timezone', 'UTC');
    expect(await summary()).toMatchObject({ lastUpload: '2026-06-21 12:00:20' });
    now += 1000;
    expect(await summary()).toMatchObject({ lastUpload: '2026-06-21 12:02:20' });
  });

  test('shows power in the evening, too, unless the real sun is asked for', async () => {
    now = Date.parse('2026-11-24T20:00:30Z');
    const evening = await simulate('--inverters', 'ds3:2');
    expect(evening.text()).toContain('\nIts sun begins at noon, as the real one is low. --real-sun:');
    const { currentPower, todayEnergy } = await evening.summary();
    expect(currentPower).toBeGreaterThan(300);
    expect(todayEnergy).toBeGreaterThan(0.5);
    now += 6 * 3_600_000;
    expect(await evening.summary()).toMatchObject({ currentPower: 0, invertersOnline: 0 });
    const real = await simulate('--inverters', 'ds3:2', '--real-sun');
    expect(await real.summary()).toMatchObject({ currentPower: 0, invertersOnline: 0 });
  });

  test('makes the energy of a whole day on a fast one', async () => {
    const { text, summary } = await simulate('--day', '--inverters', 'ds3:2', '--timezone', 'UTC');
    expect(text()).toContain('Its time runs 60 times as fast as yours, and its energies grow as fast.');
    const { lifetimeEnergy } = await summary();
    now += 16.5 * 60_000;
    const { todayEnergy, lifetimeEnergy: after } = await summary();
    // Four panels of 440 W, at midsummer in Paris.
    expect(todayEnergy).toBeGreaterThan(12);
    expect(after - lifetimeEnergy).toBeCloseTo(todayEnergy, 0);
  });

  test('replays captures in turn', async () => {
    const { text, inverters } = await simulate('--replay', DAY, NIGHT);
    expect(text()).toContain('Replaying captured replies, one after the other');
    expect(text()).toContain('ECU-R-Pro (2162) fw 2.0.7A');
    expect((await inverters()).filter(({ online }) => online)).toHaveLength(4);
    expect((await inverters()).filter(({ online }) => online)).toHaveLength(0);
    const reply = capturedReply(readCapture(DAY), '0002');
    expect.assert(reply !== null);
    expect({ ...decodeInverters(reply) }).toMatchObject({ records: await inverters() });
  });

  test('misbehaves from the start', async () => {
    const { summary, inverters } = await simulate('--fault', 'cut=40 2', '--fault=silent on inverters');
    await expect(summary()).rejects.toThrow('40 bytes, then: closed the connection');
    await expect(summary()).rejects.toThrow('40 bytes, then: closed the connection');
    expect(await summary()).toMatchObject({ deviceClass: '01' });
    await expect(inverters()).rejects.toThrow('silent for');
  });

  test('prints help with an example, and ends', async () => {
    const printed: string[] = [];
    const terminal = { input: new PassThrough(), print: (line: string) => printed.push(line) };
    expect(await simulateCommand(['--help'], {}, never, PROGRAM, terminal)).toBe(0);
    expect(printed.join()).toContain('aps2mqtt simulate --inverters ds3:4,qs1:2,yc1000:1 --offline 1');
    expect(printed.join()).toContain('cut BYTES');
  });

  test('ends when it was told to before it began', async () => {
    expect(await simulateCommand(['--port', '0'], {}, AbortSignal.abort(), PROGRAM, deaf())).toBe(0);
  });
});

describe('lines that are typed while it runs', () => {
  test('misbehave, and behave again', async () => {
    const { type, summary } = await simulate('--faults-from-stdin');
    expect(await type('close 2')).toBe('It does: close 2');
    await expect(summary()).rejects.toThrow('closed the connection');
    await expect(summary()).rejects.toThrow('closed the connection');
    expect(await summary()).toMatchObject({ deviceClass: '01' });
    await type('refuse');
    await expect(summary()).rejects.toThrow('connection refused');
    expect(await type('cut 40')).toBe('It does: cut 40');
    await expect(summary()).rejects.toThrow('40 bytes, then');
    expect(await type('behave')).toBe('It behaves.');
    expect(await summary()).toMatchObject({ deviceClass: '01' });
  });

  test('take inverters offline', async () => {
    const { type, inverters } = await simulate('--faults-from-stdin', '--inverters', 'ds3:3');
    expect(await type('never-heard 2')).toBe('The last 2 inverters were never heard, all others are online.');
    expect((await inverters()).map(({ type: code }) => code)).toEqual(['01', '00', '00']);
    expect(await type('offline 2')).toBe('The last 2 inverters are offline, all others are online.');
    expect((await inverters()).map(({ type: code, online }) => `${code} ${online}`)).toEqual([
      '01 true',
      '01 false',
      '01 false',
    ]);
    await type('never-heard 1');
    expect((await inverters()).map(({ type: code, online }) => `${code} ${online}`)).toEqual([
      '01 true',
      '01 true',
      '00 false',
    ]);
    expect(await type('help')).toMatch(
      /offline N .*and all others online\n.*never-heard N .*and all others are online\n/,
    );
    expect(await type('offline 0')).toBe('All inverters are online.');
    expect((await inverters()).map(({ type: code }) => code)).toEqual(['01', '01', '01']);
    expect(await type('offline 4')).toBe('offline: how many? A number from 0 to 3');
    expect(await type('offline 3')).toBe('The last 3 inverters are offline: these are all.');
    await type('sunset');
    expect(await type('never-heard 1')).toBe(
      'The last inverter was never heard, all others are asleep, as it is night there.',
    );
    expect(await type('offline 0')).toBe('All inverters are asleep, as it is night there.');
    expect((await inverters()).map(({ online }) => online)).toEqual([false, false, false]);
  });

  test('that are not understood change nothing', async () => {
    const { type, summary } = await simulate('--faults-from-stdin', '--replay', DAY);
    expect(await type('silence')).toBe('no word "silence"; did you mean silent?');
    expect(await type('explode the house')).toMatch(
      /^no word "explode"; there are silent, close, .*, lifetime, .*, offline, .*, swap, modbus, web, behave, help, quit$/,
    );
    expect(await type('cut')).toMatch(/^"cut" is not a valid fault; for example: cut 40/);
    expect(await type('cut 40 0')).toContain('is not a valid fault');
    expect(await type('cut 40 1 2')).toContain('is not a valid fault');
    expect(await type('status 03')).toContain('is not a valid fault');
    expect(await type('silent on everything')).toBe('no query "everything"; there are summary, inverters, signal');
    expect(await type('offline 1')).toBe('offline: captured replies are served as they are');
    expect(await type('help')).toContain('ends all faults');
    expect(await type('sunset')).toBe('sunset: captured replies are served as they are');
    expect(await summary()).toMatchObject({ ecuId: '216227822010' });
  });

  const WHOLE = 111;
  test.each([
    ['delay 5', WHOLE],
    ['hang 40', /40 bytes, then: silent/],
    ['reset', /connection reset/],
    ['reset 40', /40 bytes, then: connection reset/],
    ['split 16,40', WHOLE],
    ['garbage', /expected "APS"/],
    ['garbage 5', /expected "APS"/],
    ['endless', 10_000],
    ['surplus 5', WHOLE],
    ['length 9999', /111 bytes, then: closed/],
    ['command 0002', WHOLE],
    ['status 02', 16],
    ['silent 1', /silent for/],
  ] as const)('%s', async (line, outcome) => {
    const { type, port } = await simulate(
      '--faults-from-stdin',
      '--replay',
      'test/frames/ecurpro-2.0.0-ecu-a-k13.json',
    );
    await type(line);
    const asked = tcpTransport('127.0.0.1', port, { idle: 2_000, total: 5_000 }).exchange(summaryRequest(), never);
    if (typeof outcome === 'number') {
      expect(await asked).toHaveLength(outcome);
    } else {
      await expect(asked).rejects.toThrow(outcome);
    }
  });
});

describe('wrong usage says what was meant', () => {
  test.each([
    [['--inverter', 'ds3'], 'There is no option --inverter. Did you mean --inverters?'],
    [['--inverters', 'ds4:2'], '--inverters: no inverter "ds4"; did you mean ds3?'],
    [['--inverters', 'hoymiles'], 'there are yc500, yc600'],
    [['--inverters', 'ds3:0'], '"ds3:0" should be an inverter and how many, such as ds3:4'],
    [['--inverters', 'ds3:60,qs1:41'], 'more than 100'],
    [['--ecu', 'ecu-3'], '--ecu ecu-3: one of ecu-r, ecu-r-pro, ecu-b, ecu-c'],
    [['--port', 'eight'], '--port eight: a number from 0 to 65535'],
    [['--port', ''], '--port : a number from 0 to 65535'],
    [['--round', '90.5'], '--round 90.5: a whole number'],
    [['--round', '60', '--delay', '60'], '--delay 60: a number from 0 to 59'],
    [['--offline', '12'], '--offline 12: a number from 0 to 11'],
    [['--latitude', '48'], '--longitude is missing: a place is told by both'],
    [['--longitude', '2.35'], '--latitude is missing: a place is told by both'],
    [['--replay', DAY, '--inverters', 'ds3'], '--inverters does nothing with --replay'],
    [['--replay', DAY, '--speed', '60'], '--speed does nothing with --replay'],
    [['--latitude', '91', '--longitude', '2'], '--latitude 91: a number from -90 to 90'],
    [['--timezone', 'Mars/Olympus'], '--timezone Mars/Olympus: a time zone looks like Europe/Paris'],
    [['--lifetime-step', '0.25'], '--lifetime-step 0.25: whole tenths of kWh'],
    [['--lying-today', 'halve'], '--lying-today halve: did you mean half?'],
    [['--panels', 'est:2'], '--panels: no side "est"; did you mean east?'],
    [['--panels', 'east:0'], '"east:0" should be a side and how many panels'],
    [['--weak', '704000000011/2:0.8'], 'weak: no inverter 704000000011; there are 103'],
    [['--inverters', '704000000011', '--weak', '704000000011/3:0.8'], 'weak: 704000000011 has panels 1 to 2'],
    [['--inverters', '704000000011', '--weak', '704000000011/2:1.8'], 'with a part from 0 to 1'],
    [['--inverters', '704000000011,704000000011'], '--inverters: 704000000011 is there twice'],
    [['--inverters', '999000000011'], 'should have 12 digits and begin with 103 (yc500)'],
    [['--ecu', '216200000001', '--ecus', '2'], '--ecus 2: two ECUs never have the same id'],
    [['--ecus', '2', '--host', '127.0.0.1,127.0.0.2,127.0.0.3'], '--host: 3 addresses for 2 ECUs'],
    [['--ecus', '2', '--port', '65535'], '--port 65535: no room for 2 ports up to 65535'],
    [['--fault', 'swap'], 'swap: this takes two ECUs'],
    [['--fault', 'spik 50'], 'no word "spik"; did you mean spike?'],
    [['--script', 'nowhere.txt'], 'the script nowhere.txt cannot be read'],
    [['--fault', 'cut'], '"cut" is not a valid fault'],
    [['capture.json'], 'what is "capture.json"? Captured replies are named by --replay FILE'],
    [['--replay', 'nowhere.json'], 'nowhere.json cannot be read'],
    [['--host', '192.0.2.1', '--port', '0'], 'port 0 at 192.0.2.1 cannot be served'],
  ])('%j', async (args, words) => {
    const error = await simulateCommand(args, {}, never, PROGRAM, deaf()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(words);
  });

  test('a port that is taken', async () => {
    const { port } = await simulate();
    const second = simulateCommand(['--port', String(port)], {}, never, PROGRAM, deaf());
    await expect(second).rejects.toThrow(`port ${port} at 127.0.0.1 is taken: choose another one with --port`);
  });
});
