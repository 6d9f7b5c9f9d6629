import { expect, it } from 'vitest';
import { closing, Quiet } from '../../src/polling/quiet.ts';
import { FakeClock } from '../support/fakeClock.ts';

it('ends with the first query of a poll, until the poll is over', async () => {
  const quiet = new Quiet(new FakeClock('2026-06-21T11:00:00Z'));
  quiet.open(60_000);
  await quiet.wait(AbortSignal.timeout(1_000));
  let isQuiet = false;
  const asked = closing(quiet, {
    exchange: async () => {
      void quiet.wait(new AbortController().signal).then(() => {
        isQuiet = true;
      });
      return Buffer.from('reply');
    },
  });
  expect(await asked.exchange(Buffer.from('query'), new AbortController().signal)).toEqual(Buffer.from('reply'));
  await Promise.resolve();
  expect(isQuiet).toBe(false);
  quiet.open(60_000);
  await expect.poll(() => isQuiet).toBe(true);
});
