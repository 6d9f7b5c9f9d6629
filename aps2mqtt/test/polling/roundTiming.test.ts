import { describe, expect, test } from 'vitest';
import type { LearnedTiming } from '../../src/polling/learnedTiming.ts';
import { RoundTiming } from '../../src/polling/roundTiming.ts';

const HOUR = 3_600_000;
const settled: LearnedTiming = { roundMs: 300_000, offsetMs: 2 * HOUR + 18_000, stepMs: 150, spreadMs: 6_000 };

/** Polls whenever it is due, of an ECU that shows a round 12 s after its stamp on a clock that is 2 hours behind. */
function poll(timing: RoundTiming, rounds: number, ecuClock: (stamp: number) => number = (stamp) => stamp): number {
  let at = 1_000 * 300_000 + 20_000;
  for (let end = at + rounds * 300_000; at < end; ) {
    const round = Math.floor((at - 12_000) / 300_000) * 300_000;
    at = Math.max(at + 60_000, timing.take({ stamp: ecuClock(round - 2 * HOUR), at }));
  }
  return at;
}

describe('a clock that is set', () => {
  test.each([-HOUR, HOUR, -37 * 60_000])(
    'by %d ms, while rounds come when they are due, moves the offset alone',
    (jump) => {
      const quiet = new RoundTiming(settled);
      poll(quiet, 10);
      const moved = new RoundTiming(settled);
      poll(moved, 10, (stamp) => (stamp < 1_005 * 300_000 - 2 * HOUR ? stamp : stamp + jump));
      expect(moved.learned).toMatchObject({ roundMs: 300_000, spreadMs: quiet.learned?.spreadMs, stepMs: 150 });
      const shift = (moved.learned?.offsetMs ?? 0) - (quiet.learned?.offsetMs ?? 0);
      expect(Math.abs(shift + jump)).toBeLessThan(1_000);
    },
  );
});

test.each([-4, 3, 25])('a clock that is set by %d minutes makes no rounds longer or shorter', (minutes) => {
  const timing = new RoundTiming(settled);
  const first = timing.take({ stamp: 0, at: 2 * HOUR + 60_000 });
  const due = timing.take({ stamp: 300_000, at: first });
  timing.take({ stamp: 300_000, at: due });
  timing.take({ stamp: 600_000 + minutes * 60_000, at: due + 60_000 });
  expect(timing.learned?.roundMs).toBe(300_000);
});

test('a late ask that is answered on a clock that was set moves the offset alone, too', () => {
  const timing = new RoundTiming(settled);
  const due = timing.take({ stamp: 0, at: 2 * HOUR + 60_000 });
  // Three looks in vain use up the credit for early asks.
  for (const late of [0, 60_000, 120_000]) {
    timing.take({ stamp: 0, at: due + late });
  }
  const at = timing.take({ stamp: 300_000, at: due + 180_000 });
  const { offsetMs = 0, spreadMs = 0 } = timing.learned ?? {};
  expect(at).toBe(600_000 + offsetMs + spreadMs);
  timing.take({ stamp: 600_000 - HOUR, at });
  expect(timing.learned?.offsetMs).toBeCloseTo(offsetMs + HOUR, -3);
});

test('our own clock set back between two rounds: what was learned is void', () => {
  const timing = new RoundTiming(settled);
  timing.take({ stamp: 0, at: 2 * HOUR + 60_000 });
  timing.take({ stamp: 300_000, at: HOUR });
  expect(timing.learned).toBeNull();
});

describe('learning', () => {
  test('looks at once while nothing is known, and knows when a round begins as soon as it saw one begin', () => {
    const timing = new RoundTiming(null);
    expect(timing.take({ stamp: 0, at: 100_000 })).toBe(100_000);
    expect(timing.take({ stamp: 0, at: 260_000 })).toBe(260_000);
    expect(timing.learned).toBeNull();
    timing.take({ stamp: 300_000, at: 320_000 });
    // Some time in the minute before.
    expect(timing.learned).toMatchObject({ roundMs: 300_000, offsetMs: -10_000 });
  });

  test('learns nothing from two rounds seen far apart', () => {
    const timing = new RoundTiming(null);
    timing.take({ stamp: 0, at: 100_000 });
    timing.take({ stamp: 600_000, at: 700_000 });
    expect(timing.learned).toBeNull();
  });

  test('a poll that somebody asked for in between is neither a hit nor a miss', () => {
    const timing = new RoundTiming(settled);
    const due = timing.take({ stamp: 0, at: 2 * HOUR + 60_000 });
    expect(due).toBe(2 * HOUR + 318_000);
    expect(timing.take({ stamp: 0, at: 2 * HOUR + 200_000 })).toBe(due);
    timing.take({ stamp: 300_000, at: due + 100_000 });
    expect(timing.learned).toEqual(settled);
  });

  test('down after a hit, up more after a miss', () => {
    const hit = new RoundTiming(settled);
    hit.take({ stamp: 300_000, at: hit.take({ stamp: 0, at: 2 * HOUR + 60_000 }) });
    expect(hit.learned?.offsetMs).toBe(settled.offsetMs - 48);
    const miss = new RoundTiming(settled);
    const due = miss.take({ stamp: 0, at: 2 * HOUR + 60_000 });
    miss.take({ stamp: 0, at: due });
    miss.take({ stamp: 0, at: due + 60_000 });
    expect(miss.learned?.offsetMs).toBe(settled.offsetMs + 102);
  });

  test('never waits longer than for the next round, whatever the clocks say', () => {
    const timing = new RoundTiming({ ...settled, offsetMs: 1e12 });
    expect(timing.take({ stamp: 0, at: 0 })).toBe(360_000);
    const back = new RoundTiming(settled);
    back.take({ stamp: 0, at: 2 * HOUR + 60_000 });
    expect(back.take({ stamp: 0, at: -1e12 })).toBe(-1e12 + 360_000);
  });

  test('rounds that became half as long are not taken for every other one for ever', () => {
    const timing = new RoundTiming({ ...settled, roundMs: 600_000 });
    poll(timing, 3);
    expect(timing.learned?.roundMs).toBe(300_000);
  });

  test('a look in the middle of a long round that the night left undone is made in the morning', () => {
    const timing = new RoundTiming({ ...settled, roundMs: 600_000 });
    const look = (round: number) => timing.take({ stamp: round * 300_000, at: 2 * HOUR + round * 300_000 + 60_000 });
    for (let round = 0; round < 30; round += 3) {
      look(round);
    }
    // In the middle between round 30 and what would be the next one, of 600 s.
    expect(look(30)).toBe(2 * HOUR + 31 * 300_000 + 24_000);
    expect(look(31)).toBe(2 * HOUR + 32 * 300_000 + 18_000);
    expect(timing.learned?.roundMs).toBe(300_000);
  });

  test('looks into the middle of long rounds that are long grow rare', () => {
    const timing = new RoundTiming({ ...settled, roundMs: 600_000 });
    const probed: number[] = [];
    for (let round = 0; round < 100; round++) {
      const at = 2 * HOUR + round * 600_000 + 30_000;
      const due = timing.take({ stamp: round * 600_000, at });
      if (due - at < 500_000) {
        probed.push(round);
        timing.take({ stamp: round * 600_000, at: due });
      }
    }
    expect(probed).toEqual([0, 2, 6, 14, 30, 54, 78]);
  });
});
