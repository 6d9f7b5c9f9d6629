import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { hostAndPort } from '../address.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

export interface Listening {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Only from this address is anybody answered; null for everybody who reaches us. */
  readonly onlyFrom: string | null;
  /** For tests; usual ones where it is left out. */
  readonly limits?: Limits;
}

/** How long somebody may keep us waiting, ms. */
export interface Limits {
  /** A request's headers have to be here within this, */
  readonly headers: number;
  /** and all of it within this. */
  readonly request: number;
  /** A reader has to take something. */
  readonly idle: number;
  readonly keepAlive: number;
  /** So often slow ones are looked for. */
  readonly check: number;
}

const LIMITS: Limits = { headers: 10_000, request: 30_000, idle: 60_000, keepAlive: 5_000, check: 2_000 };
/** More than a home has screens. */
const MOST_CONNECTIONS = 200;
/** The port may be taken for a while, as by our own predecessor. */
const RETRY_MS = 60_000;

/**
 * Serves until the signal. A port that can't be had is told once, and tried again: it is no reason to stop reading ECUs.
 *
 * @param onListening gets the address where it is served
 */
export async function serve(
  app: Hono,
  listening: Listening,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
  onListening: (address: string, port: number) => void,
): Promise<void> {
  let isTold = false;
  while (!signal.aborted) {
    try {
      const server = await listen(createGuarded(app, listening, log), listening);
      const { port } = server.address() as AddressInfo;
      onListening(`http://${hostAndPort(shownHost(listening.host), port)}`, port);
      await closed(server, signal);
    } catch (error) {
      if (!isTold && !signal.aborted) {
        isTold = true;
        log.warn(`The page cannot be served: ${problemOf(error, listening)}. Trying again each minute`);
      }
      await clock.sleep(RETRY_MS, signal).catch(() => {});
    }
  }
}

function createGuarded(app: Hono, { onlyFrom, limits = LIMITS }: Listening, log: Logger): Server {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      headersTimeout: limits.headers,
      requestTimeout: limits.request,
      keepAliveTimeout: limits.keepAlive,
      connectionsCheckingInterval: limits.check,
      maxHeaderSize: 16_384,
    },
    (request, response) => {
      // Its own fault never ends the program, nor does a connection that breaks.
      Promise.resolve(listener(request, response)).catch((error: unknown) => {
        log.debug(`page: ${messageOf(error)}`);
        response.destroy();
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(limits.idle);
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    if (onlyFrom !== null && plainAddress(socket.remoteAddress) !== onlyFrom) {
      log.debug(`page: refused ${socket.remoteAddress}`);
      socket.destroy();
    }
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    } else {
      socket.destroy();
    }
  });
  return server;
}

/** IPv4 as IPv6 writes it is the same address. */
export const plainAddress = (address: string | undefined) => address?.replace(/^::ffff:(?=\d+\.)/i, '');

function listen(server: Server, { host, port }: Listening): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve(server);
    });
  });
}

function closed(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const close = () => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    if (signal.aborted) {
      close();
    }
    signal.addEventListener('abort', close, { once: true });
  });
}

/** Where a browser on this machine would find it. */
const shownHost = (host: string) => (host === '0.0.0.0' || host === '::' ? 'localhost' : host);

function problemOf(error: unknown, { host, port }: Listening): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `port ${port} is in use`;
    case 'EADDRNOTAVAIL':
      return `no network card here has the address ${host}`;
    case 'EACCES':
      return `port ${port} is for administrators; take one above 1023`;
    default:
      return messageOf(error);
  }
}
