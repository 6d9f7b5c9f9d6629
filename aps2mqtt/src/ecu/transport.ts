import { connect, type Socket } from 'node:net';
import { connectionProblem, hostAndPort } from '../address.ts';
import { codeOf, type EcuError, EcuSilentError, EcuUnreachableError, MalformedReplyError } from '../errors.ts';
import { scanFrame } from './frame.ts';

/** All that the protocol needs from the world: one request, one whole reply. */
export interface EcuTransport {
  /**
   * @throws EcuSilentError when not one byte came back; an EcuUnreachableError where nothing of ours has arrived
   * @throws MalformedReplyError when what came back is cut or no reply
   * @throws the signal's reason when it is aborted
   */
  exchange(request: Buffer, signal: AbortSignal): Promise<Buffer>;
}

export interface Timeouts {
  /** ms to wait for the connection; as `idle` unless told. */
  readonly connect?: number;
  /** ms to wait for each next byte: an ECU's WiFi stalls for seconds. */
  readonly idle: number;
  /** ms for a whole exchange, so that no drip of bytes can hold us. */
  readonly total: number;
}

const TIMEOUTS: Timeouts = { idle: 8_000, total: 20_000 };

/** TCP with a new connection for each query: a 2162 refuses a second one on the same. */
export function tcpTransport(host: string, port: number, timeouts: Timeouts = TIMEOUTS): EcuTransport {
  return {
    exchange: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const socket = connect({ host, port, noDelay: true });
        let received: Buffer = Buffer.alloc(0);
        let isConnected = false;

        const settle = (outcome: () => void) => {
          clearTimeout(deadline);
          signal.removeEventListener('abort', onAbort);
          closeGently(socket);
          outcome();
        };
        const fail = (reason: string, cause?: Error) => {
          const error = failure(hostAndPort(host, port), isConnected, received, reason, cause);
          settle(() => reject(error));
        };
        const onAbort = () => {
          settle(() => reject(signal.reason as Error));
          socket.destroy();
        };
        const deadline = setTimeout(() => fail(`no whole reply within ${timeouts.total / 1000} s`), timeouts.total);
        signal.addEventListener('abort', onAbort, { once: true });

        const { idle, connect: patience = idle } = timeouts;
        socket.setTimeout(patience, () => fail(`silent for ${(isConnected ? idle : patience) / 1000} s`));
        socket.on('error', (error) => fail(connectionProblem(error), error));
        socket.on('end', () => fail('closed the connection'));
        socket.on('close', () => fail('closed the connection'));
        socket.on('connect', () => {
          isConnected = true;
          socket.setTimeout(idle);
          socket.write(request);
        });
        socket.on('data', (chunk: Buffer) => {
          received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
          try {
            const frame = scanFrame(received);
            if (frame !== undefined) {
              settle(() => resolve(frame));
            }
          } catch (error) {
            settle(() => reject(error as Error));
          }
        });
      }),
  };
}

/** Nothing arrives there: no such host, or no way to it. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
]);

/** Ends our side and lets go of the socket as soon as that is out. Later events are nobody's concern. */
function closeGently(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => {});
  socket.setTimeout(0);
  if (socket.connecting) {
    socket.destroy();
  } else {
    socket.destroySoon();
  }
}

function failure(peer: string, isConnected: boolean, received: Buffer, reason: string, cause?: Error): EcuError {
  const options = cause && { cause };
  if (cause !== undefined && UNREACHABLE.has(codeOf(cause))) {
    return new EcuUnreachableError(`${peer} cannot be reached: ${reason}`, options);
  }
  if (received.length === 0) {
    const stage = isConnected ? 'gives no answer' : 'cannot be reached';
    return new EcuSilentError(`${peer} ${stage}: ${reason}`, isConnected, options);
  }
  const found = `${received.length} bytes, then: ${reason}`;
  return new MalformedReplyError('the rest of the reply', found, received.length, received, options);
}
