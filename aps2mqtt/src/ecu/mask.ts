import { createHash } from 'node:crypto';
import { splitRecords } from './records.ts';

/** Replies by command, as they came. */
export type Replies = ReadonlyMap<string, Buffer>;

const ECU_ID_AT = 13;
const FIRMWARE_AT = 52;
const VENDOR_BYTES = 3;
const ADDRESS_BYTES = 6;

/**
 * Replies that can be shown to anybody: of each serial number only the digits that tell the model stay, of each network
 * address only the maker's half. Lengths and structure stay as they are, the same number becomes the same one
 * everywhere, and bytes that are no reply are masked as far as numbers can be found in them.
 *
 * @param salt makes the made-up digits differ from capture to capture
 */
export function maskReplies(replies: Replies, salt: string): Map<string, Buffer> {
  const masked = new Map([...replies].map(([command, bytes]) => [command, Buffer.from(bytes)]));
  const summary = masked.get('0001');
  if (summary !== undefined) {
    maskAddresses(summary);
    maskDigits(summary, ECU_ID_AT, 12, salt);
  }
  const inverters = masked.get('0002');
  if (inverters !== undefined) {
    maskAt(inverters, inverterIdOffsets(inverters), salt);
  }
  const signal = masked.get('0030');
  if (signal !== undefined) {
    maskAt(signal, signalIdOffsets(signal), salt);
  }
  return masked;
}

/** Digits of an id that tell its model: four of an ECU's, three of an inverter's. */
const ECU_MODEL_DIGITS = 4;
const INVERTER_MODEL_DIGITS = 3;

function madeUp(id: string, kept: number, salt: string): string {
  const hash = createHash('sha256').update(salt).update(id).digest();
  const digits = Array.from(hash, (byte) => String(byte % 10)).join('');
  return id.slice(0, kept) + digits.slice(0, id.length - kept);
}

function maskDigits(bytes: Buffer, at: number, length: number, salt: string): void {
  const id = bytes.toString('latin1', at, at + length);
  if (/^\d+$/.test(id)) {
    bytes.write(madeUp(id, ECU_MODEL_DIGITS, salt), at, 'latin1');
  }
}

/** Both addresses stand behind firmware and time zone, whose lengths are told (PROTOCOL 3a). */
function maskAddresses(summary: Buffer): void {
  const firmware = Number(summary.toString('latin1', FIRMWARE_AT, FIRMWARE_AT + 3));
  const zoneAt = FIRMWARE_AT + 3 + firmware;
  const zone = Number(summary.toString('latin1', zoneAt, zoneAt + 3));
  const addressesAt = zoneAt + 3 + zone;
  if (!Number.isInteger(addressesAt)) {
    return;
  }
  for (const at of [addressesAt, addressesAt + ADDRESS_BYTES]) {
    const own = summary.subarray(at + VENDOR_BYTES, Math.max(0, Math.min(at + ADDRESS_BYTES, summary.length - 4)));
    if (own.some((byte) => byte !== 0)) {
      own.fill(0xaa);
    }
  }
}

const ID_BYTES = 6;
const STATUS_AT = 13;
const RECORDS_AT = 26;
const SIGNALS_AT = 15;
const SIGNAL_BYTES = 7;
const TAIL_BYTES = 4;

function maskAt(bytes: Buffer, offsets: readonly number[], salt: string): void {
  for (const at of offsets) {
    const id = bytes.toString('hex', at, at + ID_BYTES);
    if (id.length === 2 * ID_BYTES) {
      bytes.write(madeUp(id, INVERTER_MODEL_DIGITS, salt), at, 'hex');
    } else {
      bytes.fill(0, at);
    }
  }
}

/** By the records where they can be split; else wherever a record seems to begin. */
function inverterIdOffsets(bytes: Buffer): readonly number[] {
  const end = bytes.length - TAIL_BYTES;
  const count = end > RECORDS_AT ? bytes.readUInt16BE(STATUS_AT + 4) : 0;
  const places = end > RECORDS_AT ? splitRecords(bytes, RECORDS_AT, end, count) : null;
  return places?.map(({ offset }) => offset) ?? seemingHeads(bytes);
}

function seemingHeads(bytes: Buffer): number[] {
  const offsets: number[] = [];
  for (let at = RECORDS_AT; at < bytes.length; at++) {
    const isId = /^\d*$/.test(bytes.toString('hex', at, at + ID_BYTES));
    const isFlag = (bytes[at + ID_BYTES] ?? 0) < 2;
    const isType = /^[0-9A-F]*$/.test(bytes.toString('latin1', at + ID_BYTES + 1, at + ID_BYTES + 3));
    if (isId && isFlag && isType && (at === RECORDS_AT || (bytes[at] ?? 0) > 0)) {
      offsets.push(at);
      at += ID_BYTES;
    }
  }
  return offsets;
}

function signalIdOffsets(bytes: Buffer): number[] {
  const offsets: number[] = [];
  for (
    let at = SIGNALS_AT;
    at < bytes.length - TAIL_BYTES || (at < bytes.length && !endsWell(bytes));
    at += SIGNAL_BYTES
  ) {
    offsets.push(at);
  }
  return offsets;
}

/** With END and a line feed: not cut. */
function endsWell(bytes: Buffer): boolean {
  return bytes.toString('latin1', bytes.length - TAIL_BYTES) === 'END\n';
}
