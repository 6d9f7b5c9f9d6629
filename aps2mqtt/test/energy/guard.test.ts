import { describe, expect, test } from 'vitest';
import { type EnergyReading, type EnergyState, guardEnergy } from '../../src/energy/guard.ts';
import type { EnergyNote } from '../../src/energy/lifetime.ts';
import { parseEnergyState } from '../../src/energy/savedEnergy.ts';
import { sumOfTotal, sumOfTotalIncreasing } from '../support/homeAssistantSums.ts';

const ECU = '216200012345';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROUND = 5 * MINUTE;
/** Midnight at the site. */
const MIDNIGHT = Date.UTC(2026, 5, 1);
const clock = (hour: number, day = 0) => MIDNIGHT + (24 * day + hour) * HOUR;

/** A sunny site of 4 inverters: 12 kWh between 6 and 20 o'clock, every day. kWh since the first midnight. */
function made(ms: number): number {
  const days = Math.floor((ms - MIDNIGHT) / (24 * HOUR));
  const share = Math.min(1, Math.max(0, (ms - clock(6, days)) / (14 * HOUR)));
  return 12 * (days + (1 - Math.cos(Math.PI * share)) / 2);
}

const isDay = (ms: number) => ((ms - MIDNIGHT) / HOUR) % 24 >= 6 && ((ms - MIDNIGHT) / HOUR) % 24 < 20;
const floor = (kWh: number, step: number) => Number((Math.floor(kWh / step + 1e-6) * step).toFixed(2));

type Known = EnergyReading & { readonly lifetime: number; readonly today: number };

/** What a healthy ECU says. It resets at `resetHour` of its site. */
function truth(ms: number, resetHour = 0): Known {
  const reset = MIDNIGHT + Math.floor((ms - clock(resetHour)) / (24 * HOUR)) * 24 * HOUR + resetHour * HOUR;
  return {
    ecuId: ECU,
    lifetime: floor(5_000 + made(ms), 0.1),
    today: floor(made(ms) - (reset < MIDNIGHT ? 0 : made(reset)), 0.01),
    at: new Date(ms),
    stamp: new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
    localDate: new Date(ms).toISOString().slice(0, 10),
    anyOnline: isDay(ms),
    peakKw: 4,
  };
}

/** What is believed of a healthy ECU at a moment. */
function believed(ms: number): EnergyState {
  return guardEnergy(null, truth(ms)).state;
}

type Fault = (reading: Known, ms: number) => Partial<EnergyReading> | null;

/** Reads an ECU from hour to hour, with a fault, through restarts' JSON; a fault of null is no answer. */
function run(from: number, to: number, fault: Fault, start: EnergyState | null = null, resetHour = 0) {
  let state = start;
  const lifetime: (number | null)[] = [];
  const today: (number | null)[] = [];
  const resets: (number | null)[] = [];
  const notes: EnergyNote[] = [];
  for (let ms = from; ms <= to; ms += ROUND) {
    const reading = truth(ms, resetHour);
    const change = fault(reading, ms);
    if (change !== null) {
      const guarded = guardEnergy(state, { ...reading, ...change });
      state = JSON.parse(JSON.stringify(guarded.state)) as EnergyState;
      lifetime.push(guarded.lifetime);
      today.push(guarded.today);
      resets.push(state?.lifetime.resetAt ?? null);
      notes.push(...(guarded.note === null ? [] : [guarded.note]));
    }
  }
  return { state, lifetime, resets, today, notes };
}

const known = (values: (number | null)[]) => values.filter((value) => value !== null);
const stepsOf = (values: (number | null)[]) =>
  known(values)
    .slice(1)
    .map((value, index) => value - (known(values)[index] ?? 0));
const healthy: Fault = () => ({});
const zero = { lifetime: 0, today: 0 };
const isBetween = (ms: number, from: number, to: number) => ms >= from && ms < to;

/** Both sums are the energy made, from the first moment to the last. */
function expectTrueSums(
  { lifetime, today }: { lifetime: (number | null)[]; today: (number | null)[] },
  from: number,
  to: number,
  unseen = 0,
): void {
  expect(Math.abs(sumOfTotal(lifetime) - (made(to) - made(from)))).toBeLessThan(0.2);
  expect(Math.abs(sumOfTotalIncreasing(today) - (made(to) - made(from)))).toBeLessThan(0.2 + unseen);
}

describe("Home Assistant's sums are true, and nothing false is shown", () => {
  const from = clock(1);
  const to = clock(23, 2);
  /** Each fault is on top of three healthy days. */
  const faults: Record<string, Fault> = {
    none: healthy,
    'zero for one poll at noon': (_, ms) => (ms === clock(12, 1) ? zero : {}),
    'lifetime zero for one poll': (_, ms) => (ms === clock(12, 1) ? { lifetime: 0 } : {}),
    'today zero for one poll': (_, ms) => (ms === clock(12, 1) ? { today: 0 } : {}),
    'zero for one poll, inverters offline': (_, ms) => (ms === clock(12, 1) ? { ...zero, anyOnline: false } : {}),
    'zero for one poll at night': (_, ms) => (ms === clock(2, 1) ? zero : {}),
    'zero all night': (_, ms) => (isDay(ms) ? {} : zero),
    'zero all night and an hour into the day': (_, ms) =>
      ms < clock(20) || (isDay(ms - HOUR) && isDay(ms)) ? {} : zero,
    'zero every other poll': (_, ms) => ((ms / ROUND) % 2 === 0 ? {} : zero),
    'zero for five hours of a day': (_, ms) => (isBetween(ms, clock(10, 1), clock(15, 1)) ? zero : {}),
    'a step back of some kWh for half an hour': (reading, ms) =>
      isBetween(ms, clock(11, 1), clock(11.5, 1)) ? { lifetime: reading.lifetime - 7.3 } : {},
    'a step back of some kWh for four hours': (reading, ms) =>
      isBetween(ms, clock(10, 1), clock(14, 1)) ? { lifetime: reading.lifetime - 7.3 } : {},
    'today steps back for four hours': (reading, ms) =>
      isBetween(ms, clock(14, 1), clock(18, 1)) ? { today: reading.today - 4 } : {},
    "yesterday's energy until 8 o'clock": (_, ms) =>
      isBetween(((ms - MIDNIGHT) / HOUR) % 24, 0, 8) && ms > clock(24) ? { today: 12 } : {},
    "0 at midnight, and then yesterday's energy until 8 o'clock": (_, ms) =>
      isBetween(((ms - MIDNIGHT) / HOUR) % 24, 5, 8) && ms > clock(24) ? { today: 12 } : {},
    'one garbage reading of +100000 kWh': (reading, ms) =>
      ms === clock(12, 1) ? { lifetime: reading.lifetime + 100_000, today: 40_000 } : {},
    'garbage for half an hour': (reading, ms) =>
      isBetween(ms, clock(12, 1), clock(12.5, 1))
        ? { lifetime: (ms % 9_973) + 10_000, today: reading.today + 600 }
        : {},
    'too much all night': (reading, ms) => (isDay(ms) || ms < clock(20) ? {} : { lifetime: reading.lifetime + 20 }),
    'counting once in half an hour': (_, ms) => {
      const { lifetime, today } = truth(Math.floor(ms / (30 * MINUTE)) * 30 * MINUTE);
      return { lifetime, today };
    },
    'silent for nine hours of a day': (_, ms) => (isBetween(ms, clock(8, 1), clock(17, 1)) ? null : {}),
    'silent all night': (_, ms) => (isDay(ms) ? {} : null),
    'a date that is not known': () => ({ localDate: null }),
    'our clock in 1970 for an hour': (_, ms) =>
      isBetween(ms, clock(10, 1), clock(11, 1)) ? { at: new Date(ms - clock(10, 1)) } : {},
    'our clock a year ahead for an hour': (_, ms) =>
      isBetween(ms, clock(10, 1), clock(11, 1)) ? { at: new Date(ms + 365 * 24 * HOUR) } : {},
    'an ECU whose clock is not set': () => ({ stamp: null }),
  };

  test.each(Object.entries(faults))('%s', (_, fault) => {
    const result = run(from, to, fault);
    expectTrueSums(result, from, to);
    expect(Math.max(...known(result.lifetime))).toBeLessThan(5_036.1);
    expect(Math.min(...known(result.lifetime))).toBeGreaterThan(4_999);
    expect(Math.max(...known(result.today))).toBeLessThanOrEqual(12);
  });

  test.each([3, 9, 13, 17, 21.5])("an ECU whose day begins at %d o'clock", (resetHour) => {
    for (const fault of [healthy, faults['zero all night'], faults['zero for one poll at noon']]) {
      // What is made between the last look and a reset, nobody ever sees: 0.12 kWh at most, three times.
      expectTrueSums(run(from, to, fault ?? healthy, null, resetHour), from, to, 0.36);
    }
  });
});

describe('lifetime', () => {
  const noon = clock(12);
  const saved = believed(noon);

  test('what is held is what was true, and back to the new truth in the first good poll', () => {
    const { lifetime, notes } = run(noon, noon + 4 * ROUND, (_, ms) => (ms < noon + 3 * ROUND ? zero : {}), saved);
    expect(known(lifetime).map((value) => value.toFixed(1))).toEqual([
      '5004.6',
      '5004.6',
      '5004.6',
      '5004.9',
      '5005.1',
    ]);
    expect(notes).toEqual([
      { kind: 'held', from: saved.lifetime.value, to: 0, published: saved.lifetime.value },
      { kind: 'recovered', from: saved.lifetime.value, to: lifetime[3], published: lifetime[3] },
    ]);
  });

  test('a new ECU is at 0, which is unknown until it moves', () => {
    const news: Fault = (reading) => ({
      lifetime: Math.max(0, floor(reading.lifetime - 5_000 - made(noon), 0.1)),
      today: 0,
    });
    const { lifetime, notes } = run(noon, noon + HOUR, news);
    expect(lifetime[0]).toBeNull();
    expect(known(lifetime)[0]).toBeLessThanOrEqual(0.2);
    expect(lifetime.at(-1)).toBeGreaterThan(1);
    expect(notes).toEqual([]);
  });

  test('at first sight a 0 is not believed, and what follows it is no matter of an hour', () => {
    const night = run(clock(2), clock(7), (_, ms) => (ms < clock(6.5) ? zero : {}));
    expect(night.lifetime.slice(0, 48)).toEqual(Array.from({ length: 48 }, () => null));
    expect(night.lifetime.at(-1)).toBe(truth(clock(7)).lifetime);
    const { lifetime } = run(noon, noon + 2 * ROUND, (_, ms) => (ms === noon ? zero : {}));
    expect(lifetime).toEqual([null, null, truth(noon + 2 * ROUND).lifetime]);
  });

  test('a 0 beside an energy of today is no lifetime, and what follows it no spike', () => {
    const { lifetime, today } = run(noon, noon + 4 * ROUND, (_, ms) => (ms < noon + 2 * ROUND ? { lifetime: 0 } : {}));
    expect(lifetime.slice(0, 3)).toEqual([null, null, null]);
    expect(lifetime[3]).toBe(truth(noon + 3 * ROUND).lifetime);
    expect(today[0]).toBe(truth(noon).today);
    expect(sumOfTotal(lifetime)).toBeLessThan(1);
  });

  test('a new ECU at 0 that tells garbage once publishes none of it', () => {
    const { lifetime, today } = run(noon, noon + 3 * ROUND, (_, ms) =>
      ms === noon + 2 * ROUND ? { lifetime: 70_000, today: 90 } : zero,
    );
    expect(new Set([...lifetime, ...today])).toEqual(new Set([null]));
    const moving: Fault = (_, ms) =>
      ms === noon + 3 * ROUND ? { lifetime: 70_000 } : { lifetime: floor((ms - noon) / ROUND / 10, 0.1) };
    expect(run(noon, noon + 6 * ROUND, moving).lifetime).toEqual([null, 0.1, 0.2, 0.2, 0.4, 0.5, 0.6]);
  });

  test('more inverters than there can be make no more energy', () => {
    const much: Fault = (reading, ms) => (ms === noon + ROUND ? { lifetime: reading.lifetime + 900, peakKw: 800 } : {});
    expect(Math.max(...known(run(noon, noon + HOUR, much).lifetime))).toBeLessThan(5_100);
  });

  test('an ECU that was reset is believed after an hour, once, and Home Assistant loses nothing', () => {
    const fromZero: Fault = (reading, ms) =>
      ms < noon ? {} : { lifetime: floor(reading.lifetime - 5_000 - floor(made(noon), 0.1), 0.1) };
    const { lifetime, resets, notes } = run(clock(10), clock(19), fromZero);
    expect(known(lifetime).filter((value) => value > 5_000).length).toBeGreaterThan((2 + 1) * 12);
    expect(known(lifetime).filter((value) => value > 5_000).length).toBeLessThan((2 + 1.5) * 12);
    expect(notes.map(({ kind }) => kind)).toEqual(['held', 'accepted']);
    expect(lifetime.at(-1)).toBeCloseTo(made(clock(19)) - made(noon), 0);
    expect(new Set(resets).size).toBe(2);
    expect(Math.abs(sumOfTotal(lifetime, resets) - (made(clock(19)) - made(clock(10))))).toBeLessThan(0.2);
  });

  test('an ECU that begins anew every day makes true sums', () => {
    const daily: Fault = (reading, ms) => ({
      lifetime: floor(
        reading.lifetime - 5_000 - floor(made(clock(0, Math.floor((ms - MIDNIGHT) / (24 * HOUR)))), 0.1),
        0.1,
      ),
    });
    const { lifetime, resets } = run(clock(8), clock(20, 3), daily, null);
    expect(new Set(resets).size).toBe(4);
    expect(Math.abs(sumOfTotal(lifetime, resets) - (made(clock(20, 3)) - made(clock(8))))).toBeLessThan(0.5);
  });

  test('a lifetime that was put right by some kWh has not begun anew', () => {
    const less: Fault = (reading, ms) => (ms < noon ? {} : { lifetime: floor(reading.lifetime - 30, 0.1) });
    const { lifetime, resets, notes } = run(clock(10), clock(19), less);
    expect(notes.map(({ kind }) => kind)).toEqual(['held', 'accepted']);
    expect(new Set(resets)).toEqual(new Set([null]));
    expect(Math.abs(sumOfTotal(lifetime, resets) - (made(clock(19)) - made(clock(10))))).toBeLessThan(0.3);
    expect(stepsOf(lifetime).every((step) => step >= 0 && step < 2)).toBe(true);
  });

  test('low readings are believed while inverters are online only, and a 0 never is', () => {
    const low: Fault = (_, ms) => ({ lifetime: 12, anyOnline: ms < clock(6.5, 1) && isDay(ms) });
    expect(run(clock(20), clock(12, 1), low, saved).notes.map(({ kind }) => kind)).toEqual(['held']);
    const nothing: Fault = () => ({ lifetime: 0, anyOnline: true });
    expect(run(noon, clock(12, 9), nothing, saved).lifetime.at(-1)).toBe(saved.lifetime.value);
  });

  test.each<[string, (poll: number) => number]>([
    ['jump', (poll) => 1_000 + 100 * (poll % 3)],
    ['fall', (poll) => 1_000 - poll],
    ['rise as no inverter can', (poll) => 1_000 + 10 * poll],
  ])('low readings that %s are never believed', (_, low) => {
    const fault: Fault = (_reading, ms) => ({ lifetime: low((ms - noon) / ROUND) });
    expect(run(noon, clock(19), fault, saved).lifetime.at(-1)).toBe(saved.lifetime.value);
  });

  test('a night between two low readings is no hour in which the ECU stood by them', () => {
    const low: Fault = (_, ms) => (isBetween(ms, clock(19.8), clock(6.2, 1)) && isDay(ms) ? { lifetime: 77 } : {});
    expect(Math.min(...known(run(noon, clock(8, 1), (r, ms) => (isDay(ms) ? low(r, ms) : null), saved).lifetime))).toBe(
      saved.lifetime.value,
    );
  });

  test('a counter that moves once in six hours is believed when it does', () => {
    const slow: Fault = (_, ms) => ({ lifetime: truth(Math.floor(ms / (6 * HOUR)) * 6 * HOUR).lifetime });
    const { lifetime, notes } = run(noon, clock(20), slow, saved);
    expect(lifetime.at(-1)).toBe(truth(clock(18)).lifetime);
    expect(notes).toEqual([]);
  });

  test('good readings in between begin the hour anew', () => {
    const now: Fault = (_, ms) => ((ms / ROUND) % 12 === 0 ? {} : { lifetime: 77 });
    expect(Math.min(...known(run(noon, clock(19), now, saved).lifetime))).toBeGreaterThan(5_000);
  });

  test('a start while the ECU answers badly shows what was saved', () => {
    const { lifetime, today } = run(noon + 30 * MINUTE, clock(14), (_, ms) => (ms < clock(13) ? zero : {}), saved);
    expect(lifetime[0]).toBe(saved.lifetime.value);
    expect(today[0]).toBe(saved.today.value);
    expect(lifetime.at(-1)).toBe(truth(clock(14)).lifetime);
    expect(today.at(-1)).toBe(truth(clock(14)).today);
  });

  test('after a week without us all that was made in it is believed by the second look', () => {
    const { lifetime, notes } = run(clock(12, 7), clock(12, 7) + ROUND, healthy, saved);
    expect(lifetime).toEqual([saved.lifetime.value, truth(clock(12, 7) + ROUND).lifetime]);
    expect(notes).toEqual([]);
  });

  test('another ECU begins anew', () => {
    const other = { ...truth(noon + ROUND), ecuId: '216200054321', lifetime: 3.4, today: 0.2 };
    expect(guardEnergy(saved, other)).toMatchObject({ lifetime: 3.4, today: 0.2, note: null });
  });
});

describe('today', () => {
  const evening = clock(22);
  const saved = believed(evening);

  test('a new day is shown as soon as the ECU has it', () => {
    const { today } = run(clock(23.75), clock(24.25), healthy, saved);
    expect(known(today).map((value) => Math.round(value))).toEqual([12, 12, 12, 0, 0, 0, 0]);
  });

  test('a reset at an odd hour is shown within one and a half hours of daylight', () => {
    const { today } = run(clock(11, 1), clock(14, 1), healthy, null, 12);
    const shown = clock(11, 1) + known(today).findIndex((value) => value < 5) * ROUND;
    expect(shown).toBeGreaterThan(clock(13, 1));
    expect(shown).toBeLessThan(clock(13.5, 1));
    expect(Math.abs(sumOfTotalIncreasing(today) - (made(clock(14)) - made(clock(11))))).toBeLessThan(0.2);
  });

  test('a reset hours behind midnight is shown at once', () => {
    const { today } = run(clock(22), clock(6, 1), healthy, null, 5.5);
    expect(
      known(today)
        .slice(-7)
        .map((value) => Math.round(value)),
    ).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(known(today).at(-8)).toBeGreaterThan(11.9);
  });

  test('the energy of a day of which we have not seen the end is not taken for that of the next morning', () => {
    const seen = run(clock(12), clock(12), healthy).state;
    const stale: Fault = (_, ms) => (isBetween(ms, clock(5, 1), clock(10, 1)) ? { today: 12 } : {});
    const { today } = run(clock(4, 1), clock(11, 1), stale, seen);
    expect(Math.max(...known(today))).toBe(truth(clock(11, 1)).today);
  });

  test('a step of some kWh by day is taken by the second look, and today with it; more than that, or today alone, is not', () => {
    const noon = clock(12, 1);
    const from = (fault: Fault) => run(noon, noon + 2 * ROUND, (r, ms) => (ms > noon ? fault(r, ms) : {}), saved);
    const both = from((r) => ({ lifetime: r.lifetime + 4, today: r.today + 4 }));
    expect(both.lifetime.at(-1)).toBeCloseTo(truth(noon + 2 * ROUND).lifetime + 4);
    expect(both.today.at(-1)).toBeCloseTo(truth(noon + 2 * ROUND).today + 4);
    const [first] = both.today;
    expect(from((r) => ({ today: r.today + 4 })).today.at(-1)).toBe(first);
    const spike = from((r) => ({ lifetime: r.lifetime + 60 }));
    expect(spike.lifetime.at(-1)).toBe(spike.lifetime[0]);
  });

  test('a 0 while inverters are online is not the new day, even when the lifetime is right', () => {
    const { today } = run(clock(9, 1), clock(9.5, 1), (_, ms) => (ms < clock(9.25, 1) ? { today: 0 } : {}), saved);
    expect(today).toEqual([12, 12, 12, ...[3, 4, 5, 6].map((poll) => truth(clock(9, 1) + poll * ROUND).today)]);
  });

  test('a start in the morning with zeros of a bad reply shows the day before, not a 0', () => {
    const bad: Fault = (_, ms) => (ms < clock(9.5, 1) ? zero : {});
    const { today } = run(clock(9, 1), clock(10, 1), bad, saved);
    expect(today[0]).toBe(saved.today.value);
    expect(today.at(-1)).toBe(truth(clock(10, 1)).today);
  });
});

describe('an unusual rise', () => {
  const night = clock(3, 1);
  const saved = run(clock(12), night - ROUND, healthy).state;

  test.each([
    ['4 inverters', 4 * 0.96, 50],
    ['4 inverters, a little', 4 * 0.96, 1],
    ['100 inverters', 96, 1_000],
  ])('at night is held, with %s: %d kW, +%d kWh', (_, peakKw, kWh) => {
    const spike: Fault = (r, ms) => ({
      peakKw,
      ...(isBetween(ms, night, night + HOUR) ? { lifetime: r.lifetime + kWh, today: r.today + kWh } : {}),
    });
    const { lifetime, today } = run(night - HOUR, clock(9, 1), spike, saved);
    expect(Math.max(...known(lifetime))).toBe(truth(clock(9, 1)).lifetime);
    expect(Math.max(...known(today))).toBeLessThanOrEqual(12);
    expect(sumOfTotalIncreasing(today)).toBeLessThan(2);
  });

  test('by day waits for one look that confirms it, and is dropped without', () => {
    const noon = clock(12);
    const once: Fault = (r, ms) => (ms === noon + ROUND ? { lifetime: r.lifetime + 3, today: r.today + 3 } : {});
    const { lifetime, notes } = run(noon, noon + HOUR, once);
    expect(stepsOf(lifetime).every((step) => step < 0.4)).toBe(true);
    expect(notes).toEqual([]);
  });

  test.each([
    ['morning to noon', 8, 12.5],
    ['noon to night', 12, 22],
  ])('after an outage from %s comes through', (_, from, to) => {
    const { lifetime, today, notes } = run(clock(1), clock(23, 1), (_r, ms) =>
      isBetween(ms, clock(from), clock(to)) ? null : {},
    );
    expectTrueSums({ lifetime, today }, clock(1), clock(23, 1), 0.1);
    expect(notes).toEqual([]);
  });

  test('after an outage that nobody saw the sun around comes through in the morning', () => {
    const { lifetime, notes } = run(clock(1), clock(8, 1), (_, ms) => (isBetween(ms, clock(4), clock(22)) ? null : {}));
    expect(Math.abs(sumOfTotal(lifetime) - (made(clock(8, 1)) - made(clock(1))))).toBeLessThan(0.2);
    expect(notes.map(({ kind }) => kind)).toEqual(['held', 'recovered']);
  });

  test('after an outage by day is there by the second look', () => {
    const { lifetime } = run(clock(8), clock(12) + ROUND, (_, ms) =>
      isBetween(ms, clock(8.1), clock(12)) ? null : {},
    );
    expect(lifetime.at(-1)).toBe(truth(clock(12) + ROUND).lifetime);
  });

  test.each([365 * 24, -365 * 24, 5, -5])('is held although our clock jumped by %d hours', (hours) => {
    const noon = clock(12, 1);
    const spike: Fault = (r, ms) => ({
      at: new Date(ms + (ms < noon ? 0 : hours * HOUR)),
      ...(ms === noon ? { lifetime: r.lifetime + 30, today: r.today + 30 } : {}),
    });
    const { lifetime, today } = run(clock(1), clock(23, 2), spike);
    expectTrueSums({ lifetime, today }, clock(1), clock(23, 2));
  });
});

describe('a counter that changes', () => {
  const noon = clock(12, 1);
  const [from, to] = [clock(10, 1), clock(23, 2)];
  const fromZero =
    (hours: number): Fault =>
    (r, ms) =>
      isBetween(ms, noon, noon + hours * HOUR)
        ? { lifetime: floor(r.lifetime - truth(noon).lifetime, 0.1), today: floor(r.today - truth(noon).today, 0.01) }
        : {};

  test.each([1, 2, 5])('runs from 0 for %d hours and returns: nothing false is added', (hours) => {
    const { lifetime, resets, today } = run(from, to, fromZero(hours));
    expect(Math.abs(sumOfTotal(lifetime, resets) - (made(to) - made(from)))).toBeLessThan(0.3);
    expect(Math.abs(sumOfTotalIncreasing(today) - (made(to) - made(from)))).toBeLessThan(0.3);
  });

  test('to an older count and back makes no negative bar and no spike', () => {
    const older: Fault = (r, ms) =>
      isBetween(ms, noon, noon + 3 * HOUR) ? { lifetime: floor(r.lifetime - 40, 0.1) } : {};
    const { lifetime, resets } = run(from, to, older);
    expect(stepsOf(lifetime).every((step) => step >= 0 && step < 3)).toBe(true);
    expect(Math.abs(sumOfTotal(lifetime, resets) - (made(to) - made(from)))).toBeLessThan(0.3);
  });

  test('is believed within two hours when looks are an hour apart', () => {
    const hourly: Fault = (r, ms) =>
      ms % HOUR !== 0 ? null : ms < noon ? {} : { lifetime: floor(r.lifetime - truth(noon).lifetime, 0.1) };
    const { lifetime, notes } = run(clock(6, 1), noon + 2 * HOUR, hourly);
    expect(notes.map(({ kind }) => kind)).toEqual(['held', 'accepted']);
    expect(lifetime.at(-1)).toBeLessThan(3);
  });
});

describe('a lifetime of 0', () => {
  test('from the first look on does not keep the day from ending', () => {
    const { lifetime, today } = run(clock(10), clock(10, 1), () => ({ lifetime: 0 }));
    expect(known(lifetime)).toEqual([]);
    expect(today[14 * 12]).toBe(0);
    expect(Math.abs(sumOfTotalIncreasing(today) - (made(clock(10, 1)) - made(clock(10))))).toBeLessThan(0.1);
  });

  test('for good does not keep the day from ending', () => {
    const { today } = run(clock(10), clock(10, 1), (_, ms) => (ms < clock(11) ? {} : { lifetime: 0 }));
    expect(today[14 * 12]).toBe(0);
    expect(Math.abs(sumOfTotalIncreasing(today) - (made(clock(10, 1)) - made(clock(10))))).toBeLessThan(0.1);
  });

  test('that turns into thousands is the first value there is', () => {
    const { lifetime } = run(clock(10), clock(14), (_, ms) => (ms < clock(12) ? { lifetime: 0 } : {}));
    expect(known(lifetime)[0]).toBeGreaterThan(5_000);
    expect(sumOfTotal(lifetime)).toBeLessThan(3);
  });
});

test('what no roof can have made is not believed at first sight', () => {
  const first = { ...truth(clock(12)), lifetime: 429_496_729.4, today: 42_949_672.94 };
  expect(guardEnergy(null, first)).toMatchObject({ lifetime: null, today: null });
  expect(guardEnergy(null, { ...first, lifetime: null, today: null })).toMatchObject({ lifetime: null, today: null });
  const { lifetime, today } = run(clock(12), clock(13), (_, ms) => (ms === clock(12) ? first : {}));
  expect(lifetime.at(-1)).toBe(truth(clock(13)).lifetime);
  expect(today.at(-1)).toBe(truth(clock(13)).today);
});

describe("an ECU whose clock runs faster than ours, as a simulated day's does", () => {
  /** Looked at once a minute, from its morning on. */
  const looks = (
    speed: number,
    hours: number,
    fault: (reading: Known, index: number) => Partial<Known> = () => ({}),
  ) => {
    let state: EnergyState | null = null;
    const lifetime: (number | null)[] = [];
    const today: (number | null)[] = [];
    const notes: EnergyNote[] = [];
    for (let index = 0; index <= (hours * 60) / speed; index++) {
      const reading = truth(clock(6) + index * speed * MINUTE);
      const guarded = guardEnergy(state, {
        ...reading,
        at: new Date(clock(6) + index * MINUTE),
        ...fault(reading, index),
      });
      state = parseEnergyState(JSON.parse(JSON.stringify(guarded.state)));
      lifetime.push(guarded.lifetime);
      today.push(guarded.today);
      notes.push(...(guarded.note === null ? [] : [guarded.note]));
    }
    return { lifetime, today, notes };
  };

  test.each([12, 60, 120])('%i times: its energies are what it makes in its own time', (speed) => {
    const { lifetime, today, notes } = looks(speed, 38);
    expectTrueSums({ lifetime, today }, clock(6), clock(44), 1);
    expect(notes).toEqual([]);
  });

  test('a spike is none of it', () => {
    const { lifetime, today } = looks(60, 38, ({ lifetime: told }, index) =>
      index === 6 ? { lifetime: told + 50 } : {},
    );
    expectTrueSums({ lifetime, today }, clock(6), clock(44), 1);
  });

  test('is not one whose clock was set, twice as well, nor one whose stamps leap each time', () => {
    const ahead = (hours: (index: number) => number) => {
      const lie = 3;
      let state = believed(clock(12));
      const published: (number | null)[] = [];
      for (let index = 1; index < 12; index++) {
        const ms = clock(12) + index * ROUND;
        const reading = truth(ms);
        const stamp = new Date(ms + hours(index) * HOUR).toISOString().slice(0, 19).replace('T', ' ');
        const guarded = guardEnergy(state, { ...reading, stamp, lifetime: reading.lifetime + hours(index) * lie });
        state = guarded.state;
        published.push(guarded.lifetime);
      }
      return sumOfTotal([5_000 + made(clock(12)), ...published]);
    };
    const most = made(clock(13)) - made(clock(12)) + 0.2;
    expect(ahead((index) => Math.min(2, index) * 2)).toBeLessThan(most);
    expect(ahead((index) => 3 ** index)).toBeLessThan(most);
  });
});

describe('the model of Home Assistant', () => {
  test('shows the reported spikes where nobody guards', () => {
    expect(sumOfTotalIncreasing([5_000, 0, 5_000])).toBe(5_000);
    expect(sumOfTotal([5_000, 0, 5_000, 5_001])).toBe(1);
    expect(sumOfTotal([5_000, 2, 3])).toBe(-4_997);
    expect(sumOfTotal([5_000, null, 2, 3], [null, null, 1, 1])).toBe(3);
    expect(sumOfTotalIncreasing([10, 12, 0, null, 3, 2.9])).toBeCloseTo(4.9);
  });
});
