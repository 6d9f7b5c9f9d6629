import { once } from 'node:events';
import { createServer } from 'node:net';

/** This port of loopback, or else any that is free. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return wanted === 0 ? Promise.reject(new Error('no port is free')) : freePort(0);
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : wanted;
}
