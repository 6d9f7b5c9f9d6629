import fc from 'fast-check';
import { getPosition } from 'suncalc';
import { describe, expect, test } from 'vitest';
import { ecuWallClock, halfHoursAhead, isMaintenanceGap, nightRest } from '../../src/monitor/night.ts';

const HOUR = 3_600_000;
const berlin = { latitude: 52.5, longitude: 13.4 };
const tromso = { latitude: 69.65, longitude: 18.96 };

const rest = (position: { latitude: number; longitude: number }, now: string, anyOnline = false) =>
  nightRest({ position, now: new Date(now), anyOnline })
    ?.toISOString()
    .slice(0, 16) ?? null;

describe('a night', () => {
  // Sunrise and sunset in Berlin on 21 and 22 June 2026, by the almanac: 02:43 and 19:33 UTC.
  test.each([
    ['2026-06-21T19:20:00Z', null],
    ['2026-06-21T19:50:00Z', '2026-06-22T02:43'],
    ['2026-06-22T00:30:00Z', '2026-06-22T02:43'],
    ['2026-06-22T02:44:00Z', null],
    ['2026-06-22T11:00:00Z', null],
  ])('in Berlin, at %s, rests until %s', (now, until) => {
    expect(rest(berlin, now)).toBe(until);
  });

  test('is none while an inverter is online', () => {
    expect(rest(berlin, '2026-06-22T00:30:00Z', true)).toBeNull();
  });

  test('is none in a polar day, and is one with a look at noon in a polar night', () => {
    for (let hour = 0; hour < 24; hour++) {
      expect(rest(tromso, `2026-06-21T${String(hour).padStart(2, '0')}:00:00Z`)).toBeNull();
    }
    const noon = rest(tromso, '2026-12-21T20:00:00Z');
    expect(noon).toMatch(/^2026-12-22T10:4/);
    expect(rest(tromso, `${noon}:59Z`)).toMatch(/^2026-12-23T10:4/);
  });
});

describe('anywhere, at any time', () => {
  const anywhere = fc.record({
    latitude: fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, -66.6, 0, 66.6, 90)),
    longitude: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180)),
  });
  const anytime = fc.date({ min: new Date('2024-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  const height = (date: Date, { latitude, longitude }: typeof berlin) =>
    getPosition(date, latitude, longitude).altitude;

  test('a rest ends within a day, in sunlight or else at the day’s brightest', () => {
    fc.assert(
      fc.property(anywhere, anytime, (position, now) => {
        const until = nightRest({ position, now, anyOnline: false });
        if (until === null) {
          expect(height(now, position)).toBeGreaterThanOrEqual(-1);
          return;
        }
        expect(height(now, position)).toBeLessThan(-1);
        expect(until.getTime()).toBeGreaterThan(now.getTime());
        expect(until.getTime() - now.getTime()).toBeLessThan(24.1 * HOUR);
        const isNoon = [-1, 1].every(
          (hours) => height(new Date(until.getTime() + hours * HOUR), position) < height(until, position) + 0.02,
        );
        expect(height(until, position) > -0.6 || isNoon).toBe(true);
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });

  test('no rest leads over a sunrise: the sun is not up for long before it ends', () => {
    fc.assert(
      fc.property(anywhere, anytime, (position, now) => {
        const until = nightRest({ position, now, anyOnline: false })?.getTime() ?? now.getTime();
        for (let ms = now.getTime(); ms < until - HOUR / 6; ms += HOUR / 6) {
          expect(height(new Date(ms), position)).toBeLessThan(0.3);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test('a look at the end of a rest finds no night again, where the sun rises at all', () => {
    fc.assert(
      fc.property(fc.double({ min: -60, max: 60, noNaN: true }), anytime, (latitude, now) => {
        const position = { latitude, longitude: (latitude * 3) % 180 };
        const until = nightRest({ position, now, anyOnline: false });
        expect(until && nightRest({ position, now: until, anyOnline: false })).toBeNull();
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });
});

describe('the maintenance gap', () => {
  const at = (time: string) => Date.parse(`2026-06-01T${time}Z`);

  test.each([
    ['01:59:59', false],
    ['02:00:00', true],
    ['03:29:59', true],
    ['03:30:00', false],
    ['14:30:00', false],
  ])('%s: %s', (time, expected) => {
    expect(isMaintenanceGap(at(time))).toBe(expected);
    expect(isMaintenanceGap(at(time) - 80 * 365 * 24 * HOUR)).toBe(expected);
  });

  test('is by the clock that the ECU has', () => {
    const now = new Date('2026-06-01T00:30:00Z');
    expect(ecuWallClock(now, null, 'Europe/Berlin')).toBe(at('02:30:00'));
    const timing = { roundMs: 300_000, offsetMs: -8 * HOUR };
    expect(ecuWallClock(now, timing, 'Europe/Berlin')).toBe(at('08:30:00'));
  });

  test.each([
    ['autumn', '2026-10-25T01:30:00Z', 2, '2026-10-25T02:30:00Z'],
    ['spring', '2026-03-29T01:30:00Z', 1, '2026-03-29T03:30:00Z'],
  ])(
    'follows the zone through the night of a clock change in %s, that the ECU is silent in',
    (_, now, learned, shown) => {
      const timing = { roundMs: 300_000, offsetMs: -learned * HOUR + 20_000 };
      expect(ecuWallClock(new Date(now), timing, 'Europe/Berlin')).toBe(Date.parse(shown));
    },
  );
});

test.each([
  ['right, and a round shows after 25 s', -2 * HOUR + 25_000, 0],
  ['in Shanghai', -8 * HOUR + 25_000, 12],
  ['in New York', 4 * HOUR + 25_000, -12],
  ['in India', -5.5 * HOUR, 7],
  ['ten minutes off', -2 * HOUR + 600_000, null],
  ['years off', 400 * 24 * HOUR, null],
])('half-hours that a clock is ahead of Berlin in summer: %s', (_, offsetMs, expected) => {
  expect(halfHoursAhead({ roundMs: 300_000, offsetMs }, 2 * HOUR)).toBe(expected);
  expect(halfHoursAhead(null, 2 * HOUR)).toBeNull();
});
