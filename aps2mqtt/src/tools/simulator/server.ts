import { once, setMaxListeners } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../clock.ts';
import { type Fault, steps } from './faults.ts';
import { type EcuRequest, type ReplySource, takeRequest } from './request.ts';
import { perform } from './wire.ts';

export interface LoggedRequest extends EcuRequest {
  /** By the injected clock. */
  readonly time: Date;
}

export interface Misbehaviour {
  /** Only replies to this one; to all unless told. */
  readonly command?: string;
  /** So many replies, 1 unless told; `Infinity` for all. A refusal lasts until `behave()` whatever this says. */
  readonly times?: number;
}

export interface Simulator {
  readonly host: string;
  readonly port: number;
  /** The latest 10,000 queries, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Connections so far, and how many there were at the same time at most. */
  readonly connections: { readonly total: number; readonly most: number };
  /** Adds a fault. Of several that match a query, the one added first is used up first. */
  misbehave(fault: Fault, misbehaviour?: Misbehaviour): void;
  /** Ends all faults; resolves when connections are taken again. */
  behave(): Promise<void>;
  /** Closes all connections; resolves when the port is free. */
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly source: ReplySource;
  readonly host?: string;
  /** 0 (unless told) for any free one. */
  readonly port?: number;
  /** Stamps the logged queries. Pauses take real time: sockets don't follow an injected clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Serve any number of queries on a connection; otherwise only one, as a 2162 does (PROTOCOL 12). */
  readonly keepOpen?: boolean;
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** ms after which an ECU lets go of a connection on which a reply went out, or nothing happens (PROTOCOL 12). */
const CLOSES_AFTER = 100;
const IDLE = 15_000;
const MOST_LOGGED = 10_000;

/** A TCP server that answers like an ECU, or as badly as it is told to. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { source, host = '127.0.0.1', clock = systemClock, keepOpen = false, onRequest } = options;
  const requests: LoggedRequest[] = [];
  const connections = { total: 0, most: 0 };
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  // Each connection may be in a pause.
  setMaxListeners(0, ending.signal);
  let faults: { fault: Fault; command: string | undefined; left: number }[] = [];

  let server = await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  async function listen(onPort: number): Promise<Server> {
    const listening = createServer({ noDelay: true }, accept).listen(onPort, host);
    await once(listening, 'listening');
    return listening;
  }

  function accept(socket: Socket): void {
    sockets.add(socket);
    connections.total++;
    connections.most = Math.max(connections.most, sockets.size);
    let received: Buffer = Buffer.alloc(0);
    let answered = 0;
    // The peer may go at any moment, which is its own affair.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.setTimeout(IDLE, () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      const { request, rest } = takeRequest(Buffer.concat([received, chunk]));
      received = rest;
      if (request !== null) {
        void serve(socket, request, answered++);
      }
    });
  }

  async function serve(socket: Socket, request: EcuRequest, answered: number): Promise<void> {
    const logged = { ...request, time: clock.now() };
    requests.push(logged);
    requests.splice(0, requests.length - MOST_LOGGED);
    onRequest?.(logged);
    if (answered > 0 && !keepOpen) {
      socket.end();
      return;
    }
    const reply = source.reply(request);
    if (reply === null) {
      return;
    }
    const isSettled = await perform(steps(takeFault(request.command), reply), socket, pause);
    if (!isSettled && !keepOpen) {
      await pause(CLOSES_AFTER);
      socket.end();
    }
  }

  function takeFault(command: string): Fault | null {
    const entry = faults.find((candidate) => candidate.command === undefined || candidate.command === command);
    if (entry === undefined) {
      return null;
    }
    entry.left--;
    faults = faults.filter(({ left }) => left > 0);
    return entry.fault;
  }

  async function pause(ms: number): Promise<void> {
    await systemClock.sleep(ms, ending.signal).catch(() => {});
  }

  async function close(): Promise<void> {
    for (const socket of sockets) {
      socket.destroy();
    }
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  }

  return {
    host,
    port,
    requests,
    connections,
    misbehave(fault, { command, times = 1 } = {}) {
      if (fault.kind === 'refuse') {
        server.close();
      } else if (times > 0) {
        faults.push({ fault, command, left: times });
      }
    },
    async behave() {
      faults = [];
      if (!server.listening && !ending.signal.aborted) {
        server = await listen(port);
      }
    },
    async stop() {
      ending.abort();
      faults = [];
      await close();
    },
  };
}
