import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import type { Installation } from '../support/installation.ts';
import {
  AVAILABILITY,
  DS3,
  ECU,
  expectNoHurry,
  HOUR,
  MINUTE,
  STATES,
  settledRoof,
  sharedBroker,
} from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';

const SUMMARY = '0001';
const INVERTERS = '0002';
const SIGNAL = '0030';
const ALWAYS = { times: Number.POSITIVE_INFINITY };

const broker = sharedBroker();

interface Aftermath {
  /** s from the last thing that went wrong to the first values after it. */
  readonly backAfter: number;
  readonly told: readonly string[];
  readonly availability: readonly string[];
}

/** Lets so many queries go wrong and waits until values come again. */
async function strike(roof: Installation, fault: Fault, command: string, times: number): Promise<Aftermath> {
  const { ecu, lines, heard } = roof;
  const [line, message, failures] = [lines.length, heard.length, roof.failures().length];
  const queries = () => ecu.served.filter((one) => one.command === command).length;
  const last = queries() + times;
  ecu.simulator.misbehave(fault, { command, times });
  await roof.passUntil('a good query', () => queries() > last, 30 * MINUTE);
  await roof.pass(1_000);
  expect(roof.failures()).toHaveLength(failures + times);
  const failedAt = roof.failures().at(-1) ?? new Date(0);
  const back = heard.slice(message).find(({ topic, at }) => topic === STATES && at > failedAt);
  await roof.pass(12 * MINUTE);
  return {
    backAfter: ((back?.at.getTime() ?? Number.POSITIVE_INFINITY) - failedAt.getTime()) / 1_000,
    told: roof.told(line),
    availability: roof.on(AVAILABILITY, message),
  };
}

const text = (words: string): Fault => ({ kind: 'garbage', bytes: Buffer.from(words) });
const patch = (change: (reply: Buffer) => Buffer): Fault => ({ kind: 'patch', patch: change });

/** Not one byte comes back. */
const SILENT: Readonly<Record<string, Fault>> = {
  'takes the query and never answers': { kind: 'silent' },
  'closes the connection': { kind: 'close' },
  'resets the connection': { kind: 'reset' },
};

/** Something comes back that is no reply to the query. */
const UNREADABLE: Readonly<Record<string, Fault>> = {
  'cut in the head': { kind: 'cut', at: 7 },
  'cut in the middle': { kind: 'cut', at: 45 },
  'cut before the last byte': patch((reply) => reply.subarray(0, -1)),
  'hanging in the head': { kind: 'hang', at: 7 },
  'hanging in the middle': { kind: 'hang', at: 45 },
  'reset in the middle': { kind: 'reset', after: 45 },
  'of a length that is too short': { kind: 'length', value: 44 },
  'of a length that is too long': { kind: 'length', value: 9_999 },
  'of the length 0': { kind: 'length', value: 0 },
  'of a length in letters': patch((reply) => Buffer.concat([Buffer.from('APS11oops'), reply.subarray(9)])),
  'to another query': { kind: 'command', value: '0004' },
  'made of random bytes': { kind: 'garbage', count: 300 },
  'without END': patch((reply) => Buffer.concat([reply.subarray(0, -4), Buffer.from('ENDE')])),
  "a web server's": text('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  endless: { kind: 'endless' },
  'endless zeros': { kind: 'endless', bytes: Buffer.alloc(1) },
  'of status 01': { kind: 'status', value: '01' },
};

const LAST_VALUES = expect.stringMatching(
  /^ECU-R-Pro \d{12} (?:sent a (?:garbled reply \(its bytes|reply that cannot be used \(expected)|is not what answers at .*: that is a web server).*\. The last values stay for now$/,
);
const AGAIN = expect.stringMatching(/^ECU-R-Pro \d{12} answers again$/);
const UNREADABLE_NOW = expect.stringMatching(
  /^ECU-R-Pro \d{12}: its live values are unavailable until a reply can be read$/,
);
const BACK = expect.stringMatching(/^ECU-R-Pro \d{12} answers again: its live values are back$/);
const UNKNOWN = (half: string) =>
  expect.stringMatching(
    new RegExp(`^ECU-R-Pro \\d{12}: its ${half} could not be read 3 times in a row, and are unknown now$`),
  );

/**
 * For one query it is not even told. For a poll it costs a half of the values a minute; for four polls that half is
 * unknown for a while. The ECU answers all the time.
 *
 * @param told of one that lasts for a poll
 */
async function expectHalf(roof: Installation, fault: Fault, told: readonly unknown[]): Promise<void> {
  for (const [command, half] of [
    [SUMMARY, 'totals'],
    [INVERTERS, 'inverters'],
  ] as const) {
    const once = await strike(roof, fault, command, 1);
    expect(once.backAfter).toBeLessThanOrEqual(10);
    expect(once.told).toEqual([]);

    const forAPoll = await strike(roof, fault, command, 2);
    expect(forAPoll.backAfter).toBeLessThanOrEqual(65);
    expect(forAPoll.told).toEqual(told);

    const forLonger = await strike(roof, fault, command, 8);
    expect(forLonger.backAfter).toBeLessThanOrEqual(65);
    expect(forLonger.told).toEqual([...told.slice(0, 1), UNKNOWN(half), AGAIN]);
    expect([...once.availability, ...forAPoll.availability, ...forLonger.availability]).toEqual([]);
  }
}

describe.concurrent.each(Object.entries(SILENT))('an ECU that %s', (_, fault) => {
  it('where one query is asked', async () => {
    const roof = await settledRoof(broker.port);
    await expectHalf(roof, fault, []);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
    expectNoHurry(roof);
  });

  it('for four polls', async () => {
    const roof = await settledRoof(broker.port);
    const [line, message] = [roof.lines.length, roof.heard.length];
    // Three queries of each poll: the totals of a silent ECU are asked for once.
    roof.ecu.simulator.misbehave(fault, { times: 12 });
    await roof.pass(15 * MINUTE);
    expect(roof.told(line)).toEqual([
      expect.stringMatching(
        /^ECU-R-Pro \d{12} does not answer: .*[.?] Its live values are unavailable\. Trying again$/,
      ),
      BACK,
    ]);
    expect(roof.on(AVAILABILITY, message)).toEqual(['offline', 'online']);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
    expectNoHurry(roof);
  });
});

describe.concurrent.each(Object.entries(UNREADABLE))('a reply that is %s', (name, fault) => {
  it('where one query is asked: once, for a poll, and for four polls', async () => {
    const roof = await settledRoof(broker.port);
    // An ECU that does not know its own id is asked who it is, and again.
    const isIdAsked = name === 'of status 01';
    if (isIdAsked) {
      for (const times of [1, 2]) {
        const { told, availability } = await strike(roof, fault, INVERTERS, times);
        expect([...told, ...availability]).toEqual([]);
      }
    } else {
      await expectHalf(roof, fault, [LAST_VALUES, AGAIN]);
      // The bytes, for a bug report.
      const dumps = roof.lines.filter(({ level, text }) => level === 'debug' && /received: ([0-9a-f]{2})+$/.test(text));
      expect(dumps).toHaveLength(2 * (1 + 2 + 8));
    }
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
    expectNoHurry(roof);
  });

  it('to all queries, for four polls', async () => {
    const roof = await settledRoof(broker.port);
    const [line, message] = [roof.lines.length, roof.heard.length];
    roof.ecu.simulator.misbehave(fault, { times: 16 });
    await roof.pass(15 * MINUTE);
    expect(roof.told(line)).toEqual([LAST_VALUES, UNREADABLE_NOW, BACK]);
    expect(roof.on(AVAILABILITY, message)).toEqual(['offline', 'online']);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
    expectNoHurry(roof);
  });

  it('costs the signal alone, where it is the reply to that', async () => {
    const roof = await settledRoof(broker.port);
    const { ecu, heard, lines } = roof;
    const [message, line] = [heard.length, lines.length];
    // A status is an answer: nothing is tried again.
    const times = name === 'of status 01' ? 1 : 2;
    ecu.simulator.misbehave(fault, { command: SIGNAL, times });
    await roof.pass(8 * MINUTE);
    await roof.pass(10 * MINUTE);
    const signals = roof.on(`${STATES}/${DS3}`, message).map((payload) => JSON.parse(payload).signal);
    // The values do not wait for it: they have the last one, until it turns out that there is none this time.
    expect(signals.slice(0, 4)).toEqual([expect.any(Number), null, null, expect.any(Number)]);
    expect(roof.told(line)).toEqual([]);
    expect(falsehoods(heard, ecu)).toEqual([]);
  });
});

describe.concurrent('an odd way to send a good reply costs nothing', () => {
  it.each<[string, Fault]>([
    ['split at odd places', { kind: 'split', at: [1, 4, 8, 11, 12, 16, 33, 70, 71], pause: 1 }],
    ['byte by byte', { kind: 'bytewise', pause: 0 }],
    ['late', { kind: 'delay', ms: 40 }],
    ['with more bytes behind it', { kind: 'surplus', bytes: Buffer.from('APS110015') }],
  ])('%s', async (_, fault) => {
    const roof = await settledRoof(broker.port);
    const [message, line] = [roof.heard.length, roof.lines.length];
    roof.ecu.simulator.misbehave(fault, ALWAYS);
    await roof.pass(15 * MINUTE + 30_000);
    const rounds = roof.on(STATES, message).map((payload) => JSON.parse(payload).poll_round);
    expect(new Set(rounds).size).toBe(3);
    expect(roof.failures()).toEqual([]);
    expect(roof.told(line)).toEqual([]);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });
});

describe.concurrent('a long silence', () => {
  it.each([
    ['takes no connections', { kind: 'refuse' }],
    ['never answers', { kind: 'silent' }],
  ] as const)('of an hour, of an ECU that %s', async (_, fault) => {
    const roof = await settledRoof(broker.port);
    const { ecu, heard, lines } = roof;
    const [message, line, polls] = [heard.length, lines.length, ecu.polls().length];
    ecu.simulator.misbehave(fault, ALWAYS);
    await roof.pass(HOUR);
    expect(heard.slice(message)).toEqual([{ topic: AVAILABILITY, payload: 'offline', at: expect.any(Date) }]);
    expect(ecu.polls().length - polls).toBeLessThan(20);

    await ecu.simulator.behave();
    await roof.passUntil('values', () => roof.on(STATES, message).length > 0, 5 * MINUTE + 20_000);
    await roof.pass(MINUTE);
    expect(roof.on(AVAILABILITY, message)).toEqual(['offline', 'online']);
    expect(roof.told(line)).toEqual([
      expect.stringContaining(`${ECU} does not answer`),
      expect.stringMatching(
        /^ECU-R-Pro \d{12} has not answered for 5 polls\. Unplug it .*auto_restart.* WiFi name and password\)$/,
      ),
      expect.stringContaining(`${ECU} answers again`),
    ]);
    expect(falsehoods(heard, ecu)).toEqual([]);
    expectNoHurry(roof);
  });
});
