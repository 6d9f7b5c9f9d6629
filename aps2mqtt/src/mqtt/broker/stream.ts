import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { type SecureContext, connect as tlsConnect } from 'node:tls';
import type { Login } from './login.ts';

/**
 * A TCP connection to the broker. All else, TLS and the client, is made when it stands: what each failed attempt leaves
 * to the garbage collector would make us grow by 20 MB in the first hour that a broker with TLS is away.
 *
 * @param ms until it is given up
 * @throws Error of the network's, or the signal's reason
 */
export function openSocket({ host, port }: Login, ms: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = tcpConnect({ host, port, noDelay: true });
    const onAbort = () => socket.destroy(signal.reason as Error);
    const onTimeout = () => socket.destroy(new Error('connack timeout'));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(ms, onTimeout);
    socket.once('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', onAbort));
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.setTimeout(0);
      socket.removeListener('timeout', onTimeout);
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

/** @param context null for none */
export function secured(socket: Socket, { host, tlsVerify }: Login, context: SecureContext | null) {
  if (context === null) {
    return socket;
  }
  const name = isIP(host) === 0 ? { servername: host } : { host };
  return tlsConnect({ socket, ...name, secureContext: context, rejectUnauthorized: tlsVerify });
}
