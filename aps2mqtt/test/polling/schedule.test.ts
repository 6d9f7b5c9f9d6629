import { describe, expect, test } from 'vitest';
import type { LearnedTiming } from '../../src/polling/learnedTiming.ts';
import { createSchedule, pollTook } from '../../src/polling/schedule.ts';
import { type Days, FIRST_DAY, figures, gaps, median, simulateDays } from '../support/pollSimulation.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const HOUR = 3_600_000;
/** In the middle of the third simulated day. */
const NOON = FIRST_DAY + 60 * HOUR;

const settled: LearnedTiming = { roundMs: 300_000, offsetMs: 18_600, stepMs: 150, spreadMs: 5_400 };

/** All seeds' days, from the hour on when timing is settled. */
function overSeeds(days: Omit<Days, 'seed'>, from: number, seeds = SEEDS) {
  return seeds.map((seed) => figures(simulateDays({ ...days, seed }), from, days.hours));
}

describe('budgets, 300 s rounds that show after 5 to 25 s', () => {
  const runs = overSeeds({ hours: 74 }, 2);

  test('the median age is under 20 s', () => {
    expect(median(runs.flatMap(({ ages }) => ages))).toBeLessThan(20);
    expect(Math.max(...runs.map(({ ages }) => median(ages)))).toBeLessThan(21);
  });

  test('it takes at most 1.3 polls a round, and not one round is missed', () => {
    expect(Math.max(...runs.map(({ pollsPerRound }) => pollsPerRound))).toBeLessThanOrEqual(1.3);
    expect(Math.max(...runs.map(({ missed }) => missed))).toBe(0);
  });

  test('a week holds them for every single seed', () => {
    for (const { ages, pollsPerRound } of overSeeds({ hours: 170 }, 24, [101, 102, 103, 104, 105, 106])) {
      expect(median(ages)).toBeLessThan(20);
      expect(pollsPerRound).toBeLessThanOrEqual(1.3);
    }
  });

  test('the first hour is not much worse', () => {
    const first = SEEDS.map((seed) => figures(simulateDays({ seed, hours: 1.5 }), 0.5, 1.5));
    expect(median(first.flatMap(({ ages }) => ages))).toBeLessThan(40);
  });
});

describe('never more than once a minute, and never a long wait', () => {
  const worlds: Record<string, Omit<Days, 'seed'>> = {
    usual: { hours: 48 },
    'rounds of 5 to 15 minutes': { hours: 48, length: (random) => 300 + 600 * random() },
    'a clock that was never set': { hours: 48, ecuClock: () => null },
    'a clock that stands still': { hours: 48, ecuClock: () => NOON },
  };
  test.each(Object.entries(worlds))('%s', (_, world) => {
    for (const seed of SEEDS.slice(0, 5)) {
      const waits = gaps(simulateDays({ ...world, seed }).polls);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
      expect(Math.max(...waits)).toBeLessThan(15 * 60 + 90);
    }
  });
});

describe('rounds that come late', () => {
  /** s; round `index` of a simulated time, told by how many there were before. */
  const lateOnes = (isLate: (index: number) => boolean) => {
    let index = 0;
    return (random: () => number) => (isLate(index++) ? 200 : 5 + 20 * random());
  };

  test('once: the schedule stays where it is', () => {
    const medians = [1, 2, 3, 4, 5, 6].map((seed) => {
      const result = simulateDays({ seed, hours: 42, delay: lateOnes((index) => index === 36 * 12) });
      return median(figures(result, 36, 42).ages);
    });
    expect(Math.max(...medians)).toBeLessThan(25);
  });

  test('each 20th: the others stay young', () => {
    const medians = [1, 2, 3, 4, 5, 6].map((seed) => {
      const result = simulateDays({ seed, hours: 48, delay: lateOnes((index) => index % 20 === 10) });
      return median(figures(result, 24, 48).ages);
    });
    expect(median(medians)).toBeLessThan(25);
    expect(Math.max(...medians)).toBeLessThan(45);
  });
});

test('a poll takes its share of the minute, and a clock that was set meanwhile does not', () => {
  const start = new Date(FIRST_DAY);
  const took = (ms: number) => pollTook(start, new Date(FIRST_DAY + ms));
  expect([0, 300, 60_000, 130_000, 3_600_000, -3_600_000].map(took)).toEqual([0, 300, 60_000, 60_000, 0, 0]);
});

test('a clock that was never set, or stands still, is looked at every 5 minutes', () => {
  for (const ecuClock of [() => null, () => NOON]) {
    const { polls } = simulateDays({ seed: 1, hours: 24, ecuClock });
    expect(median(gaps(polls))).toBeCloseTo(300, 0);
  }
});

describe('other rounds', () => {
  test('a delay that never varies is met with hardly a miss', () => {
    for (const { ages, pollsPerRound } of overSeeds({ hours: 72, delay: () => 12 }, 24, [1, 2, 3])) {
      expect(median(ages)).toBeLessThan(14);
      expect(pollsPerRound).toBeLessThan(1.1);
    }
  });

  test('rounds of 15 minutes', () => {
    const runs = overSeeds({ hours: 96, length: () => 900 }, 12);
    expect(median(runs.flatMap(({ ages }) => ages))).toBeLessThan(21);
    expect(Math.max(...runs.map(({ pollsPerRound }) => pollsPerRound))).toBeLessThanOrEqual(1.31);
    expect(Math.max(...runs.map(({ missed }) => missed))).toBe(0);
  });

  test('a round that grows with its inverters, and shrinks again, is learned at once', () => {
    const lengths = [300, 340, 420, 600, 900, 640, 450, 310];
    const length = (_: unknown, index: number) => lengths[Math.floor(index / 40) % lengths.length] ?? 300;
    for (const { ages, missed, rounds, pollsPerRound } of overSeeds({ hours: 96, length }, 3, [1, 2, 3, 4])) {
      expect(median(ages)).toBeLessThan(23);
      expect(missed / rounds).toBeLessThan(0.02);
      expect(pollsPerRound).toBeLessThan(1.35);
    }
  });

  test('an ECU clock that gains or loses seconds a day', () => {
    for (const perDay of [5, -5]) {
      const ecuClock = (ms: number) => ms + ((ms - FIRST_DAY) * perDay) / 86_400;
      for (const { ages, pollsPerRound, missed } of overSeeds({ hours: 96, ecuClock }, 12, [1, 2, 3, 4])) {
        expect(median(ages)).toBeLessThan(25);
        expect(pollsPerRound).toBeLessThanOrEqual(1.31);
        expect(missed).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('wrong clocks and zones', () => {
  const quiet = overSeeds({ hours: 96 }, 3, [1, 2, 3, 4]);
  const usual = median(quiet.flatMap(({ ages }) => ages));

  test.each([
    ['years behind', (ms: number) => ms - 9 * 365 * 24 * HOUR],
    ['in another zone, minutes off', (ms: number) => ms + 8 * HOUR + 217_000],
  ])('an ECU clock %s changes nothing', (_, ecuClock) => {
    const runs = overSeeds({ hours: 96, ecuClock }, 3, [1, 2, 3, 4]);
    expect(median(runs.flatMap(({ ages }) => ages))).toBeCloseTo(usual, 1);
  });

  test.each([
    ['the hour that autumn repeats', -HOUR],
    ['the hour that spring leaves out', HOUR],
    ['a clock set back by minutes', -217_000],
    ['a clock set forward by minutes', 217_000],
  ])('%s costs no round', (_, jump) => {
    const ecuClock = (ms: number) => (ms < NOON ? ms : ms + jump);
    for (const seed of [1, 2, 3, 4]) {
      const result = simulateDays({ seed, hours: 72, ecuClock });
      const after = figures(result, 60, 64);
      expect(after.missed).toBe(0);
      expect(Math.max(...after.ages)).toBeLessThan(300);
      expect(median(after.ages)).toBeLessThan(30);
      expect(Math.max(...gaps(result.polls))).toBeLessThan(600);
    }
  });

  test.each([-400 * 24 * HOUR, -HOUR, -100_000, -20_000, 20_000, 100_000, HOUR, 400 * 24 * HOUR])(
    'our own clock set by %d ms costs two rounds at most',
    (jump) => {
      const ourClock = (ms: number) => (ms < NOON ? ms : ms + jump);
      for (const seed of [1, 2, 3, 4]) {
        const result = simulateDays({ seed, hours: 72, ourClock });
        expect(figures(result, 58, 72).missed).toBeLessThanOrEqual(2);
        expect(median(figures(result, 64, 72).ages)).toBeLessThan(25);
        expect(Math.max(...gaps(result.polls))).toBeLessThan(400);
      }
    },
  );
});

describe('nights, without the option to stop', () => {
  const isDay = (ms: number) => (ms / HOUR) % 24 >= 6 && (ms / HOUR) % 24 < 20;
  const stopsAtNight = (ms: number) => {
    const midnight = Math.floor(ms / (24 * HOUR)) * 24 * HOUR;
    const hour = (ms - midnight) / HOUR;
    return hour < 6 ? midnight - 4 * HOUR : hour >= 20 ? midnight + 20 * HOUR : ms;
  };
  test.each([
    ['goes on', (ms: number) => ms],
    ['stands still', stopsAtNight],
  ])('an ECU whose clock %s: a poll in 15 minutes, and by day as ever', (_, ecuClock) => {
    for (const seed of [1, 2, 3]) {
      const { polls } = simulateDays({ seed, hours: 96, isOnline: isDay, ecuClock });
      const waits = gaps(polls);
      const at = (from: number, to: number) =>
        waits.filter((_wait, index) => {
          const hour = ((polls[index]?.at ?? 0) / HOUR) % 24;
          return hour >= from && hour < to;
        });
      expect(Math.min(...at(21, 24), ...at(1, 5.5))).toBeGreaterThan(890);
      expect(Math.max(...waits)).toBeLessThan(902);
      // 14 minutes behind the first light the old pace is back.
      expect(Math.max(...at(6.3, 19))).toBeLessThan(400);
      const noon = polls.filter((poll) => poll.isNewRound && (poll.at / HOUR) % 24 > 7 && (poll.at / HOUR) % 24 < 19);
      expect(median(noon.map(({ age }) => age))).toBeLessThan(24);
    }
  });
});

describe('restarts', () => {
  test('what was learned goes through JSON, and a restart begins settled', () => {
    for (const seed of [1, 2, 3, 4]) {
      const before = simulateDays({ seed, hours: 96 }).schedule.learned();
      expect(before?.roundMs).toBeCloseTo(300_000, -1);
      const learned = JSON.parse(JSON.stringify(before)) as LearnedTiming;
      const { ages, pollsPerRound } = figures(simulateDays({ seed: seed + 50, hours: 24, learned }), 0.2, 24);
      expect(median(ages)).toBeLessThan(21);
      expect(pollsPerRound).toBeLessThan(1.32);
    }
  });

  test.each([HOUR, -HOUR, -100_000, 40 * 24 * HOUR])('an offset that is wrong by %d ms by then is dropped', (error) => {
    const learned = { ...settled, offsetMs: settled.offsetMs + error };
    const runs = overSeeds({ hours: 10, learned }, 1);
    expect(Math.max(...runs.map(({ missed }) => missed))).toBe(0);
    expect(median(runs.flatMap(({ ages }) => ages))).toBeLessThan(22);
  });

  test('nothing is known before the second round', () => {
    const schedule = createSchedule({ pollInterval: null });
    const at = new Date(FIRST_DAY);
    expect(schedule.afterAnswer({ stamp: '2026-06-01 01:00:00', startedAt: at, at, anyOnline: true })).toBe(60_000);
    expect(schedule.learned()).toBeNull();
  });
});

describe('by hand, and after failures', () => {
  const answer = (startedMs: number, tookMs: number, anyOnline = true) => ({
    stamp: '2026-06-01 01:00:00',
    startedAt: new Date(startedMs),
    at: new Date(startedMs + tookMs),
    anyOnline,
  });

  test('poll_interval counts from start to start, by day and by night', () => {
    const schedule = createSchedule({ pollInterval: 120 });
    expect(schedule.afterAnswer(answer(FIRST_DAY, 1_500))).toBe(118_500);
    for (let poll = 0; poll < 20; poll++) {
      expect(schedule.afterAnswer(answer(FIRST_DAY, 0, false))).toBe(120_000);
    }
    expect(schedule.learned()).toBeNull();
  });

  test('an interval of an hour is kept, one under a minute is a minute, and a slow ECU has its rest', () => {
    expect(createSchedule({ pollInterval: 3_600 }).afterAnswer(answer(FIRST_DAY, 0))).toBe(3_600_000);
    expect(createSchedule({ pollInterval: 5 }).afterAnswer(answer(FIRST_DAY, 0))).toBe(60_000);
    expect(createSchedule({ pollInterval: 60 }).afterAnswer(answer(FIRST_DAY, 59_000))).toBe(20_000);
    // Our clock was set during the poll.
    expect(createSchedule({ pollInterval: 60 }).afterAnswer(answer(FIRST_DAY, -HOUR))).toBe(60_000);
  });

  test('a minute five times, then longer up to five minutes, for ever', () => {
    const { afterFailure } = createSchedule({ pollInterval: null });
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000_000].map((failures) => afterFailure(failures) / 1_000);
    expect(waits).toEqual([60, 60, 60, 60, 60, 120, 240, 300, 300, 300]);
  });

  test('failures in between cost nothing that was learned', () => {
    const schedule = createSchedule({ pollInterval: null, learned: settled });
    const stamp = '2026-06-01 01:00:00';
    const at = new Date('2026-06-01T01:00:30Z');
    expect(schedule.afterAnswer({ stamp, startedAt: at, at, anyOnline: true })).toBe(288_600);
    schedule.afterFailure(1);
    const late = new Date('2026-06-01T01:40:00Z');
    const wait = schedule.afterAnswer({ stamp: '2026-06-01 01:35:00', startedAt: late, at: late, anyOnline: true });
    expect(wait).toBe(60_000);
    expect(schedule.learned()).toEqual(settled);
  });
});
