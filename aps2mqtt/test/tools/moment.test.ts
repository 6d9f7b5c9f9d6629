import { expect, it } from 'vitest';
import { moment } from '../../src/tools/moment.ts';

const now = new Date('2026-06-21T10:00:15Z');

it.each([
  ['2026-06-21T10:00:15Z', '12:00, now'],
  ['2026-06-21T09:57:15Z', '11:57, 3 minutes ago'],
  ['2026-06-20T21:59:00Z', 'yesterday 23:59, 12 hours ago'],
  ['2022-09-20T12:01:15Z', '20 September 2022 14:01, 4 years ago'],
  ['2026-06-21T12:00:15Z', '14:00, in 2 hours'],
  ['2026-06-22T12:00:15Z', '22 June 2026 14:00, in 1 day'],
])('%s is told as %s', (at, words) => {
  expect(moment(new Date(at), now, 'Europe/Paris')).toBe(words);
});
