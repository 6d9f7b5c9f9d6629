import { describe, expect, it } from 'vitest';
import { parseWords } from '../../src/cli/commandLine.ts';
import { UsageError } from '../../src/errors.ts';

const OPTIONS = {
  port: { type: 'string', short: 'p' },
  latitude: { type: 'string' },
  longitude: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const parse = (...args: string[]) => parseWords(args, OPTIONS);

describe('the words of a command line', () => {
  it('are options with their values, and the rest', () => {
    const { values, positionals } = parse('ecu', '--port=1', '--json', 'more');
    expect({ ...values }).toEqual({ port: '1', json: true });
    expect(positionals).toEqual(['ecu', 'more']);
  });

  it('may be negative numbers, which south and west are', () => {
    const { values } = parse('--latitude', '-33.9', '--longitude=-70.7', '--json');
    expect({ ...values }).toEqual({ latitude: '-33.9', longitude: '-70.7', json: true });
  });

  it.each([
    [['--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['--lat', '5'], 'There is no option --lat. Did you mean --latitude?'],
    [['--lon=5'], 'There is no option --lon. Did you mean --longitude?'],
    [['-j'], 'There is no option -j. Did you mean --json?'],
    [['--password', 'x'], /^There is no option --password\.$/],
    [['--port'], '--port needs a value'],
    [['-p'], '-p needs a value'],
    [['--port', '--json'], '--port needs a value'],
    [['--json=yes'], '--json takes no value: leave out "yes"'],
    [['--json', '-5'], '--json takes no value: leave out "-5"'],
  ])('%j is wrong usage', (args, words) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(words);
  });
});
