import { MalformedReplyError } from '../errors.ts';
import { SIGNAL } from './commands.ts';
import { openFrame } from './frame.ts';

const OK = '00';
const RECORD_BYTES = 7;

/**
 * Zigbee signal by inverter id (reply 0030), raw 0 to 255. The order is not that of the inverters' reply,
 * so it is joined by id. Null when the ECU has none to tell (any status but 00).
 *
 * @throws MalformedReplyError
 */
export function decodeSignal(frame: Buffer): ReadonlyMap<string, number> | null {
  const reader = openFrame(frame, SIGNAL);
  const status = reader.digits(2, 'status');
  if (status !== OK) {
    return null;
  }
  if (reader.remaining % RECORD_BYTES !== 0) {
    const found = `${reader.remaining} bytes`;
    throw new MalformedReplyError(`records of ${RECORD_BYTES} bytes`, found, reader.offset, frame);
  }
  const signals = new Map<string, number>();
  while (reader.remaining > 0) {
    signals.set(reader.bcd(6, 'inverter id'), reader.uint8('signal'));
  }
  return signals;
}

/** The Python program's scale: a whole percentage, cut off, not rounded. */
export function signalPercent(raw: number): number {
  return Math.trunc((raw / 255) * 100);
}
