import { describe, expect, it } from 'vitest';
import { INVERTERS, SIGNAL, SUMMARY } from '../../src/ecu/commands.ts';
import { scanFrame } from '../../src/ecu/frame.ts';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { MalformedReplyError } from '../../src/errors.ts';
import { captures, replies } from '../support/frames.ts';

function decode(command: string, frame: Buffer): unknown {
  switch (command) {
    case SUMMARY:
      return decodeSummary(frame);
    case INVERTERS:
      return decodeInverters(frame);
    case SIGNAL: {
      const signals = decodeSignal(frame);
      return signals === null ? null : Object.fromEntries(signals);
    }
    default:
      throw new Error(`nobody asks ${command}`);
  }
}

const nameOf: Readonly<Record<string, 'summary' | 'inverters' | 'signal'>> = {
  '0001': 'summary',
  '0002': 'inverters',
  '0030': 'signal',
};

interface Expected {
  readonly incomplete?: boolean;
  readonly foreign?: boolean;
  readonly summary?: unknown;
  readonly inverters?: unknown;
  readonly signal?: unknown;
}

const intact = captures.filter(({ expected }) => !(expected as Expected | undefined)?.incomplete);
const cases = intact.flatMap(({ name, replies: byCommand, expected }) =>
  Object.entries(byCommand).map(([command, hex]) => ({
    name,
    command,
    bytes: Buffer.from(hex ?? '', 'hex'),
    expected: (expected ?? {}) as Expected,
  })),
);
const known = cases.filter(({ command, expected }) => nameOf[command] !== undefined && !expected.foreign);
const cut = captures.filter(({ expected }) => (expected as Expected | undefined)?.incomplete);

describe('captured replies', () => {
  it('are there: every kind, whole and cut', () => {
    expect(known.length).toBeGreaterThanOrEqual(14);
    expect(new Set(known.map(({ command }) => command))).toEqual(new Set(['0001', '0002', '0030']));
    expect(cut.length).toBeGreaterThanOrEqual(1);
  });

  it.each(known)('$name $command decodes to its values', ({ command, bytes, expected }) => {
    const value = expected[nameOf[command] ?? 'summary'];
    expect(value, 'the file tells no expected values').toBeDefined();
    expect(decode(command, bytes)).toMatchObject(value as object);
  });

  it.each(known)('$name $command is found whole, byte by byte and split at every point', ({ bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(scanFrame(bytes.subarray(0, length)), `after ${length} bytes`).toBeUndefined();
      const joined = Buffer.concat([bytes.subarray(0, length), bytes.subarray(length)]);
      expect(scanFrame(joined)?.equals(bytes)).toBe(true);
    }
    const surplus = Buffer.concat([bytes, Buffer.from('APS')]);
    expect(scanFrame(surplus)?.equals(bytes), 'with surplus bytes').toBe(true);
  });

  it.each(known)('$name $command: no prefix of it is a value', ({ command, bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(command, bytes.subarray(0, length)), `${length} bytes`).toThrow(MalformedReplyError);
    }
  });

  it.each(cut)('$name was cut and is never a value', ({ replies: byCommand }) => {
    for (const [command, hex] of Object.entries(byCommand)) {
      const bytes = Buffer.from(hex ?? '', 'hex');
      expect(scanFrame(bytes)).toBeUndefined();
      expect(() => decode(command, bytes)).toThrow(MalformedReplyError);
    }
  });

  it('is never taken for the reply to another query', () => {
    for (const { command, bytes } of replies) {
      for (const other of [SUMMARY, INVERTERS, SIGNAL].filter((candidate) => candidate !== command)) {
        expect(() => decode(other, bytes)).toThrow(MalformedReplyError);
      }
    }
  });
});
