import { createHash } from 'node:crypto';

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
  for (const command of ['0002', '0030']) {
    const bytes = masked.get(command);
    if (bytes !== undefined) {
      maskInverterIds(bytes, salt);
    }
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

/** Inverter ids are six bytes of two digits each; their first two digits are those of a known family. */
function maskInverterIds(bytes: Buffer, salt: string): void {
  const payloadAt = 15;
  for (let at = payloadAt; at + 6 <= bytes.length; at++) {
    const id = bytes.toString('hex', at, at + 6);
    if (/^(?:10|21|[45789]0)\d{10}$/.test(id)) {
      bytes.write(madeUp(id, INVERTER_MODEL_DIGITS, salt), at, 'hex');
      at += 5;
    }
  }
}
