import { parseWords } from '../src/commandLine.ts';
import { UsageError } from '../src/errors.ts';

const OPTIONS = { watch: { type: 'boolean' } } as const;

/**
 * Whether the demo goes on until Ctrl-C.
 *
 * @param args what was typed behind `npm run demo --`
 * @throws UsageError that says what was probably meant
 */
export function isToWatch(args: readonly string[]): boolean {
  const { values, positionals } = parseWords(args, OPTIONS);
  const [surplus] = positionals;
  if (surplus !== undefined) {
    throw new UsageError(`What is "${surplus}"? The demo knows only --watch`);
  }
  return values.watch ?? false;
}
