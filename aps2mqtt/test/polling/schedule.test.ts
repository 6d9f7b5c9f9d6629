import { describe, expect, test } from 'vitest';
import type { LearnedTiming } from '../../src/polling/learnedTiming.ts';
import { createSchedule, pollTook } from '../../src/polling/schedule.ts';
import {
  type Days,
  FIRST_DAY,
  figures,
  gaps,
  LIVE,
  mean,
  median,
  quantile,
  type Random,
  simulateDays,
} from '../support/pollSimulation.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const HOUR = 3_600_000;
/** In the middle of the third simulated day. */
const NOON = FIRST_DAY + 60 * HOUR;

const settled: LearnedTiming = { roundMs: 300_000, offsetMs: 24_000 };

/** ms of a poll of which one query in a hundred or so is tried a second time: 3 % of connections fail. */
const retried = (random: Random) => 100 + (random() < 0.06 ? 500 : 0);

/** All seeds' days, from the hour on when timing is settled. */
function overSeeds(days: Omit<Days, 'seed'>, from: number, seeds = SEEDS) {
  return seeds.map((seed) => figures(simulateDays({ ...days, seed }), from, days.hours));
}

describe('budgets, from half an hour after nothing was known: 300 s rounds that show after 5 to 25 s', () => {
  const runs = overSeeds({ hours: 72, took: retried }, 0.5);

  test('values are 27 s old in the mean, 95 % of them 35 s at most, for each seed', () => {
    for (const { ages } of runs) {
      expect(mean(ages)).toBeLessThan(27);
      expect(quantile(ages, 0.95)).toBeLessThan(35);
    }
  });

  test('on the first day, too, in the mean of the seeds', () => {
    const firstDays = overSeeds(
      { hours: 24.5, took: retried },
      0.5,
      Array.from({ length: 40 }, (_, index) => 100 + index),
    );
    expect(mean(firstDays.map(({ ages }) => mean(ages)))).toBeLessThan(27);
    expect(Math.max(...firstDays.map(({ ages }) => quantile(ages, 0.95)))).toBeLessThan(35);
  });

  test('it takes at most 1.1 polls a round, and not one round is missed', () => {
    expect(Math.max(...runs.map(({ pollsPerRound }) => pollsPerRound))).toBeLessThanOrEqual(1.1);
    expect(Math.max(...runs.map(({ missed }) => missed))).toBe(0);
  });

  test('of polls that fail for good, 3 %, none costs a round or more than its own minute', () => {
    for (const { ages, missed, pollsPerRound } of overSeeds({ hours: 24, failing: 0.03 }, 0.5, [1, 2])) {
      expect(mean(ages)).toBeLessThan(27 + 0.03 * 60);
      expect(missed).toBe(0);
      expect(pollsPerRound).toBeLessThanOrEqual(1.1);
    }
  });
});

describe('never more than once a minute, and never a long wait', () => {
  const worlds: Record<string, Omit<Days, 'seed'>> = {
    usual: { hours: 24 },
    'rounds of 5 to 15 minutes': { hours: 24, length: (random) => 300 + 600 * random() },
    'a clock that was never set': { hours: 48, ecuClock: () => null },
    'a clock that stands still': { hours: 48, ecuClock: () => NOON },
  };
  test.each(Object.entries(worlds))('%s', (_, world) => {
    for (const seed of SEEDS.slice(0, 2)) {
      const waits = gaps(simulateDays({ ...world, seed }).polls);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
      expect(Math.max(...waits)).toBeLessThan(15 * 60 + 90);
    }
  });
});

describe('rounds that come late', () => {
  const day = (isLate: (index: number, random: Random) => boolean, late = 200) => {
    let index = 0;
    const delay = (random: Random) => (isLate(index++, random) ? late : 5 + 20 * random());
    return figures(simulateDays({ seed: 1, hours: 36, delay, learned: settled }), 12, 36);
  };

  test('two in a row: the schedule stays where it is', () => {
    const { ages, pollsPerRound } = day((index) => index === 200 || index === 201);
    expect(quantile(ages, 0.95)).toBeLessThan(30);
    expect(pollsPerRound).toBeLessThan(1.1);
  });

  test.each([200, 100])('a fifth of them, by %d s: the others stay young', (late) => {
    const { ages } = day((_, random) => random() < 0.2, late);
    expect(quantile(ages, 0.7)).toBeLessThan(30);
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

test('an ECU that stamps each reply with the time of day is asked every 5 minutes, with timing saved or not', () => {
  for (const learned of [null, settled]) {
    const { polls } = simulateDays({ seed: 1, hours: 48, ecuClock: () => LIVE, learned });
    expect(median(gaps(polls))).toBeCloseTo(300, 0);
    expect(polls.length / (48 * 12)).toBeLessThan(1.1);
  }
});

describe('other rounds', () => {
  test('a delay that never varies is met with hardly a miss', () => {
    for (const { ages, pollsPerRound } of overSeeds({ hours: 48, delay: () => 12 }, 0.6)) {
      expect(mean(ages)).toBeLessThan(14);
      expect(quantile(ages, 0.98)).toBeLessThan(14);
      expect(pollsPerRound).toBeLessThan(1.05);
    }
  });

  test('rounds of two minutes are learned as well', () => {
    for (const { ages, pollsPerRound, missed } of overSeeds({ hours: 24, length: () => 120 }, 1, [1, 2])) {
      expect(mean(ages)).toBeLessThan(28);
      expect(pollsPerRound).toBeLessThanOrEqual(1.1);
      expect(missed).toBe(0);
    }
  });

  test.each([900, 1_800])('rounds of %d s', (seconds) => {
    for (const { ages, pollsPerRound, missed } of overSeeds({ hours: 144, length: () => seconds }, 24, [1, 2])) {
      expect(mean(ages)).toBeLessThan(28);
      expect(pollsPerRound).toBeLessThanOrEqual(1.15);
      expect(missed).toBe(0);
    }
  });

  test('rounds of 45 minutes are not asked for every minute', () => {
    const { polls } = simulateDays({ seed: 1, hours: 72, length: () => 2_700 });
    expect(polls.length / 96).toBeLessThan(1.6);
  });

  test('a round that grows with its inverters, and shrinks again, is learned at once', () => {
    const lengths = [300, 360, 480, 600, 480, 360, 300, 600];
    const length = (_: unknown, index: number) => lengths[Math.floor(index / 40) % lengths.length] ?? 300;
    for (const { ages, missed, rounds, pollsPerRound } of overSeeds({ hours: 48, length }, 1, [1, 2])) {
      expect(quantile(ages, 0.95)).toBeLessThan(35);
      // Until a round that became half as long is looked at in its middle.
      expect(missed / rounds).toBeLessThan(0.05);
      expect(pollsPerRound).toBeLessThan(1.15);
    }
  });

  test('an ECU clock that gains or loses seconds a day', () => {
    for (const perDay of [5, -5]) {
      const ecuClock = (ms: number) => ms + ((ms - FIRST_DAY) * perDay) / 86_400;
      const { polls } = simulateDays({ seed: 1, hours: 96, ecuClock });
      // What a poll meets begins to show where the true stamp says, however wrong the one that it bears.
      const days = (from: number) => polls.filter(({ at, isNewRound }) => isNewRound && at > FIRST_DAY + from * HOUR);
      expect(mean(days(12).map(({ age }) => age))).toBeLessThan(30);
      expect(polls.length / (96 * 12)).toBeLessThan(1.12);
    }
  });

  test('polls that a person asks for in between, and slow ones, cost no round and no haste', () => {
    const worlds = [
      { refresh: (random: Random) => (random() < 0.3 ? Math.round(200_000 * random()) : null) },
      { took: (random: Random) => Math.round(2_400 + 27_600 * random()) },
    ];
    for (const world of worlds) {
      const result = simulateDays({ seed: 1, hours: 24, ...world });
      expect(figures(result, 0.5, 24).missed).toBe(0);
      expect(Math.min(...gaps(result.polls))).toBeGreaterThanOrEqual(60);
    }
  });
});

describe('wrong clocks and zones', () => {
  test.each([-400 * 24 * HOUR, -HOUR, -217_000, -20_000, 20_000, 217_000, HOUR, 400 * 24 * HOUR])(
    'set by %d ms, theirs or ours: no round is lost, and it is settled again within two hours',
    (jump) => {
      const noon = FIRST_DAY + 12 * HOUR;
      const clock = (ms: number) => (ms < noon ? ms : ms + jump);
      for (const world of [{ ecuClock: clock }, { ourClock: clock }]) {
        const result = simulateDays({ seed: 1, hours: 20, learned: settled, ...world });
        expect(figures(result, 10, 20).missed).toBeLessThanOrEqual(1);
        expect(median(figures(result, 15, 20).ages)).toBeLessThan(Math.abs(jump) < 30_000 ? 46 : 30);
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
    for (const seed of [1]) {
      const { polls } = simulateDays({ seed, hours: 72, isOnline: isDay, ecuClock });
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
      expect(median(noon.map(({ age }) => age))).toBeLessThan(28);
    }
  });
});

describe('restarts', () => {
  test('what was learned goes through JSON, and a restart begins settled', () => {
    for (const seed of [1, 2]) {
      const before = simulateDays({ seed, hours: 24 }).schedule.learned();
      expect(before?.roundMs).toBeCloseTo(300_000, -1);
      const learned = JSON.parse(JSON.stringify(before)) as LearnedTiming;
      const { ages, pollsPerRound } = figures(simulateDays({ seed: seed + 50, hours: 12, learned }), 0.1, 12);
      expect(mean(ages)).toBeLessThan(27);
      expect(pollsPerRound).toBeLessThan(1.1);
    }
  });

  test.each([HOUR, -HOUR, -100_000, 40 * 24 * HOUR])('an offset that is wrong by %d ms by then is dropped', (error) => {
    const learned = { ...settled, offsetMs: settled.offsetMs + error };
    const runs = overSeeds({ hours: 8, learned }, 1, [1, 2]);
    expect(Math.max(...runs.map(({ missed }) => missed))).toBe(0);
    expect(median(runs.flatMap(({ ages }) => ages))).toBeLessThan(28);
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
    // A minute before it is due: the first time it is looked whether rounds show even earlier.
    expect(schedule.afterAnswer({ stamp, startedAt: at, at, anyOnline: true })).toBe(234_000);
    schedule.afterFailure(1);
    const late = new Date('2026-06-01T01:40:00Z');
    const wait = schedule.afterAnswer({ stamp: '2026-06-01 01:35:00', startedAt: late, at: late, anyOnline: true });
    expect(wait).toBe(60_000);
    expect(schedule.learned()?.offsetMs).toBeCloseTo(settled.offsetMs, -3);
  });
});
