import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inverterRequest, summaryRequest } from '../../src/ecu/commands.ts';
import { decodeInverters, type InverterRecord } from '../../src/ecu/inverters.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { tcpTransport } from '../../src/ecu/transport.ts';
import { UsageError } from '../../src/errors.ts';
import { capturedReply, readCapture } from '../../src/tools/captureFile.ts';
import { simulateCommand } from '../../src/tools/simulator/command.ts';

const PROGRAM = 'node dist/aps2mqtt.js';
const never = new AbortController().signal;
const DAY = 'test/frames/ecurpro-2.0.7A-ds3x8-day-k110.json';
const NIGHT = 'test/frames/ecurpro-2.0.7A-ds3x8-night-k110.json';

const running: (() => Promise<number>)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

/** A time that stands still until a test moves it on. */
const NOON = Date.parse('2026-06-21T12:00:30Z');
let now = NOON;
beforeEach(() => {
  now = NOON;
});
const clock = { now: () => new Date(now) };

/** A terminal where nobody types or reads. */
const deaf = () => ({ input: new PassThrough(), print: () => {} });

/** The command in this process, at a free port. */
async function simulate(...args: readonly string[]) {
  const stop = new AbortController();
  const printed: string[] = [];
  const input = new PassThrough();
  const terminal = { input, print: (line: string) => printed.push(line) };
  const words = ['--port', '0', ...args];
  const ended = simulateCommand(words, { TZ: 'Europe/Paris' }, stop.signal, PROGRAM, terminal, clock);
  ended.catch(() => {});
  running.push(() => {
    stop.abort();
    return ended;
  });
  const text = () => printed.join('\n');
  await Promise.race([ended, expect.poll(text).toMatch(/port \d+/)]);
  const port = Number(/port (\d+)/.exec(text())?.[1]);
  const ask = (request: Buffer) => tcpTransport('127.0.0.1', port, { idle: 200, total: 1000 }).exchange(request, never);
  const summary = async () => decodeSummary(await ask(summaryRequest()));
  return {
    text,
    port,
    stop: () => {
      stop.abort();
      return ended;
    },
    summary,
    async inverters(): Promise<readonly InverterRecord[]> {
      const reply = decodeInverters(await ask(inverterRequest('0002', (await summary()).ecuId)));
      return reply.kind === 'data' ? reply.records : [];
    },
    /** Types a line and waits for the answer to it. */
    async type(line: string): Promise<string> {
      const before = printed.length;
      input.write(`${line}\n`);
      await expect.poll(() => printed.length).toBeGreaterThan(before);
      return printed.slice(before).join('\n');
    },
  };
}

describe('simulate', () => {
  test('serves one inverter of every family, and says where', async () => {
    const { text, port, summary, inverters, stop } = await simulate();
    expect(text()).toContain('Simulating an ECU-R-Pro with the id 2162');
    expect(text()).toContain('1 YC500, 1 YC600, 1 DS3, 1 DS3-S, 1 DS3-L, 1 DS3-H, 1 YC1000, 1 QT2, 1 QS1, 1 QS1A');
    expect(text()).toContain(
      `\n  APS_ECU_IP=127.0.0.1 APS_ECU_PORT=${port} MQTT_BROKER_HOST=127.0.0.1 MQTT_DISCOVERY_ENABLED=true ${PROGRAM}\n`,
    );
    expect(await summary()).toMatchObject({ invertersRegistered: 10, firmware: expect.stringMatching(/^ECU_R_PRO/) });
    expect(
      (await inverters())
        .map(({ type }) => type)
        .sort()
        .join(),
    ).toBe('01,01,01,01,01,02,02,03,03,04');
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
    const night = await simulate('--timezone', 'Europe/Paris');
    expect(night.text()).toMatch(
      /\nIt is night there until 05:5\d: all inverters are offline\. --day begins at sunrise\.\n/,
    );
    const there = await simulate('--latitude', '40', '--longitude', '-120');
    expect(there.text()).not.toContain('It is night');
    const polar = await simulate('--day', '--latitude', '-80', '--longitude', '0');
    expect(polar.text()).toContain('\nThe sun does not rise there today: all inverters are offline.\n');
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

  test('lets energies grow by the clock on the wall, however fast its time runs', async () => {
    const { text, summary } = await simulate('--speed', '3600', '--inverters', 'qt2:20');
    expect(text()).toContain('Its time runs 3600 times as fast as yours, its energies grow by yours.');
    const { lifetimeEnergy } = await summary();
    now += 10_000;
    const made = Number((await summary()).lifetimeEnergy) - Number(lifetimeEnergy);
    expect(made).toBeLessThan(0.2);
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
    expect(await type('never-heard 2')).toBe('The last 2: never-heard; all others: online.');
    expect((await inverters()).map(({ type: code }) => code)).toEqual(['01', '00', '00']);
    expect(await type('offline 2')).toBe('The last 2: offline; all others: online.');
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
  });

  test('that are not understood change nothing', async () => {
    const { type, summary } = await simulate('--faults-from-stdin', '--replay', DAY);
    expect(await type('silence')).toBe('no fault "silence"; did you mean silent?');
    expect(await type('explode the house')).toMatch(/^no fault "explode"; there are silent, close/);
    expect(await type('cut')).toMatch(/^"cut" is not a valid fault; for example: cut 40/);
    expect(await type('cut 40 0')).toContain('is not a valid fault');
    expect(await type('cut 40 1 2')).toContain('is not a valid fault');
    expect(await type('status 03')).toContain('is not a valid fault');
    expect(await type('silent on everything')).toBe('no query "everything"; there are summary, inverters, signal');
    expect(await type('offline 1')).toBe('offline: captured replies are served as they are');
    expect(await type('help')).toContain('ends all faults');
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
    const asked = tcpTransport('127.0.0.1', port, { idle: 300, total: 1000 }).exchange(summaryRequest(), never);
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
    [['--offline', '11'], '--offline 11: a number from 0 to 10'],
    [['--latitude', '48'], '--longitude is missing: a place is told by both'],
    [['--longitude', '2.35'], '--latitude is missing: a place is told by both'],
    [['--replay', DAY, '--inverters', 'ds3'], '--inverters does nothing with --replay'],
    [['--replay', DAY, '--speed', '60'], '--speed does nothing with --replay'],
    [['--latitude', '91', '--longitude', '2'], '--latitude 91: a number from -90 to 90'],
    [['--timezone', 'Mars/Olympus'], '--timezone Mars/Olympus: a time zone looks like Europe/Paris'],
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
