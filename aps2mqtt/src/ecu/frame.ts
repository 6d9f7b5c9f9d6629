import { MalformedReplyError } from '../errors.ts';
import { ByteReader, printable } from './bytes.ts';
import { COMMAND_NAMES, type Command } from './commands.ts';

const HEAD = Buffer.from('APS', 'latin1');
const TAIL = Buffer.from('END\n', 'latin1');
const LENGTH_AT = 5;
const COMMAND_AT = 9;
export const PAYLOAD_AT = 13;
/** An error reply is head, a two-digit status and a line feed: the only form without END. */
export const ERROR_REPLY_BYTES = 16;

/**
 * Finds the reply at the front of what has been received so far. Never splits on a line feed or on END, since both
 * occur inside data; the declared length alone decides. Its four digits also cap a reply at 10,000 bytes,
 * and bytes that can't begin a reply are refused at once, so nothing an ECU sends makes us hold more than that.
 *
 * @returns the whole reply, or undefined while bytes are missing
 * @throws MalformedReplyError when no further byte could make this a reply
 */
export function scanFrame(received: Buffer): Buffer | undefined {
  const head = received.subarray(0, HEAD.length);
  if (!HEAD.subarray(0, head.length).equals(head)) {
    throw new MalformedReplyError('"APS"', `"${printable(received.subarray(0, 16))}"`, 0, received);
  }
  const numbers = received.subarray(HEAD.length, PAYLOAD_AT).toString('latin1');
  const odd = numbers.search(/\D/);
  if (odd >= 0) {
    const text = printable(received.subarray(0, PAYLOAD_AT));
    throw new MalformedReplyError('a digit of group, length and command', `"${text}"`, HEAD.length + odd, received);
  }
  if (received.length < COMMAND_AT) {
    return undefined;
  }
  const declared = received.subarray(LENGTH_AT, COMMAND_AT).toString('latin1');
  const total = Number(declared) + 1;
  if (total < ERROR_REPLY_BYTES) {
    throw new MalformedReplyError('a length of 0015 or more', declared, LENGTH_AT, received);
  }
  return received.length < total ? undefined : received.subarray(0, total);
}

/** The command that a reply belongs to, by its own bytes; null where they do not begin as a reply does. */
export function commandIn(bytes: Buffer): string | null {
  return /^APS\d{6}(\d{4})/.exec(bytes.toString('latin1', 0, PAYLOAD_AT))?.[1] ?? null;
}

/** Where a reply's data end: before END where it stands there, else with the last byte. Bytes that were cut have none. */
export function dataEnd(bytes: Buffer): number {
  const end = bytes.length - TAIL.length;
  return end >= PAYLOAD_AT && bytes.subarray(end).equals(TAIL) ? end : bytes.length;
}

/**
 * Checks a whole reply's envelope and hands out its payload (offset 13 up to END, or up to the line feed of an error
 * reply). The group at offset 3 says only which kind of ECU answers and is accepted as it is.
 *
 * @throws MalformedReplyError when the bytes are not a reply to `command`
 */
export function openFrame(frame: Buffer, command: Command): ByteReader {
  const whole = scanFrame(frame);
  if (whole === undefined || whole.length !== frame.length) {
    const found = `${frame.length} bytes`;
    throw new MalformedReplyError('a whole reply', found, Math.min(frame.length, LENGTH_AT), frame);
  }
  const answered = frame.subarray(COMMAND_AT, PAYLOAD_AT).toString('latin1');
  if (answered !== command) {
    const expected = `command ${command} (${COMMAND_NAMES[command]})`;
    throw new MalformedReplyError(expected, answered, COMMAND_AT, frame);
  }
  if (frame.length === ERROR_REPLY_BYTES) {
    const lineFeed = ERROR_REPLY_BYTES - 1;
    if (frame[lineFeed] !== 0x0a) {
      throw new MalformedReplyError('a line feed', `"${printable(frame.subarray(lineFeed))}"`, lineFeed, frame);
    }
    return new ByteReader(frame, PAYLOAD_AT, lineFeed);
  }
  const end = frame.length - TAIL.length;
  if (end < PAYLOAD_AT || !frame.subarray(end).equals(TAIL)) {
    throw new MalformedReplyError('END and a line feed', `"${printable(frame.subarray(end))}"`, end, frame);
  }
  return new ByteReader(frame, PAYLOAD_AT, end);
}
