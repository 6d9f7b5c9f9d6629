import { expect, test } from 'vitest';
import { isToWatch } from '../../demo/arguments.ts';
import { UsageError } from '../../src/errors.ts';

test('the demo goes on with --watch', () => {
  expect([isToWatch([]), isToWatch(['--watch'])]).toEqual([false, true]);
});

test.each([
  [['--wacth'], 'There is no option --wacth. Did you mean --watch?'],
  [['watch'], 'What is "watch"? The demo knows only --watch'],
  [['--watch=yes'], '--watch takes no value'],
])('%j is wrong usage', (args, words) => {
  expect(() => isToWatch(args)).toThrow(UsageError);
  expect(() => isToWatch(args)).toThrow(words);
});
