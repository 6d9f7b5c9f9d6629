import type { Clock } from '../../src/clock.ts';
import { type Timeouts, tcpTransport } from '../../src/ecu/transport.ts';
import type { EcuOptions } from '../../src/options/options.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type SimulatedSite, type SiteState, simulatedSite } from '../../src/tools/simulator/site.ts';
import { memoryEcu } from './memoryEcu.ts';
import { type TimedTransport, timedTransport } from './timedTransport.ts';

export interface TestEcuSettings {
  readonly site: SiteDescription;
  readonly options?: Partial<EcuOptions>;
  /** Without sockets: for the long run. */
  readonly isInMemory?: boolean;
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
  /** Of the transport; may be changed. Long, since a busy machine is no fault. */
  readonly timeouts: { -readonly [Key in keyof Timeouts]: number };
  readonly transport: TimedTransport;
  /** When each poll began. */
  polls(): Date[];
}

/** Queries further apart than this belong to two polls: within one, 8 s of silence is the longest. */
const SAME_POLL_MS = 15_000;

export async function startTestEcu(settings: TestEcuSettings, clock: Clock): Promise<TestEcu> {
  const { site: description, options = {}, isInMemory = false } = settings;
  const site = simulatedSite(description, clock);
  const served: Served[] = [];
  const source: typeof site = {
    ...site,
    reply: (request) => {
      served.push({ command: request.command, at: clock.now(), state: site.state() });
      return site.reply(request);
    },
  };
  const memory = memoryEcu(source);
  const simulator = isInMemory ? memory : await startSimulator({ source, clock });
  const timeouts = { idle: 5_000, total: 10_000 };
  const { host, port } = simulator;
  return {
    id: site.state().summary.ecuId,
    site,
    simulator,
    served,
    options,
    timeouts,
    transport: timedTransport(isInMemory ? memory.transport : tcpTransport(host, port, timeouts), clock),
    polls: () =>
      served
        .map(({ at }) => at)
        .filter((at, index) => at.getTime() - (served[index - 1]?.at.getTime() ?? 0) > SAME_POLL_MS),
  };
}
