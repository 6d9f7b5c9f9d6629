import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Just enough of a WebSocket client (RFC 6455) for Home Assistant: whole text messages both ways, and pings. Node has
 * one of its own from 22 on, but we run on 20 too.
 */
export interface WebSocketLine {
  send(text: string): void;
  close(): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FINAL = 0x80;
const MASKED = 0x80;

/** @param url with `http:` */
export async function openWebSocket(
  url: URL,
  onText: (text: string, line: WebSocketLine) => void,
): Promise<WebSocketLine> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const asked = request(url, { headers });
  asked.end();
  const [, socket, head] = (await once(asked, 'upgrade')) as [unknown, Socket, Buffer];
  let received = head;
  let parts: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    takeFrames();
  });
  const line = { send: (text: string) => write(TEXT, Buffer.from(text)), close: () => socket.destroy() };
  takeFrames();
  return line;

  function takeFrames(): void {
    for (let frame = nextFrame(received); frame !== null; frame = nextFrame(received)) {
      received = received.subarray(frame.size);
      if (frame.kind === PING) {
        write(PONG, frame.payload);
      } else if (frame.kind === CLOSE) {
        socket.destroy();
      } else if (frame.kind !== PONG) {
        parts.push(frame.payload);
        if (frame.isFinal) {
          const text = Buffer.concat(parts).toString('utf8');
          parts = [];
          onText(text, line);
        }
      }
    }
  }

  function write(kind: number, payload: Buffer): void {
    const mask = randomBytes(4);
    const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    socket.write(Buffer.concat([Buffer.from([FINAL | kind]), lengthOf(payload), mask, masked]));
  }
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) {
    return Buffer.from([MASKED | length]);
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = MASKED | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** A server's frame, which is never masked; null while it is not whole. */
function nextFrame(bytes: Buffer) {
  if (bytes.length < 2) {
    return null;
  }
  const short = bytes.readUInt8(1) & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) {
    return null;
  }
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const size = start + length;
  const first = bytes.readUInt8(0);
  return bytes.length < size
    ? null
    : { size, kind: first & 0x0f, isFinal: (first & FINAL) !== 0, payload: bytes.subarray(start, size) };
}
