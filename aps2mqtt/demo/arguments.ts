import { parseWords } from '../src/cli/commandLine.ts';
import { UsageError } from '../src/errors.ts';

export const HELP = `npm run demo               a simulated ECU, a broker, and what Home Assistant would get
npm run demo -- --watch    the same, until Ctrl-C: the table follows the sun`;

const OPTIONS = { watch: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/**
 * What the person wants: one round, the demo that goes on until Ctrl-C, or words on how to use it.
 *
 * @param args what was typed behind `npm run demo --`
 * @throws UsageError that says what was probably meant
 */
export function wishOf(args: readonly string[]): 'once' | 'watch' | 'help' {
  const { values, positionals } = parseWords(args, OPTIONS);
  const [surplus] = positionals;
  if (values.help || surplus === 'help') {
    return 'help';
  }
  if (surplus !== undefined) {
    throw new UsageError(`What is "${surplus}"? The demo knows only --watch`);
  }
  return values.watch ? 'watch' : 'once';
}
