import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import ModbusRTU from 'modbus-serial';
import { connectionProblem, hostAndPort } from '../address.ts';
import { codeOf } from '../errors.ts';
import { asObject } from '../json.ts';
import { ModbusError, type ModbusTransport } from './transport.ts';

/** ms: an ECU is silent where the unit or the register is wrong. */
const TIMEOUT_MS = 3_000;

/** TCP, a connection for each unit: an ECU lets go of a kept one. */
export function modbusTcp(host: string, port: number, timeoutMs = TIMEOUT_MS): ModbusTransport {
  const where = hostAndPort(host, port);
  return {
    async open(unit, signal) {
      const socket = await connected(host, port, timeoutMs, signal);
      const client = new ModbusRTU();
      // Told by the call that is under way.
      client.on('error', () => {});
      client.setTimeout(timeoutMs);
      await client.linkTCP(socket, { port });
      client.setID(unit);
      const ended = whenEnded(socket);
      const ask = <T>(call: Promise<T>) =>
        Promise.race([call, ended]).catch((error: unknown): never => {
          signal.throwIfAborted();
          throw new ModbusError(`unit ${unit} at ${where}: ${reasonOf(error, timeoutMs)}`, false, { cause: error });
        });
      const onAbort = () => socket.destroy();
      signal.addEventListener('abort', onAbort, { once: true });
      return {
        async read({ address, count }) {
          const { buffer } = await ask(client.readHoldingRegisters(address, count));
          if (buffer.length !== 2 * count) {
            throw new ModbusError(`unit ${unit} at ${where} sent ${buffer.length} bytes for ${count} registers`, false);
          }
          return buffer;
        },
        async write(address, value) {
          await ask(client.writeRegister(address, value));
        },
        close() {
          signal.removeEventListener('abort', onAbort);
          socket.end();
          // What does not end by itself is not waited for.
          setTimeout(() => socket.destroy(), timeoutMs).unref();
        },
      };
    },
  };
}

async function connected(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await once(socket, 'connect', { signal: limit });
  } catch (error) {
    socket.destroy();
    socket.on('error', () => {});
    signal.throwIfAborted();
    const reason = limit.aborted ? `no connection within ${timeoutMs / 1_000} s` : reasonOf(error, timeoutMs);
    throw new ModbusError(`${hostAndPort(host, port)}: ${reason}`, true, { cause: error });
  }
  socket.on('error', () => {});
  return socket;
}

/** Rejects when the connection ends: a call that is under way would wait for its deadline. */
function whenEnded(socket: Socket): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    socket.once('close', () => reject(new Error('closed the connection')));
  });
  // Nobody may be asking.
  ended.catch(() => {});
  return ended;
}

/** The library throws objects that are no errors, too. */
function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, message } = asObject(error);
  if (name === 'TransactionTimedOutError') {
    return `silent for ${timeoutMs / 1_000} s`;
  }
  if (error instanceof Error && codeOf(error) !== '') {
    return connectionProblem(error);
  }
  return typeof message === 'string' ? message : String(error);
}
