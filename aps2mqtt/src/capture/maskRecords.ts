import { dataEnd, ERROR_REPLY_BYTES, PAYLOAD_AT } from '../ecu/frame.ts';
import { HEAD_BYTES, sizeOf, splitRecords } from '../ecu/records.ts';
import type { Alias } from './alias.ts';
import { maskNumbers, wipe } from './maskBytes.ts';

const ID_BYTES = 6;
const OK = '00';
const CLASS_AT = PAYLOAD_AT + OK.length;
const INVERTER_CLASS = '01';
const COUNT_AT = 17;
const STAMP_AT = 19;
const CENTURY = 0x20;
const RECORDS_AT = 26;
const SIGNALS_AT = CLASS_AT;
const SIGNAL_BYTES = 7;

/** Masks the ids in a reply to 0002: by its records where they can be split, else wherever an id may be. */
export function maskInverters(bytes: Buffer, alias: Alias): void {
  if (!hasData(bytes)) {
    maskError(bytes);
    return;
  }
  const end = dataEnd(bytes);
  const isWhole = end < bytes.length && end >= RECORDS_AT;
  const isKnown = bytes.toString('latin1', CLASS_AT, COUNT_AT) === INVERTER_CLASS;
  const places = isWhole && isKnown ? splitRecords(bytes, RECORDS_AT, end, bytes.readUInt16BE(COUNT_AT)) : null;
  if (places === null) {
    // What nobody has documented need not have a stamp in front, whose year is in this century.
    maskSeeming(bytes, isKnown || bytes[STAMP_AT] === CENTURY ? RECORDS_AT : STAMP_AT, end, alias);
  }
  for (const { offset } of places ?? []) {
    maskId(bytes, offset, end, alias);
  }
  maskNumbers(bytes, RECORDS_AT, end, alias);
}

/** Masks the ids in a reply to 0030. */
export function maskSignal(bytes: Buffer, alias: Alias): void {
  if (!hasData(bytes)) {
    maskError(bytes);
    return;
  }
  const end = dataEnd(bytes);
  if (end < bytes.length && (end - SIGNALS_AT) % SIGNAL_BYTES !== 0) {
    maskDecimals(bytes, SIGNALS_AT, end, alias);
    return;
  }
  for (let at = SIGNALS_AT; at < end; at += SIGNAL_BYTES) {
    maskId(bytes, at, end, alias);
  }
}

function hasData(bytes: Buffer): boolean {
  return bytes.toString('latin1', PAYLOAD_AT, CLASS_AT) === OK;
}

/** Without data there should be nothing behind the status. */
function maskError(bytes: Buffer): void {
  if (bytes.length !== ERROR_REPLY_BYTES) {
    wipe(bytes, CLASS_AT, dataEnd(bytes));
  }
}

function maskId(bytes: Buffer, at: number, end: number, alias: Alias): void {
  if (at + ID_BYTES > end) {
    bytes.fill(0, at, end);
  } else {
    bytes.write(alias(bytes.toString('hex', at, at + ID_BYTES)), at, 'hex');
  }
}

/** Where records can't be told apart: each place that looks like a head, and between them all that could be an id. */
function maskSeeming(bytes: Buffer, from: number, end: number, alias: Alias): void {
  const plain = Buffer.from(bytes);
  let explainedTo = from;
  for (let at = from; at < end; at++) {
    if (isSeemingHead(plain, at, end)) {
      maskDecimals(bytes, explainedTo, at, alias);
      maskId(bytes, at, end, alias);
      const type = plain.toString('latin1', at + ID_BYTES + 1, at + HEAD_BYTES);
      explainedTo = Math.max(explainedTo, at + (sizeOf(type) ?? HEAD_BYTES));
    }
  }
  maskDecimals(bytes, explainedTo, end, alias);
}

/** What was cut off can't speak against it. */
function isSeemingHead(bytes: Buffer, at: number, end: number): boolean {
  const isId = (bytes[at] ?? 0) > 0 && /^\d+$/.test(bytes.toString('hex', at, Math.min(at + ID_BYTES, end)));
  const flagAt = at + ID_BYTES;
  const isFlag = flagAt >= end || (bytes[flagAt] ?? 0) < 2;
  return isId && isFlag && /^[0-9A-F]*$/.test(bytes.toString('latin1', flagAt + 1, Math.min(at + HEAD_BYTES, end)));
}

/** Small bytes are the upper halves of values, hardly ever digits of an id. */
const SMALL = 2;

/** Each run of decimal half-bytes that is long enough to hold an id. */
function maskDecimals(bytes: Buffer, from: number, to: number, alias: Alias): void {
  for (let at = from; at < to; ) {
    const start = at;
    while (at < to && /^\d\d$/.test(bytes.toString('hex', at, at + 1))) {
      at++;
    }
    if (at - start >= ID_BYTES) {
      const madeUp = Buffer.from(alias(`run ${bytes.toString('hex', start, at)}`).slice('run '.length), 'hex');
      madeUp.forEach((byte, index) => {
        const isSmall = (bytes[start + index] ?? 0) <= SMALL;
        bytes[start + index] = isSmall ? (bytes[start + index] ?? 0) : byte;
      });
    }
    at++;
  }
}
