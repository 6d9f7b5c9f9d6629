/** Types of MQTT's control packets. */
export const CONNACK = 2;
export const PUBLISH = 3;
export const SUBACK = 9;
const PUBACK = 4;
/** What answers a CONNECT, a SUBSCRIBE, an UNSUBSCRIBE and a PINGREQ. */
const ANSWER_TO: Readonly<Record<number, number>> = { 1: CONNACK, 8: SUBACK, 10: 11, 12: 13 };

export interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

/** Cuts a stream of MQTT bytes into packets. */
export class PacketReader {
  #received: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): Packet[] {
    this.#received = Buffer.concat([this.#received, chunk]);
    const packets: Packet[] = [];
    for (let packet = this.#take(); packet !== null; packet = this.#take()) {
      packets.push(packet);
    }
    return packets;
  }

  #take(): Packet | null {
    const bytes = this.#received;
    let length = 0;
    let at = 1;
    for (let shift = 0; ; shift += 7, at++) {
      const byte = bytes[at];
      if (byte === undefined) {
        return null;
      }
      length += (byte & 0x7f) << shift;
      if (byte < 0x80) {
        break;
      }
    }
    const end = at + 1 + length;
    if (bytes.length < end) {
      return null;
    }
    this.#received = bytes.subarray(end);
    const head = bytes[0] ?? 0;
    return { type: head >> 4, flags: head & 0x0f, body: bytes.subarray(at + 1, end) };
  }
}

/** The type of packet that has to come back; null for none. */
export function answerTo({ type, flags }: Packet): number | null {
  if (type === PUBLISH) {
    return (flags & 0x06) === 0 ? null : PUBACK;
  }
  return ANSWER_TO[type] ?? null;
}

/** Topic and payload of a PUBLISH of MQTT 3.1.1. */
export function messageOf({ flags, body }: Packet): { topic: string; payload: string } {
  const end = 2 + body.readUInt16BE(0);
  const payloadAt = (flags & 0x06) === 0 ? end : end + 2;
  return { topic: body.toString('utf8', 2, end), payload: body.toString('utf8', payloadAt) };
}
