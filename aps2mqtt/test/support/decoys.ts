import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** How devices behave that serve an ECU's port and are none. */
export const DECOYS = {
  /** Takes the connection, and never says a word. */
  silent: () => {},
  /** A web server. */
  web: (socket: Socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')),
  /** A Solarman logger: binary frames that begin with A5, without being asked. */
  logger: (socket: Socket) => socket.write(Buffer.from('a5010010470000112233aabb0215', 'hex')),
  closing: (socket: Socket) => socket.destroy(),
  /** Says again what it hears. */
  echo: (socket: Socket) => socket.pipe(socket),
} as const;

export interface Decoy {
  readonly host: string;
  readonly connects: number;
  /** All that was sent to it. */
  readonly heard: string;
  stop(): Promise<void>;
}

export async function startDecoy(kind: keyof typeof DECOYS, host: string, port: number): Promise<Decoy> {
  const sockets = new Set<Socket>();
  const decoy = { host, connects: 0, heard: '', stop };
  const server = createServer((socket) => {
    decoy.connects++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      decoy.heard += bytes.toString('latin1');
    });
    DECOYS[kind](socket);
  });
  await once(server.listen(port, host), 'listening');
  async function stop(): Promise<void> {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => server.close(resolve));
  }
  return decoy;
}
