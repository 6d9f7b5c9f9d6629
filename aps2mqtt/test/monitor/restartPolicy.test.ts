import { describe, expect, test } from 'vitest';
import { EcuError, EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import {
  afterPoll,
  afterRestart,
  isInGrace,
  NO_OUTAGE,
  type Outage,
  remedyFor,
} from '../../src/monitor/restartPolicy.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 5, 1, 12);
const at = (minutes: number) => new Date(NOON + minutes * MINUTE);
const silent = new EcuSilentError('no answer', false);
const silentFor = (polls: number, from: Outage = NO_OUTAGE) =>
  Array.from({ length: polls }).reduce<Outage>((silence) => afterPoll(silence, silent), from);

describe('when to restart', () => {
  test('after 5 polls in a row without an answer', () => {
    expect([3, 4, 5, 6].map((polls) => remedyFor(silentFor(polls), at(0), false, true))).toEqual([
      'none',
      'none',
      'restart',
      'restart',
    ]);
  });

  test.each([
    ['an answer', null],
    ['a reply that we cannot read', new MalformedReplyError('APS', 'XXX', 0, Buffer.from('XXX'))],
    ['a fault of ours', new EcuError('internal fault')],
  ])('%s counts as one', (_, error) => {
    expect(remedyFor(silentFor(4, afterPoll(silentFor(4), error)), at(0), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, afterPoll(silentFor(4), error)), at(0), false, true)).toBe('restart');
  });

  test('not in the night gap', () => {
    expect(remedyFor(silentFor(50), at(0), true, true)).toBe('none');
    expect(remedyFor(silentFor(50), at(0), true, false)).toBe('none');
  });

  test('not within 10 minutes of a restart, then after 5 polls again, and twice a day at most', () => {
    const first = afterRestart(silentFor(5), at(0));
    expect(isInGrace(first, at(9))).toBe(true);
    expect(remedyFor(silentFor(9, first), at(9), false, true)).toBe('none');
    expect(isInGrace(first, at(11))).toBe(false);
    expect(remedyFor(silentFor(4, first), at(11), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, first), at(11), false, true)).toBe('restart');
    const second = afterRestart(silentFor(5, first), at(11));
    expect(remedyFor(silentFor(5, second), at(30), false, true)).toBe('powerCycle');
    expect(remedyFor({ ...silentFor(5, second), isTold: true }, at(30), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, second), at(24 * 60 - 1), false, true)).toBe('powerCycle');
    expect(remedyFor(silentFor(5, second), at(24 * 60 + 1), false, true)).toBe('restart');
    const third = afterRestart(silentFor(5, second), at(24 * 60 + 1));
    expect(remedyFor(silentFor(5, third), at(24 * 60 + 12), false, true)).toBe('restart');
    expect(third.restarts.length).toBe(2);
  });

  test('a clock that was set back by a day lets nobody restart more', () => {
    const second = afterRestart(afterRestart(silentFor(5), at(0)), at(11));
    expect(isInGrace(second, at(-24 * 60))).toBe(false);
    expect(remedyFor(silentFor(5, second), at(-24 * 60), false, true)).toBe('powerCycle');
  });

  test('restarts of a time when our clock was weeks ahead do not count', () => {
    const second = afterRestart(afterRestart(silentFor(5), at(0)), at(11));
    expect(remedyFor(silentFor(5, second), at(-8 * 24 * 60), false, true)).toBe('restart');
  });

  test('a model that cannot is named, once a silence', () => {
    const silence = silentFor(5);
    expect(remedyFor(silence, at(0), false, false)).toBe('powerCycle');
    const told = { ...silence, isTold: true };
    expect(remedyFor(silentFor(99, told), at(99), false, false)).toBe('none');
    expect(remedyFor(silentFor(5, afterPoll(told, null)), at(99), false, false)).toBe('powerCycle');
  });
});
