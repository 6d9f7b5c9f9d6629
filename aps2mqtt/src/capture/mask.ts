import { INVERTERS, SIGNAL, SUMMARY } from '../ecu/commands.ts';
import { commandIn, dataEnd } from '../ecu/frame.ts';
import { type Alias, aliases } from './alias.ts';
import { maskEverywhere, wipe } from './maskBytes.ts';
import { maskInverters, maskSignal } from './maskRecords.ts';
import { maskSummary } from './maskSummary.ts';

/** Replies by the command that was asked, as they came. */
export type Replies = ReadonlyMap<string, Buffer>;

/**
 * Replies that can be shown to anybody: of each serial number only the digits that tell the model stay, of each network
 * address only the maker's half. Lengths and structure stay as they are, and the same number becomes the same one
 * everywhere. What a reply holds is told by its own bytes, since an ECU may answer another question than the one asked;
 * of bytes that are no reply, or one to a command that we never ask, hardly more than the length stays.
 *
 * @param salt makes the made-up digits differ from capture to capture. Never published: with it the numbers could be
 *   found by trying all
 */
export function maskReplies(replies: Replies, salt: string): Map<string, Buffer> {
  const alias = aliases(salt);
  const known = new Set<string>();
  const remembering: Alias = (id) => {
    known.add(id);
    return alias(id);
  };
  const masked = new Map([...replies].map(([command, bytes]) => [command, Buffer.from(bytes)]));
  for (const bytes of masked.values()) {
    maskByShape(bytes, remembering);
  }
  // An id with zeros in front is none, and could stand anywhere.
  const ids = [...known].filter((id) => /^[1-9]\d{11}$/.test(id));
  for (const bytes of masked.values()) {
    for (const id of ids) {
      maskEverywhere(bytes, id, alias);
    }
  }
  return masked;
}

function maskByShape(bytes: Buffer, alias: Alias): void {
  switch (commandIn(bytes)) {
    case SUMMARY:
      maskSummary(bytes, alias);
      break;
    case INVERTERS:
      maskInverters(bytes, alias);
      break;
    case SIGNAL:
      maskSignal(bytes, alias);
      break;
    default:
      maskUnknown(bytes);
  }
}

/** So much of what is no reply stays, without its digits: enough to see what kind of device has answered. */
const SHOWN_BYTES = 16;

/** No ECU's id can pass for this: they begin with 20 or 21. */
const HEAD = /^APS(?:1(?:[12]\d{0,10}\n?)?)?/;

function maskUnknown(bytes: Buffer): void {
  const kept = HEAD.exec(bytes.toString('latin1', 0, SHOWN_BYTES))?.[0].length ?? 0;
  for (let at = kept; at < Math.min(SHOWN_BYTES, dataEnd(bytes)); at++) {
    if (!/[\x20-\x2f\x3a-\x7e]/.test(bytes.toString('latin1', at, at + 1))) {
      wipe(bytes, at, at + 1);
    }
  }
  wipe(bytes, SHOWN_BYTES, dataEnd(bytes));
}
