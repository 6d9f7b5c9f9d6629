import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanFrame } from '../../src/ecu/frame.ts';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import { EcuError, MalformedReplyError } from '../../src/errors.ts';
import { replies } from '../support/frames.ts';

const decoders = [decodeSummary, decodeInverters, decodeSignal];

/** A value of the right form, or the error class: nothing else may come out, whatever goes in. */
function decodeAll(bytes: Buffer): void {
  for (const decode of decoders) {
    try {
      checkNumbers(decode(bytes));
    } catch (error) {
      if (!(error instanceof MalformedReplyError)) {
        throw error;
      }
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
      expect(error.message).toMatch(/^expected .+ at offset \d+, found .+/s);
    }
  }
}

function checkNumbers(value: unknown): void {
  if (typeof value === 'number') {
    expect(Number.isFinite(value)).toBe(true);
  } else if (value instanceof Map) {
    for (const inner of value.values()) {
      checkNumbers(inner);
    }
  } else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    Object.values(value).forEach(checkNumbers);
  }
}

/** A captured reply with bytes changed, put in, taken out or repeated; its length made right again or not. */
const mutated = fc
  .record({
    reply: fc.constantFrom(...replies),
    edits: fc.array(
      fc.record({
        kind: fc.constantFrom('set', 'insert', 'remove', 'repeat'),
        at: fc.nat(400),
        byte: fc.oneof(fc.nat(255), fc.constantFrom(0x00, 0x0a, 0x30, 0x31, 0x45, 0xd0, 0xff)),
        count: fc.integer({ min: 1, max: 30 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    isLengthRight: fc.boolean(),
  })
  .map(({ reply, edits, isLengthRight }) => {
    let bytes = [...reply.bytes];
    for (const { kind, at, byte, count } of edits) {
      const offset = at % Math.max(1, bytes.length);
      const chunk = kind === 'repeat' ? bytes.slice(offset, offset + count) : kind === 'remove' ? [] : [byte];
      const removed = kind === 'set' ? 1 : kind === 'remove' ? count : 0;
      bytes = [...bytes.slice(0, offset), ...chunk, ...bytes.slice(offset + removed)];
    }
    const buffer = Buffer.from(bytes);
    if (isLengthRight && buffer.length > 9) {
      buffer.write(String(buffer.length - 1).padStart(4, '0'), 5, 'latin1');
    }
    return buffer;
  });

describe('malformed bytes', () => {
  it('random bytes never give anything but a value or the error class', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeAll(Buffer.from(bytes))),
      { numRuns: 5_000 },
    );
  });

  it('random bytes in a right envelope never give anything but a value or the error class', () => {
    const framed = fc
      .record({
        command: fc.constantFrom('0001', '0002', '0030'),
        start: fc.constantFrom('', '00', '0001', '216000000001', '21600000000101'),
        body: fc.uint8Array({ maxLength: 300 }),
      })
      .map(({ command, start, body }) => {
        const length = String(13 + start.length + body.length + 3).padStart(4, '0');
        const head = Buffer.from(`APS11${length}${command}${start}`, 'latin1');
        return Buffer.concat([head, body, Buffer.from('END\n')]);
      });
    fc.assert(fc.property(framed, decodeAll), { numRuns: 10_000 });
  });

  it('mutated captures never give anything but a value or the error class', () => {
    fc.assert(fc.property(mutated, decodeAll), { numRuns: 15_000 });
  });

  it('the scanner never asks for more than 10,000 bytes', () => {
    const claim = Buffer.concat([Buffer.from('APS1199990002'), Buffer.alloc(9_987)]);
    expect(scanFrame(claim.subarray(0, 9_999))).toBeUndefined();
    expect(scanFrame(claim)?.length).toBe(10_000);
  });

  it.each([
    ['HTTP/1.1 400 Bad Request', 'expected "APS" at offset 0, found "HTTP/1.1 400 Bad"'],
    ['APX', 'expected "APS" at offset 0, found "APX"'],
    ['APS1x', 'expected a digit of group, length and command at offset 4, found "APS1x"'],
    ['APS110003', 'expected a length of 0015 or more at offset 5, found 0003'],
  ])('%s is refused at once', (text, message) => {
    expect(() => scanFrame(Buffer.from(text))).toThrow(message);
  });

  it.each([
    ['summary', decodeSummary, 'APS1100150001XX\n', 'ECU id'],
    [
      'summary of another device class',
      decodeSummary,
      summaryOfClass('07'),
      'expected device class 01 or 02 at offset 25',
    ],
    [
      'summary whose id is no number',
      decodeSummary,
      summaryOfClass('01', '21600000000/'),
      'expected ECU id (12 digits)',
    ],
    ['inverters of another ECU', decodeInverters, 'APS110015000201\n', 'not its own'],
    [
      'inverters with an unknown status',
      decodeInverters,
      'APS110015000207\n',
      'expected status 00 or 02 at offset 13, found 07',
    ],
    ['error reply without line feed', decodeInverters, 'APS110015000202x', 'expected a line feed at offset 15'],
    ['no END', decodeSignal, 'APS1100180030000XXXX', 'expected a whole reply'],
    ['other tail', decodeSignal, 'APS110020003000ABENX\n', 'expected END and a line feed at offset 17'],
    [
      'signal records of another size',
      decodeSignal,
      'APS110021003000ABCEND\n',
      'expected records of 7 bytes at offset 15',
    ],
  ])('%s: says what was expected and where', (_, decode, text, message) => {
    const error = thrownBy(() => decode(Buffer.from(text, 'latin1')));
    expect(error).toBeInstanceOf(MalformedReplyError);
    expect(error).toBeInstanceOf(EcuError);
    expect((error as Error).message).toContain(message);
  });

  it('a signal reply without values is no signal', () => {
    expect(decodeSignal(Buffer.from('APS110015003001\n'))).toBeNull();
    expect(decodeSignal(Buffer.from('APS110018003000END\n'))).toEqual(new Map());
  });
});

function summaryOfClass(deviceClass: string, id = '216000000001'): string {
  const body = `${id}${deviceClass}${'\0'.repeat(40)}`;
  return `APS11${String(13 + body.length + 3).padStart(4, '0')}0001${body}END\n`;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
