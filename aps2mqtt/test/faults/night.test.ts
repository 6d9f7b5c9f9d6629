import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getTimes } from 'suncalc';
import { describe, expect, it } from 'vitest';

import type { Installation } from '../support/installation.ts';
import {
  AVAILABILITY,
  DAY,
  DS3,
  expectNoHurry,
  HOUR,
  MINUTE,
  ROOF,
  STATES,
  settledRoof,
  sharedBroker,
} from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';
import { until } from '../support/until.ts';

const PARIS = { latitude: 48.86, longitude: 2.35 };
/** 2 July 2026, noon in Paris. */
const START = '2026-07-02T10:00:00Z';

const broker = sharedBroker();

/** Quicker, where days pass and the wire is no matter. */
const IN_MEMORY = [{ site: ROOF, isInMemory: true }];

const pollsIn = (roof: Installation, from: number, to: number) =>
  roof.ecu.polls().filter((at) => at.getTime() > from && at.getTime() < to);

/** As the log's lines are stamped. */
const hourOf = (ms: number) => new Date(ms).toTimeString().slice(0, 5);

/** The nights of the first days, from half an hour after sunset. */
function nights(days: number): { dusk: number; sunrise: number }[] {
  return Array.from({ length: days }, (_, day) => {
    const noon = new Date(Date.parse(START) + day * DAY);
    const sunset = getTimes(noon, PARIS.latitude, PARIS.longitude).sunset ?? noon;
    const next = new Date(noon.getTime() + DAY);
    const sunrise = getTimes(next, PARIS.latitude, PARIS.longitude).sunrise ?? next;
    return { dusk: sunset.getTime() + 30 * MINUTE, sunrise: sunrise.getTime() };
  });
}

describe.concurrent('at night', () => {
  it('it rests from dusk to sunrise and says so once, where it is told to', async () => {
    const roof = await settledRoof(broker.port, { start: START, options: { stopAtNight: true, position: PARIS } });
    const line = roof.lines.length;
    await roof.pass(2 * DAY);
    expect(roof.on(AVAILABILITY)).toEqual(['online']);

    for (const { dusk, sunrise } of nights(2)) {
      // It is looked at once an hour, as the position may be wrong.
      expect(pollsIn(roof, dusk, sunrise).length).toBeLessThanOrEqual((sunrise - dusk) / HOUR + 1);
      expect(pollsIn(roof, sunrise - 1, sunrise + MINUTE)).toHaveLength(1);
      const first = roof.ecu.served.find(
        ({ at, state }) => at.getTime() > sunrise && state.summary.invertersOnline > 0,
      );
      const heard = roof.heard.find(
        ({ topic, payload, at }) =>
          topic === STATES && at.getTime() > sunrise && JSON.parse(payload).inverters_online > 0,
      );
      expect((heard?.at.getTime() ?? 0) - (first?.state.showsAt.getTime() ?? 0)).toBeLessThan(5 * MINUTE);
    }
    expect(roof.told(line)).toEqual(
      nights(2).flatMap(({ sunrise }) => [
        expect.stringMatching(
          new RegExp(`^Night: no inverter of ECU-R-Pro \\d{12} works\\. Resting until ${hourOf(sunrise)}$`),
        ),
        expect.stringMatching(/^Morning: polling ECU-R-Pro \d{12} again$/),
      ]),
    );
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
  });

  it('it rests where Home Assistant is, when nobody typed a position', async () => {
    const heartbeatFile = path.join(mkdtempSync(path.join(tmpdir(), 'aps2mqtt-')), 'alive');
    const roof = await settledRoof(broker.port, {
      start: START,
      ecus: IN_MEMORY,
      heartbeatFile,
      options: { stopAtNight: true },
      findPosition: async () => PARIS,
    });
    await roof.pass(15 * HOUR);
    // In the middle of the night nothing is due for hours, and all is well.
    const touched = Date.parse(await until('a heartbeat', () => readFileSync(heartbeatFile, 'utf8').trim()));
    expect(roof.clock.now().getTime() - touched).toBeLessThanOrEqual(30_000);
    await roof.pass(4 * HOUR);
    for (const { dusk, sunrise } of nights(1)) {
      expect(pollsIn(roof, dusk, sunrise).length).toBeLessThanOrEqual((sunrise - dusk) / HOUR + 1);
    }
  });

  it('with the position of another continent it loses no day, and says so once', async () => {
    const sydney = { latitude: -33.87, longitude: 151.21 };
    const roof = await settledRoof(broker.port, {
      start: '2026-12-10T02:00:00Z',
      ecus: [
        {
          site: { ...ROOF, position: sydney, timeZone: 'Australia/Sydney' },
          options: { timezone: 'Australia/Sydney' },
          isInMemory: true,
        },
      ],
      options: { stopAtNight: true, position: { latitude: 52.37, longitude: 4.9 }, pollInterval: 900 },
    });
    await roof.pass(2 * DAY);
    const noon = Date.parse('2026-12-11T02:00:00Z');
    expect(pollsIn(roof, noon - 5 * HOUR, noon + 5 * HOUR).length).toBeGreaterThan(38);
    expect(roof.told().filter((line) => line.includes('is Latitude (latitude, APS_ECU_POSITION_LAT) or'))).toHaveLength(
      1,
    );
  });

  it('one reply that tells of inverters at work is no wrong position', async () => {
    const roof = await settledRoof(broker.port, {
      start: START,
      ecus: IN_MEMORY,
      options: { stopAtNight: true, position: PARIS, pollInterval: 900 },
    });
    await roof.pass(14 * HOUR);
    roof.ecu.simulator.misbehave(
      {
        kind: 'patch',
        patch: (reply) => {
          reply.writeUInt8(1, 32);
          return reply;
        },
      },
      { command: '0002' },
    );
    await roof.pass(DAY);
    expect(roof.told().filter((line) => line.includes('wrong?'))).toEqual([]);
    expect(roof.told().filter((line) => line.startsWith('Night'))).toHaveLength(3);
  });

  it.each([
    // As after a power cut, where the clock is behind until the network is there.
    [7.5, 8 * MINUTE],
    [-12, 24 * HOUR],
  ])('it loses no morning when our clock is set by %d hours meanwhile', async (hours, most) => {
    const roof = await settledRoof(broker.port, {
      start: '2026-07-02T20:30:00Z',
      ecus: IN_MEMORY,
      options: { stopAtNight: true, position: PARIS },
    });
    await roof.pass(10 * MINUTE);
    const polls = roof.ecu.polls().length;
    roof.clock.jump(hours * HOUR);
    const from = roof.clock.now();
    await roof.passUntil('a poll', () => roof.ecu.polls().length > polls, DAY);
    expect(roof.clock.now().getTime() - from.getTime()).toBeLessThan(most);
  });

  it('it goes on where nobody knows the position, and says so once', async () => {
    const roof = await settledRoof(broker.port, {
      start: START,
      ecus: IN_MEMORY,
      options: { stopAtNight: true },
      findPosition: async () => null,
    });
    await roof.pass(DAY);
    expect(roof.told().filter((line) => line.includes('position'))).toHaveLength(1);
    for (const { dusk, sunrise } of nights(1)) {
      expect(pollsIn(roof, dusk, sunrise).length).toBeGreaterThan(10);
    }
  });

  it('it slows down by itself, and sees the first light in time', async () => {
    const roof = await settledRoof(broker.port, { start: START, ecus: IN_MEMORY });
    await roof.pass(2 * DAY);
    for (const { dusk, sunrise } of nights(2)) {
      const hours = (sunrise - dusk) / HOUR;
      expect(pollsIn(roof, dusk, sunrise).length / hours).toBeLessThanOrEqual(4.1);
      expect(pollsIn(roof, dusk, sunrise).length / hours).toBeGreaterThan(3);
    }
    const isOnline = (payload: string) => JSON.parse(payload).online === true;
    const states = roof.heard.filter(({ topic }) => topic === `${STATES}/${DS3}`);
    const wakings = states.filter(
      ({ payload }, index) => isOnline(payload) && !isOnline(states[index - 1]?.payload ?? '{}'),
    );
    const mornings = wakings.map(({ at }) => at.getTime()).filter((at) => at > Date.parse(START) + HOUR);
    expect(mornings).toHaveLength(2);
    for (const [index, at] of mornings.entries()) {
      // The inverters wake a few minutes after the sun has risen.
      expect(at - (nights(2)[index]?.sunrise ?? 0)).toBeLessThan(35 * MINUTE);
    }
    expect(roof.told()).toHaveLength(2);
    expect(falsehoods(roof.heard, roof.ecu)).toEqual([]);
    expectNoHurry(roof);
  });

  it('the half hour of maintenance raises no alarm and no restart', async () => {
    // 22:00 in Paris.
    const roof = await settledRoof(broker.port, {
      start: '2026-07-02T20:00:00Z',
      ecus: [{ site: ROOF, options: { autoRestart: true, wifiSsid: 'roof', wifiPassword: 'made-up' } }],
    });
    const [line, message] = [roof.lines.length, roof.heard.length];
    await roof.pass(4 * HOUR + 5 * MINUTE);
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.pass(45 * MINUTE);
    expect(roof.on(AVAILABILITY, message)).toEqual(['offline']);
    await roof.ecu.simulator.behave();
    await roof.pass(20 * MINUTE);
    expect(roof.on(AVAILABILITY, message)).toEqual(['offline', 'online']);
    expect(roof.told(line)).toEqual([
      expect.stringMatching(/ is silent, as is usual now: its live values are unavailable until it answers$/),
      expect.stringMatching(/ answers again: its live values are back$/),
    ]);
    expect(roof.lines.slice(line).filter(({ level }) => level === 'warn')).toEqual([]);
    expect(roof.restarts).toEqual([]);
  });

  it('a longer silence is told when the half hour is over', async () => {
    const roof = await settledRoof(broker.port, { start: '2026-07-02T20:00:00Z' });
    const line = roof.lines.length;
    await roof.pass(4 * HOUR + 5 * MINUTE);
    roof.ecu.simulator.misbehave({ kind: 'refuse' });
    await roof.pass(2 * HOUR);
    expect(roof.told(line)).toHaveLength(3);
    expect(
      roof.lines
        .slice(line)
        .find(({ level }) => level === 'warn')
        ?.at.toISOString(),
    ).toMatch(/T01:3\d/);
  });
});
