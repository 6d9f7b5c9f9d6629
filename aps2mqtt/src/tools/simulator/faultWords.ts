import { COMMAND_NAMES } from '../../ecu/commands.ts';
import { UsageError } from '../../errors.ts';
import type { Fault } from './faults.ts';
import { meantAmong } from './meant.ts';
import type { Misbehaviour } from './simulator.ts';

/** A fault as people type it: `NAME [ARGUMENT] [TIMES] [on QUERY]`. */
interface FaultWord {
  readonly argument: string | null;
  /** What a missing argument means; without it, it must not be missing. */
  readonly missing?: string;
  readonly example: string;
  readonly meaning: string;
  /** @returns null where the argument is none that this fault can take */
  readonly make: (argument: string) => Fault | null;
}

const plain = (kind: 'bytewise' | 'silent' | 'close' | 'refuse' | 'endless', meaning: string): FaultWord => ({
  argument: null,
  example: kind,
  meaning,
  make: () => ({ kind }),
});

const withNumber = (
  example: string,
  argument: string,
  meaning: string,
  make: (value: number) => Fault | null,
): FaultWord => ({
  argument,
  example,
  meaning,
  make: (text) => (/^\d{1,5}$/.test(text) ? make(Number(text)) : null),
});

const FAULT_WORDS: Readonly<Record<string, FaultWord>> = {
  silent: plain('silent', 'takes the query and never answers'),
  close: plain('close', 'takes the query and hangs up'),
  refuse: plain('refuse', 'takes no connections, until behave'),
  delay: withNumber('delay 3000', 'MS', 'answers late', (ms) => ({ kind: 'delay', ms })),
  cut: withNumber('cut 40', 'BYTES', 'hangs up after so many bytes', (at) => ({ kind: 'cut', at })),
  hang: withNumber('hang 40', 'BYTES', 'stops after so many bytes and keeps the line', (at) => ({ kind: 'hang', at })),
  reset: {
    ...withNumber('reset 40', 'BYTES', 'resets the connection, after no byte or so many', (after) => ({
      kind: 'reset',
      after,
    })),
    missing: '0',
  },
  split: {
    argument: 'BYTES',
    example: 'split 16,40',
    meaning: 'answers in pieces that end at these bytes',
    make: (text) =>
      /^\d{1,5}(?:,\d{1,5})*$/.test(text) ? { kind: 'split', at: text.split(',').map(Number), pause: 200 } : null,
  },
  bytewise: plain('bytewise', 'answers one byte at a time'),
  garbage: {
    ...withNumber('garbage 200', 'BYTES', 'answers random bytes', (count) => ({ kind: 'garbage', count })),
    missing: '100',
  },
  endless: plain('endless', 'never stops answering'),
  surplus: withNumber('surplus 5', 'BYTES', 'sends more behind the reply', (count) => ({
    kind: 'surplus',
    bytes: Buffer.alloc(count, 'x'),
  })),
  length: withNumber('length 9999', 'VALUE', 'declares a wrong length', (value) =>
    value > 9999 ? null : { kind: 'length', value },
  ),
  command: {
    argument: 'CODE',
    example: 'command 0001',
    meaning: 'answers another query',
    make: (value) => (/^\d{4}$/.test(value) ? { kind: 'command', value } : null),
  },
  status: {
    argument: '01|02',
    example: 'status 02',
    meaning: '01: takes no id for its own; 02: has no data yet',
    make: (value) => (value === '01' || value === '02' ? { kind: 'status', value } : null),
  },
};

/** The faults that can be typed, with what stands behind their names. */
export const FAULT_USES = Object.entries(FAULT_WORDS).map(([name, { argument, missing, meaning }]) => ({
  name,
  usage: argument === null ? name : missing !== undefined ? `${name} [${argument}]` : `${name} ${argument}`,
  meaning,
}));

export interface TypedFault {
  readonly fault: Fault;
  readonly misbehaviour: Misbehaviour;
}

/**
 * Reads `silent`, `silent 3`, `cut 40`, `cut 40 2`, `cut=40`, `cut 40 on signal`. Without a number of times, or with `always`, a fault stays.
 *
 * @throws UsageError
 */
export function parseFault(text: string): TypedFault {
  const [name = '', ...words] = text
    .trim()
    .toLowerCase()
    .split(/[\s=]+/);
  const word = Object.hasOwn(FAULT_WORDS, name) ? FAULT_WORDS[name] : undefined;
  if (word === undefined) {
    throw new UsageError(`no fault "${name}"; ${meantAmong(name, Object.keys(FAULT_WORDS))}`);
  }
  const on = words.indexOf('on');
  const command = on < 0 ? undefined : parseCommand(words.slice(on + 1).join(' '));
  const rest = on < 0 ? words : words.slice(0, on);
  const argument = word.argument === null ? '' : (rest.shift() ?? word.missing ?? '');
  const [times = 'always', ...surplus] = rest;
  const count = timesOf(times);
  const fault = word.make(argument);
  if (fault === null || surplus.length > 0 || count === null) {
    throw new UsageError(
      `"${text.trim()}" is not a valid fault; for example: ${word.example}, or ${word.example} 3 on signal`,
    );
  }
  return { fault, misbehaviour: { times: count, ...(command !== undefined && { command }) } };
}

/** So many times; null for what is no number of times. */
export function timesOf(text: string): number | null {
  return text === 'always' ? Number.POSITIVE_INFINITY : /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function parseCommand(text: string): string {
  const found = Object.entries(COMMAND_NAMES).find(([command, name]) => text === command || text === name);
  if (found === undefined) {
    throw new UsageError(`no query "${text}"; there are ${Object.values(COMMAND_NAMES).join(', ')}`);
  }
  return found[0];
}
