import { MalformedReplyError } from '../errors.ts';

/** Printable ASCII, the rest as dots, for an error message or a log line. */
export function printable(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
}

/**
 * Walks over a reply from front to back; each read moves the position, so that a decoder reads top-down like the
 * protocol's tables. All integers are big-endian and unsigned.
 *
 * Every read throws `MalformedReplyError` where the bytes are missing or not of the asked form.
 */
export class ByteReader {
  readonly bytes: Buffer;
  /** Position of the next read. */
  offset: number;
  /** First position that may not be read. */
  readonly end: number;

  constructor(bytes: Buffer, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  take(count: number, what: string): Buffer {
    if (count > this.remaining) {
      throw new MalformedReplyError(
        `${what} (${count} bytes)`,
        `${Math.max(0, this.remaining)} bytes`,
        this.offset,
        this.bytes,
      );
    }
    this.offset += count;
    return this.bytes.subarray(this.offset - count, this.offset);
  }

  uint8(what: string): number {
    return this.take(1, what).readUInt8();
  }

  uint16(what: string): number {
    return this.take(2, what).readUInt16BE();
  }

  uint32(what: string): number {
    return this.take(4, what).readUInt32BE();
  }

  ascii(count: number, what: string): string {
    return this.take(count, what).toString('latin1');
  }

  /** `count` ASCII characters, each `0` to `9`. */
  digits(count: number, what: string): string {
    const start = this.offset;
    const bytes = this.take(count, what);
    const text = bytes.toString('latin1');
    if (!/^\d*$/.test(text)) {
      throw new MalformedReplyError(`${what} (${count} digits)`, `"${printable(bytes)}"`, start, this.bytes);
    }
    return text;
  }

  /** `count` bytes of two decimal digits each, as they stand: a nibble over 9 stays a letter. */
  bcd(count: number, what: string): string {
    return this.take(count, what).toString('hex');
  }
}
