import type { Socket } from 'node:net';
import type { Step } from './faults.ts';

/**
 * Does on a connection what the steps say, until the last one or until the peer has gone.
 *
 * @param pause waits so many ms
 * @returns whether a step has settled what becomes of the connection
 */
export async function perform(
  steps: Iterable<Step>,
  socket: Socket,
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  for (const step of steps) {
    if (!socket.writable) {
      return true;
    }
    switch (step.kind) {
      case 'send':
        await send(socket, step.bytes);
        break;
      case 'pause':
        await pause(step.ms);
        break;
      case 'end':
        end(socket, step.how);
        return true;
    }
  }
  return false;
}

/** Resolves when the bytes are out, or never will be. */
async function send(socket: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length > 0) {
    await new Promise((resolve) => socket.write(bytes, resolve));
  }
}

function end(socket: Socket, how: 'close' | 'hang' | 'reset'): void {
  switch (how) {
    case 'close':
      socket.end();
      return;
    case 'hang':
      socket.setTimeout(0);
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
  }
}
