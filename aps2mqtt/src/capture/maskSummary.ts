import { dataEnd, PAYLOAD_AT } from '../ecu/frame.ts';
import type { Alias } from './alias.ts';
import { maskNumbers, wipe } from './maskBytes.ts';

const ID_BYTES = 12;
const CLASS_AT = PAYLOAD_AT + ID_BYTES;
const MODEL_DIGITS = 4;
/** Behind the three energies and powers, which every device class has. */
const OTHERS_AT = 39;
const TEXT_LENGTH_DIGITS = 3;
const VENDOR_BYTES = 3;
const ADDRESS_BYTES = 6;

/** Where the texts of a device class begin, how many there are, and the bytes of network addresses behind. */
const LAYOUTS: Readonly<Record<string, { textsAt: number; texts: number; addresses: number }>> = {
  '01': { textsAt: 52, texts: 2, addresses: 2 },
  '02': { textsAt: 49, texts: 1, addresses: 0 },
};

const NO_LAYOUT = { textsAt: OTHERS_AT, texts: 0, addresses: 0 };

/** Masks the ECU's id and its network addresses, and wipes what nobody can explain. */
export function maskSummary(bytes: Buffer, alias: Alias): void {
  if (bytes.length < CLASS_AT) {
    bytes.fill('0', Math.min(PAYLOAD_AT + MODEL_DIGITS, bytes.length));
    return;
  }
  bytes.write(alias(bytes.toString('latin1', PAYLOAD_AT, CLASS_AT)), PAYLOAD_AT, 'latin1');
  const { textsAt, texts, addresses } = LAYOUTS[bytes.toString('latin1', CLASS_AT, CLASS_AT + 2)] ?? NO_LAYOUT;
  const end = dataEnd(bytes);
  const behindTexts = keepTexts(bytes, textsAt, texts, alias);
  if (behindTexts === null) {
    wipe(bytes, textsAt, end);
    return;
  }
  let at = behindTexts;
  for (let address = 0; address < addresses; address++) {
    wipe(bytes, at + VENDOR_BYTES, Math.min(at + ADDRESS_BYTES, end));
    at += ADDRESS_BYTES;
  }
  // Group 12 has two digits 0 and zeros here. Anything else may be anything.
  if (bytes.subarray(at, end).some((byte) => byte !== 0 && byte !== 0x30)) {
    wipe(bytes, at, end);
  }
}

/**
 * Keeps the texts without long numbers, each up to where it is none any more: an address follows the last one, which a
 * garbled length takes for a part of it.
 *
 * @returns where they end; null where a length is none, so that anything may stand there
 */
function keepTexts(bytes: Buffer, textsAt: number, texts: number, alias: Alias): number | null {
  let at = textsAt;
  for (let text = 0; text < texts; text++) {
    const length = bytes.toString('latin1', at, at + TEXT_LENGTH_DIGITS);
    const from = at + TEXT_LENGTH_DIGITS;
    at = from + Number(length);
    if (from > bytes.length) {
      // Cut before the text: nothing to hide, and nothing behind it.
      return bytes.length;
    }
    if (!/^\d{3}$/.test(length)) {
      return null;
    }
    const odd = bytes.toString('latin1', from, at).search(/[^\x20-\x7e]/);
    if (odd >= 0) {
      wipe(bytes, from + odd, at);
    }
    maskNumbers(bytes, from, at, alias);
  }
  return at;
}
