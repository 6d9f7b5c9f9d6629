import { MalformedReplyError } from '../errors.ts';
import type { ByteReader } from './bytes.ts';

const STAMP_BYTES = 7;

/**
 * Reads the ECU's seven-byte wall clock time, which carries no zone.
 *
 * @returns `yyyy-mm-dd hh:mm:ss`, or null for the fillers of a clock that was never set (all 00, d0 or ff; captured in
 *   ecub-1.2.33-ecu-readaps and ecurpro-2.0.0-ecu-a-k13) and for a day or time that does not exist
 * @throws MalformedReplyError when a half-byte is no decimal digit
 */
export function readStamp(reader: ByteReader, what: string): string | null {
  const start = reader.offset;
  const hex = reader.bcd(STAMP_BYTES, what);
  if (/^(?:00|d0|ff){7}$/.test(hex)) {
    return null;
  }
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(hex);
  if (parts === null) {
    throw new MalformedReplyError(`${what} in decimal digits`, hex, start, reader.bytes);
  }
  const [, year, month, day, hour, minute, second] = parts;
  const stamp = `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  return stampToMs(stamp) === null ? null : stamp;
}

/**
 * Milliseconds of an ECU stamp on the ECU's own clock, read as if it were UTC. Good for differences between stamps of
 * one ECU; only the site's time zone makes it a moment.
 */
export function stampToMs(stamp: string): number | null {
  const iso = `${stamp.replace(' ', 'T')}.000Z`;
  const ms = Date.parse(iso);
  // Date.parse rolls 30 February over to March: the way back shows it.
  return Number.isNaN(ms) || new Date(ms).toISOString() !== iso ? null : ms;
}
