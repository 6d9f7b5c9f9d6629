import { expect, test } from 'vitest';
import { FakeClock } from './fakeClock.ts';

const never = new AbortController().signal;

test('sleepers wake in order, each after all that the one before it has done', async () => {
  const clock = new FakeClock('2026-06-01T12:00:00Z');
  const seen: string[] = [];
  const tell = (name: string) => seen.push(`${name} ${clock.now().toISOString().slice(14, 19)}`);
  const late = clock.sleep(90_000, never).then(() => tell('late'));
  const early = clock.sleep(30_000, never).then(async () => {
    tell('early');
    await clock.sleep(30_000, never);
    tell('again');
  });
  await clock.advance(89_999);
  expect(seen).toEqual(['early 00:30', 'again 01:00']);
  await clock.advance(1);
  expect(seen).toEqual(['early 00:30', 'again 01:00', 'late 01:30']);
  expect(clock.sleepers).toBe(0);
  await Promise.all([late, early]);
});

test('an aborted sleeper rejects with the reason and is gone; a jump wakes nobody', async () => {
  const clock = new FakeClock('2026-06-01T12:00:00Z');
  const stop = new AbortController();
  const sleep = clock.sleep(1_000, stop.signal);
  clock.jump(3_600_000);
  await clock.advance(0);
  expect(clock.sleepers).toBe(1);
  expect(clock.now().toISOString()).toBe('2026-06-01T13:00:00.000Z');
  stop.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  expect(clock.sleepers).toBe(0);
  await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
});
