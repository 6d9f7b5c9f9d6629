import { expect, test } from 'vitest';
import { wishOf } from '../../demo/arguments.ts';
import { UsageError } from '../../src/errors.ts';

test('the demo goes on with --watch', () => {
  expect([[], ['--watch'], ['--help'], ['-h'], ['help']].map(wishOf)).toEqual([
    'once',
    'watch',
    'help',
    'help',
    'help',
  ]);
});

test.each([
  [['--wacth'], 'There is no option --wacth. Did you mean --watch?'],
  [['watch'], 'What is "watch"? The demo knows only --watch'],
  [['--watch=yes'], '--watch takes no value'],
])('%j is wrong usage', (args, words) => {
  expect(() => wishOf(args)).toThrow(UsageError);
  expect(() => wishOf(args)).toThrow(words);
});
