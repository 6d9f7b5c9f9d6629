import { describe, expect, test } from 'vitest';
import { Claims } from '../../src/monitor/claims.ts';

const [ONE, OTHER] = ['216200000001', '216200000002'] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Two addresses, `a` before `b`, and what answers at them, a line each: ms, address, ECU. */
function claims() {
  const all = new Claims(15 * MINUTE);
  for (const address of ['a', 'b', 'c']) {
    all.add(address);
  }
  return all;
}
const claimAll = (all: Claims, answers: readonly (readonly [at: number, address: string, ecuId: string])[]) =>
  answers.map(([at, address, ecuId]) => all.claim(ecuId, address, at));

describe('an ECU', () => {
  test('belongs to the address that has heard it last', () => {
    const all = claims();
    expect(
      claimAll(all, [
        [0, 'a', ONE],
        [5 * MINUTE, 'b', ONE],
        [10 * MINUTE, 'b', ONE],
      ]),
    ).toEqual(['a', 'b', 'b']);
    expect(all.ownerOf(ONE)).toBe('b');
    expect(all.ownedBy('b')).toBe(ONE);
    expect(all.ownedBy('a')).toBeNull();
  });

  test('belongs to nobody when its address is silent, or another ECU is there', () => {
    const all = claims();
    all.claim(ONE, 'a', 0);
    all.release('a');
    expect(all.ownerOf(ONE)).toBeNull();
    all.claim(ONE, 'a', 0);
    all.claim(OTHER, 'a', MINUTE);
    expect(all.ownerOf(ONE)).toBeNull();
    expect(all.ownerOf(OTHER)).toBe('a');
  });

  test('that moves to and fro is followed', () => {
    const all = claims();
    for (const [day, address] of ['a', 'b', 'a', 'b', 'a', 'b'].entries()) {
      expect(all.claim(ONE, address, day * DAY)).toBe(address);
    }
  });
});

describe('an ECU that answers at two addresses', () => {
  const bothFor = (minutes: number): [number, string, string][] =>
    Array.from({ length: minutes }, (_, minute) => [
      [minute * MINUTE, 'a', ONE] as [number, string, string],
      [minute * MINUTE + 1, 'b', ONE] as [number, string, string],
    ]).flat();

  test('is read at the first of them after the second turn, whichever was quicker', () => {
    const all = claims();
    claimAll(all, bothFor(3));
    expect(all.ownerOf(ONE)).toBe('a');
    expect(all.duplicatesOf(ONE)).toEqual(['b']);
    const other = claims();
    claimAll(other, bothFor(3).slice(1));
    expect(other.ownerOf(ONE)).toBe('a');
    expect(other.claim(ONE, 'b', 3 * MINUTE)).toBe('a');
  });

  test('is read at one of three as well', () => {
    const all = claims();
    for (let minute = 0; minute < 4; minute++) {
      claimAll(
        all,
        ['a', 'b', 'c'].map((address) => [minute * MINUTE, address, ONE] as const),
      );
    }
    expect(all.ownerOf(ONE)).toBe('a');
    expect([...all.duplicatesOf(ONE)].sort()).toEqual(['b', 'c']);
  });

  test('stays with the first when the second is asked once an hour', () => {
    const all = claims();
    claimAll(all, bothFor(3));
    for (let hour = 1; hour < 5; hour++) {
      all.claim(ONE, 'a', hour * HOUR - MINUTE);
      expect(all.claim(ONE, 'b', hour * HOUR)).toBe('a');
    }
  });

  test('is read at the second when the first falls silent', () => {
    const all = claims();
    claimAll(all, bothFor(3));
    all.release('a');
    expect(all.claim(ONE, 'b', HOUR)).toBe('b');
    expect(all.duplicatesOf(ONE)).toEqual([]);
  });

  test('is read at the second when the first was asked no more', () => {
    const all = claims();
    claimAll(all, bothFor(3));
    expect(all.claim(ONE, 'b', 5 * HOUR)).toBe('b');
  });

  test('is no duplicate any more where another ECU answers', () => {
    const all = claims();
    claimAll(all, bothFor(3));
    expect(all.claim(OTHER, 'b', HOUR)).toBe('b');
    expect(all.duplicatesOf(ONE)).toEqual([]);
    expect(all.claim(ONE, 'b', HOUR + MINUTE)).toBe('b');
  });
});

test.each([3 * DAY, MINUTE])('two ECUs that change places, and back after %d ms, are one each', (pause) => {
  const all = claims();
  const straight = [
    [0, 'a', ONE],
    [0, 'b', OTHER],
  ] as const;
  const crossed = [
    [0, 'a', OTHER],
    [0, 'b', ONE],
  ] as const;
  const at = (answers: typeof straight | typeof crossed, ms: number) =>
    answers.map(([, address, ecuId]) => [ms, address, ecuId] as const);
  for (const [index, answers] of [straight, crossed, straight].entries()) {
    expect(claimAll(all, at(answers, index * pause))).toEqual(['a', 'b']);
  }
  expect(all.ownerOf(ONE)).toBe('a');
  expect(all.ownerOf(OTHER)).toBe('b');
});
