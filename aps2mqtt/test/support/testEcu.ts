import type { Clock } from '../../src/clock.ts';
import { type EcuTransport, type Timeouts, tcpTransport } from '../../src/ecu/transport.ts';
import type { EcuOptions } from '../../src/options/options.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { takeRequest } from '../../src/tools/simulator/request.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type SimulatedSite, type SiteState, simulatedSite } from '../../src/tools/simulator/site.ts';
import { FaultQueue } from './faultQueue.ts';
import { memoryTransport } from './memoryTransport.ts';
import { type TimedTransport, timedTransport } from './timedTransport.ts';
import { comesTrue } from './until.ts';

export interface TestEcuSettings {
  readonly site: SiteDescription;
  readonly options?: Partial<EcuOptions>;
  /** Where it is; at any free port of 127.0.0.1 unless told. */
  readonly place?: { readonly host: string; readonly port: number };
  /** Without sockets: for the long run. */
  readonly isInMemory?: boolean;
  /** ms for an exchange that goes well. */
  readonly exchangeMs?: number;
}

/** What was true when a query came in, whatever became of the reply on its way. */
export interface Served {
  readonly command: string;
  readonly at: Date;
  readonly state: SiteState;
}

/** A simulated ECU that keeps the truth of each query. */
export interface TestEcu {
  readonly id: string;
  readonly site: SimulatedSite;
  readonly simulator: Pick<Simulator, 'host' | 'port' | 'misbehave' | 'behave' | 'stop'>;
  readonly served: readonly Served[];
  readonly options: Partial<EcuOptions>;
  readonly transport: TimedTransport;
  /** When each poll began. */
  polls(): Date[];
}

/** A busy machine is no fault. */
const PATIENT = { idle: 10_000, total: 15_000 };
/** They stand for the 8 s that an ECU may be silent: for queries of which it is known that nothing (more) will come. */
const SILENT = { idle: 20, total: 15_000 };
const HANGING = { idle: 150, total: 15_000 };

const ARRIVES_MS = 1_000;

/** Queries further apart than this belong to two polls: within one, 8 s of silence is the longest. */
const SAME_POLL_MS = 15_000;

/** Of ECUs without a port. */
let count = 0;

export async function startTestEcu(settings: TestEcuSettings, clock: Clock): Promise<TestEcu> {
  const { site: description, options = {}, place, isInMemory = false, exchangeMs } = settings;
  const site = simulatedSite(description, clock);
  const served: Served[] = [];
  const source: typeof site = {
    ...site,
    reply: (request) => {
      served.push({ command: request.command, at: clock.now(), state: site.state() });
      return site.reply(request);
    },
  };
  const server = isInMemory ? null : await startSimulator({ source, clock, ...place });
  const faults = new FaultQueue();
  const simulator = {
    host: server?.host ?? '127.0.0.1',
    port: server?.port ?? ++count,
    misbehave: (...args: Parameters<Simulator['misbehave']>) => {
      faults.add(...args);
      server?.misbehave(...args);
    },
    behave: async () => {
      faults.clear();
      await server?.behave();
    },
    stop: async () => {
      await server?.stop();
    },
  };
  const { host, port } = simulator;
  const sockets: EcuTransport = {
    async exchange(bytes, signal) {
      const fault = faults.isRefusing ? null : faults.take(takeRequest(bytes).request?.command ?? '');
      const exchange = (timeouts: Timeouts) => tcpTransport(host, port, timeouts).exchange(bytes, signal);
      if (fault?.kind !== 'silent' && fault?.kind !== 'hang') {
        return exchange(PATIENT);
      }
      for (;;) {
        const before = served.length;
        try {
          return await exchange(fault.kind === 'silent' ? SILENT : HANGING);
        } catch (error) {
          // However busy the machine is: what never reached the ECU was no query.
          if (signal.aborted || (await comesTrue(() => served.length > before, ARRIVES_MS))) {
            throw error;
          }
        }
      }
    },
  };
  return {
    id: site.state().summary.ecuId,
    site,
    simulator,
    served,
    options,
    transport: timedTransport(isInMemory ? memoryTransport(source, faults) : sockets, clock, exchangeMs),
    polls: () =>
      served
        .map(({ at }) => at)
        .filter((at, index) => at.getTime() - (served[index - 1]?.at.getTime() ?? 0) > SAME_POLL_MS),
  };
}
