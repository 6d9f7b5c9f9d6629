import { describe, expect, test } from 'vitest';
import { RoundTiming } from '../../src/polling/roundTiming.ts';

const HOUR = 3_600_000;
const ROUND = 300_000;
const settled = { roundMs: ROUND, offsetMs: 2 * HOUR + 13_000 };

/** Polls whenever it is due, of an ECU that shows a round 12 s after its stamp on a clock that is 2 hours behind. */
function poll(timing: RoundTiming, rounds: number, ecuClock = (stamp: number) => stamp, roundMs = ROUND) {
  const looks: { at: number; round: number }[] = [];
  let at = 1_000 * 3_600_000 + 20_000;
  for (const end = at + rounds * roundMs; at < end; ) {
    const round = Math.floor((at - 12_000) / roundMs) * roundMs;
    looks.push({ at, round });
    at = Math.max(at + 60_000, timing.take({ stamp: ecuClock(round - 2 * HOUR), at }));
  }
  return looks;
}

test('looks at once while nothing is known, and knows when rounds show when it saw two begin in the same minute', () => {
  const timing = new RoundTiming(null);
  expect(timing.take({ stamp: 0, at: 100_000 })).toBe(100_000);
  expect(timing.take({ stamp: 0, at: 260_000 })).toBe(260_000);
  timing.take({ stamp: ROUND, at: 320_000 });
  // It may have come late.
  expect(timing.learned).toBeNull();
  timing.take({ stamp: ROUND, at: 560_000 });
  timing.take({ stamp: 2 * ROUND, at: 620_000 });
  expect(timing.learned?.roundMs).toBe(ROUND);
  // Some time in the minute before.
  expect(Math.abs((timing.learned?.offsetMs ?? 0) - -10_000)).toBeLessThan(30_000);
});

test('begins with no round that came late', () => {
  const timing = new RoundTiming(null);
  const looks = [20, 80, 140, 200, 260, 320, 380, 440, 500, 560, 620, 680, 740, 800, 860, 920];
  for (const at of looks) {
    // The one of 300 s shows after 200 s, the others after 12 s.
    const round = at < 500 ? 0 : Math.floor((at - 12) / 300);
    timing.take({ stamp: round * ROUND, at: at * 1_000 });
  }
  expect(timing.learned?.offsetMs).toBeLessThan(21_000);
});

test('learns nothing from two rounds seen far apart', () => {
  const timing = new RoundTiming(null);
  timing.take({ stamp: 0, at: 100_000 });
  timing.take({ stamp: 600_000, at: 700_000 });
  expect(timing.learned).toBeNull();
});

test('an hour after nothing was known, a delay that does not vary is known to 2 s', () => {
  const timing = new RoundTiming(null);
  const looks = poll(timing, 30);
  const ages = looks
    .filter(({ round }, index) => index > 0 && round !== looks[index - 1]?.round)
    .map(({ at, round }) => at - round);
  const older = ages.slice(15).filter((age) => age > 14_000);
  // One look was made too early, to narrow the moment down.
  expect(older.length).toBeLessThanOrEqual(1);
});

describe("the ECU's clock is set", () => {
  test.each([-400 * 24 * HOUR, -HOUR, -37 * 60_000, 20_000, 37 * 60_000, HOUR])(
    'by %d ms: rounds come when they are due, so that the offset alone moves, and nobody looks twice',
    (jump) => {
      const timing = new RoundTiming(settled);
      const set = 1_000 * HOUR + 20 * ROUND - 2 * HOUR;
      const looks = poll(timing, 40, (stamp) => (stamp < set ? stamp : stamp + jump));
      expect(timing.learned?.roundMs).toBeCloseTo(ROUND, -2);
      expect(Math.abs((timing.learned?.offsetMs ?? 0) - (settled.offsetMs - jump))).toBeLessThan(2_000);
      expect(looks.length).toBeLessThanOrEqual(44);
    },
  );
});

test('a due moment that no round can explain is not waited for', () => {
  expect(new RoundTiming({ ...settled, offsetMs: 1e12 }).take({ stamp: 0, at: 0 })).toBe(ROUND + 60_000);
  const back = new RoundTiming(settled);
  back.take({ stamp: 0, at: 2 * HOUR + 60_000 });
  expect(back.take({ stamp: 0, at: -1e12 })).toBe(-1e12 + ROUND + 60_000);
});

test('a saved offset that is wrong is not believed for long', () => {
  const timing = new RoundTiming({ ...settled, offsetMs: settled.offsetMs + HOUR });
  poll(timing, 12);
  expect(Math.abs((timing.learned?.offsetMs ?? 0) - settled.offsetMs)).toBeLessThan(3_000);
});

test('rounds that became half as long are not taken for every other one for ever', () => {
  const timing = new RoundTiming({ ...settled, roundMs: 2 * ROUND });
  poll(timing, 40);
  expect(timing.learned?.roundMs).toBeCloseTo(ROUND, -2);
});

test('looks into the middle of long rounds are rare', () => {
  const looks = poll(new RoundTiming({ ...settled, roundMs: 2 * ROUND }), 160, undefined, 2 * ROUND);
  expect(looks.length / 160).toBeLessThan(1.1);
});
