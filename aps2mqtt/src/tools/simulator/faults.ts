import { encodeError } from './encode.ts';
import { fractionOf } from './seeded.ts';

/** One way to misbehave. Offsets and counts are bytes of the reply, pauses are ms. */
export type Fault =
  /** In pieces that end at these offsets, with a pause (20) between them. */
  | { readonly kind: 'split'; readonly at: readonly number[]; readonly pause?: number }
  /** One byte at a time, with a pause (1) between them. */
  | { readonly kind: 'bytewise'; readonly pause?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The first bytes only; then the connection is closed. */
  | { readonly kind: 'cut'; readonly at: number }
  /** The first bytes only; then the connection is kept open for ever. */
  | { readonly kind: 'hang'; readonly at: number }
  /** The connection is reset after so many bytes (0). */
  | { readonly kind: 'reset'; readonly after?: number }
  /** Takes the query and never answers. */
  | { readonly kind: 'silent' }
  /** Takes the query and closes the connection without a byte. */
  | { readonly kind: 'close' }
  /** Takes no connections, until `behave()`. */
  | { readonly kind: 'refuse' }
  /** Declares another length, 0 to 9999. */
  | { readonly kind: 'length'; readonly value: number }
  /** Answers another command, four digits. */
  | { readonly kind: 'command'; readonly value: string }
  /** Other bytes instead of the reply: the ones given, or `count` (100) random ones that are the same for a seed. */
  | { readonly kind: 'garbage'; readonly bytes?: Buffer; readonly seed?: string; readonly count?: number }
  /** Never stops. Begins with the bytes given, or as a reply of the greatest length; a pause (5) every 4 KiB. */
  | { readonly kind: 'endless'; readonly bytes?: Buffer; readonly pause?: number }
  /** More bytes behind the reply. */
  | { readonly kind: 'surplus'; readonly bytes: Buffer }
  /** 01: not my id. 02: no poll round has finished yet. */
  | { readonly kind: 'status'; readonly value: '01' | '02' }
  /** Whatever the function makes of the reply. It gets a copy. */
  | { readonly kind: 'patch'; readonly patch: (reply: Buffer) => Buffer };

/** What a server does on the wire, one after the other. Without an `end`, the connection goes on as usual. */
export type Step =
  | { readonly kind: 'send'; readonly bytes: Buffer }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'end'; readonly how: 'close' | 'hang' | 'reset' };

const send = (bytes: Buffer): Step => ({ kind: 'send', bytes });
const pause = (ms: number): Step => ({ kind: 'pause', ms });
const end = (how: 'close' | 'hang' | 'reset'): Step => ({ kind: 'end', how });

/** Time for the bytes to arrive before a reset: it overtakes what is still on its way. */
const BEFORE_RESET = 20;
const CHUNK = 4096;

/** How a reply goes out under a fault; as it is without one. May never end. */
export function* steps(fault: Fault | null, reply: Buffer): Generator<Step> {
  switch (fault?.kind) {
    case 'split':
      yield* pieces(reply, fault.at, fault.pause ?? 20);
      return;
    case 'bytewise':
      yield* pieces(reply, Array.from(reply.keys()), fault.pause ?? 1);
      return;
    case 'delay':
      yield pause(fault.ms);
      yield send(reply);
      return;
    case 'cut':
      yield send(reply.subarray(0, fault.at));
      yield end('close');
      return;
    case 'hang':
      yield send(reply.subarray(0, fault.at));
      yield end('hang');
      return;
    case 'reset':
      yield send(reply.subarray(0, fault.after ?? 0));
      yield pause(BEFORE_RESET);
      yield end('reset');
      return;
    case 'silent':
      yield end('hang');
      return;
    case 'close':
      yield end('close');
      return;
    case 'endless':
      yield send(fault.bytes ?? patchText(reply, 5, '9999'));
      for (;;) {
        yield send(Buffer.alloc(CHUNK));
        yield pause(fault.pause ?? 5);
      }
    default:
      yield send(fault == null ? reply : changed(fault, reply));
  }
}

function* pieces(reply: Buffer, offsets: readonly number[], ms: number): Generator<Step> {
  const inside = offsets.filter((offset) => offset > 0 && offset < reply.length).sort((a, b) => a - b);
  let from = 0;
  for (const to of inside) {
    yield send(reply.subarray(from, to));
    yield pause(ms);
    from = to;
  }
  yield send(reply.subarray(from));
}

/** The faults that are other bytes, sent as a good reply is. */
function changed(fault: Fault, reply: Buffer): Buffer {
  switch (fault.kind) {
    case 'length':
      return patchText(reply, 5, String(fault.value).padStart(4, '0'));
    case 'command':
      return patchText(reply, 9, fault.value);
    case 'garbage':
      return fault.bytes ?? randomBytes(fault.count ?? 100, fault.seed ?? 'garbage');
    case 'surplus':
      return Buffer.concat([reply, fault.bytes]);
    case 'status':
      return encodeError(reply.toString('latin1', 9, 13), fault.value);
    case 'patch':
      return fault.patch(Buffer.from(reply));
    default:
      return reply;
  }
}

function patchText(reply: Buffer, at: number, text: string): Buffer {
  const copy = Buffer.from(reply);
  copy.write(text, at, 'latin1');
  return copy;
}

function randomBytes(count: number, seed: string): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => Math.floor(fractionOf(`${seed}${index}`) * 256)));
}
