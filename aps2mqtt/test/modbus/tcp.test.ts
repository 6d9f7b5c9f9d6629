import { createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { modbusTcp } from '../../src/modbus/tcp.ts';
import { freePort } from '../support/broker.ts';

const REGISTERS = { address: 40_000, count: 2 };
const never = new AbortController().signal;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) {
    close();
  }
});

/** Somebody who takes connections, and what he does with each. */
async function peer(does: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => {});
    does(socket);
  });
  closers.push(() => server.close());
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

async function readFrom(port: number): Promise<Buffer> {
  const unit = await modbusTcp('127.0.0.1', port, 100).open(3, never);
  try {
    return await unit.read(REGISTERS);
  } finally {
    unit.close();
  }
}

it('a unit that says nothing is said to be silent', async () => {
  const port = await peer(() => {});
  const error = { message: `unit 3 at 127.0.0.1:${port}: silent for 0.1 s`, isUnreachable: false };
  await expect(readFrom(port)).rejects.toMatchObject(error);
});

it('a connection that ends is said to have been closed', async () => {
  const port = await peer((socket) => socket.once('data', () => socket.end()));
  const error = { message: `unit 3 at 127.0.0.1:${port}: closed the connection`, isUnreachable: false };
  await expect(readFrom(port)).rejects.toMatchObject(error);
});

it('an exception is told in the words of Modbus', async () => {
  const port = await peer((socket) =>
    socket.once('data', (request) => {
      socket.write(Buffer.from([...request.subarray(0, 4), 0, 3, 3, 0x83, 2]));
    }),
  );
  await expect(readFrom(port)).rejects.toThrow(/^unit 3 at 127\.0\.0\.1:\d+: .*[Ii]llegal data address/);
});

it('a port that nobody serves is told, for all units', async () => {
  const port = await freePort();
  const error = { message: expect.stringMatching(`^127\\.0\\.0\\.1:${port}: `), isUnreachable: true };
  await expect(readFrom(port)).rejects.toMatchObject(error);
});
