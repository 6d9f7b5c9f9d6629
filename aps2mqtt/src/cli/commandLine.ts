import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';

type OptionTypes = NonNullable<ParseArgsConfig['options']>;

/**
 * The words of a command line, by the options that a command has.
 *
 * @throws UsageError that says what was probably meant: Node's own words are for programmers
 */
export function parseWords<const T extends OptionTypes>(args: readonly string[], options: T) {
  const words = withNegativeNumbers(args);
  const { tokens } = parseArgs({ args: words, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option') {
      checkOption(token.rawName, token.value, token.inlineValue === true, options[token.name]?.type, options);
    }
  }
  return parseArgs({ args: words, options, allowPositionals: true });
}

/** South and west are negative: `--latitude -33.9` is `--latitude=-33.9`, and not an option named 3. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const words: string[] = [];
  for (const word of args) {
    const before = words.at(-1) ?? '';
    if (/^-\d/.test(word) && /^--[a-z-]+$/.test(before)) {
      words[words.length - 1] = `${before}=${word}`;
    } else {
      words.push(word);
    }
  }
  return words;
}

function checkOption(
  typed: string,
  value: string | undefined,
  isInline: boolean,
  type: 'string' | 'boolean' | undefined,
  options: OptionTypes,
): void {
  if (type === undefined) {
    const near = meant(typed.replace(/^-+/, ''), Object.keys(options));
    throw new UsageError(`There is no option ${typed}.${near === null ? '' : ` Did you mean --${near}?`}`);
  }
  if (type === 'boolean' && value !== undefined) {
    throw new UsageError(`${typed} takes no value: leave out "${value}"`);
  }
  const isNextOption = !isInline && value !== undefined && value.length > 1 && value.startsWith('-');
  if (type === 'string' && (value === undefined || isNextOption)) {
    throw new UsageError(`${typed} needs a value`);
  }
}

/** What was cut short, or else mistyped. */
function meant(typed: string, names: readonly string[]): string | null {
  return names.find((name) => name.startsWith(typed.toLowerCase())) ?? nearest(typed, names);
}
