import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { SIGNAL } from '../../src/ecu/commands.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import type { SimulatedSite, SiteState } from '../../src/tools/simulator/site.ts';
import { address, PYTHON_PORT, sunnySite } from '../ecu.ts';
import { soon } from './soon.ts';

interface Connection {
  /** By `performance.now()`; null while it stands. */
  closedAt: number | null;
}

/** A query, and what was true when it came in, whatever became of the reply. Times are ms by `performance.now()`. */
export interface Served {
  readonly command: string;
  readonly at: number;
  readonly state: SiteState;
  readonly connection: Connection;
}

/** A simulated ECU that goes wrong when told to. Each poll finds other powers, so that every value has its time. */
export interface FaultyEcu {
  readonly host: string;
  readonly port: number;
  readonly id: string;
  readonly inverterIds: readonly string[];
  readonly site: SimulatedSite;
  readonly simulator: Simulator;
  readonly served: readonly Served[];
  /** The newest of a command; null before the first. */
  newest(command: string): Served | null;
  /** Breaks so many replies to a command, one after the other. Resolves when the last one's connection is closed. */
  break(fault: Fault, command: string, times: number): Promise<number>;
  /** Resolves when the next query of a command has come. */
  asked(command: string): Promise<Served>;
  stop(): Promise<void>;
}

const INVERTERS = 5;
/** s. Each poll of a program finds a new round. */
const [ROUND, DELAY] = [10, 1];
/** kWh: a value of yesterday, or 0, is another one. */
const TODAY = 12.34;
/** ms. Four polls against an ECU that is silent take five minutes. */
const PATIENCE = 480_000;

export async function startFaultyEcu(seed: string): Promise<FaultyEcu> {
  const site = sunnySite(INVERTERS, seed);
  site.setRounds(ROUND, DELAY);
  const ids = site.inverters.map(({ id }) => id);
  // One that sleeps, as there is on most roofs.
  site.setInverter(ids[1] ?? '', 'offline');
  const { ecuId } = site.state().summary;
  // Before any record goes wrong, which would not tell.
  const panels = new Map(site.state().records.map(({ id, channels }) => [id, channels?.powers ?? 0]));
  // Behind the first new round, with which a day may have begun.
  site.setTodayEnergy(TODAY);
  const served: Served[] = [];
  let connection: Connection = { closedAt: null };
  let polls = 0;

  const simulator = await startSimulator({
    host: address(),
    port: process.platform === 'linux' ? PYTHON_PORT : 0,
    source: {
      reply(request) {
        served.push({ command: request.command, at: performance.now(), state: site.state(), connection });
        const reply = site.reply(request);
        // The last query of a poll, of both programs.
        if (request.command === SIGNAL) {
          polls++;
          for (const { id } of site.inverters) {
            site.setPowers(id, [100 + polls, 150 + polls, 120 + polls, 130 + polls].slice(0, panels.get(id)));
          }
        }
        return reply;
      },
    },
  });
  const endListening = onConnection(simulator, (socket) => {
    const own: Connection = { closedAt: null };
    connection = own;
    socket.once('close', () => {
      own.closedAt = performance.now();
    });
  });

  const queries = (command: string) => served.filter((query) => query.command === command);
  return {
    host: simulator.host,
    port: simulator.port,
    id: ecuId,
    inverterIds: ids,
    site,
    simulator,
    served,
    newest: (command) => queries(command).at(-1) ?? null,
    async break(fault, command, times) {
      const before = queries(command).length;
      simulator.misbehave(fault, { command, times });
      const what = `${times} × ${command}`;
      const last = await soon(what, () => queries(command)[before + times - 1], PATIENCE);
      return soon(`the end of ${what}`, () => last.connection.closedAt, PATIENCE);
    },
    asked(command) {
      const before = queries(command).length;
      return soon(command, () => queries(command)[before], PATIENCE);
    },
    stop: () => {
      endListening();
      return simulator.stop();
    },
  };
}

/** The simulator tells nothing of its connections; Node does. @returns what ends it */
function onConnection({ host, port }: Simulator, listener: (socket: Socket) => void): () => void {
  const onSocket = (message: unknown) => {
    const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : null;
    if (socket instanceof Socket && socket.localAddress === host && socket.localPort === port) {
      listener(socket);
    }
  };
  subscribe('net.server.socket', onSocket);
  return () => {
    unsubscribe('net.server.socket', onSocket);
  };
}
