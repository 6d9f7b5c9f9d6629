import { once, setMaxListeners } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../clock.ts';
import { faultList } from './faultList.ts';
import { steps } from './faults.ts';
import { type EcuRequest, takeRequest } from './request.ts';
import type { LoggedRequest, Place, Simulator, SimulatorOptions } from './simulator.ts';
import { perform } from './wire.ts';

export type { LoggedRequest, Misbehaviour, Place, Simulator } from './simulator.ts';

/** ms after which an ECU lets go of a connection on which a reply went out, or nothing happens. */
const CLOSES_AFTER = 100;
const IDLE = 15_000;
const MOST_LOGGED = 10_000;

/** A TCP server that answers like an ECU, or as badly as it is told to. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { source, clock = systemClock, keepOpen = false, onRequest } = options;
  const requests: LoggedRequest[] = [];
  const connections = { total: 0, most: 0 };
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  // Each connection may be in a pause.
  setMaxListeners(0, ending.signal);
  const faults = faultList();
  let isRefusing = false;

  let place: Place = { host: options.host ?? '127.0.0.1', port: options.port ?? 0 };
  let server = await listen();

  async function listen(): Promise<Server> {
    const { host, port } = place;
    const listening = createServer({ noDelay: true }, accept).listen(port, host);
    await once(listening, 'listening');
    place = { host, port: (listening.address() as AddressInfo).port };
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
    const isSettled = await perform(steps(faults.take(request.command), reply), socket, pause);
    if (!isSettled && !keepOpen) {
      await pause(CLOSES_AFTER);
      socket.end();
    }
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
    get host() {
      return place.host;
    },
    get port() {
      return place.port;
    },
    requests,
    connections,
    misbehave(fault, misbehaviour) {
      if (fault.kind === 'refuse') {
        isRefusing = true;
        server.close();
      } else {
        faults.add(fault, misbehaviour);
      }
    },
    async behave() {
      faults.clear();
      isRefusing = false;
      if (!server.listening && !ending.signal.aborted) {
        server = await listen();
      }
    },
    leave: close,
    async settle(there) {
      place = there;
      if (!isRefusing && !ending.signal.aborted) {
        server = await listen();
      }
    },
    async stop() {
      ending.abort();
      faults.clear();
      await close();
    },
  };
}
