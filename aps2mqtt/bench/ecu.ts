import { systemClock } from '../src/clock.ts';
import type { Family } from '../src/tools/simulator/description.ts';
import { startSimulator } from '../src/tools/simulator/server.ts';
import { type SimulatedSite, simulatedSite } from '../src/tools/simulator/site.ts';

/** A simulated ECU that answers at once, and keeps the time. */
export interface BenchEcu {
  readonly host: string;
  readonly port: number;
  /** Topics of its inverters below a prefix. */
  inverterTopics(prefix: string): string[];
  /** ms that it has taken for all its answers so far. */
  answering(): number;
  /** A poll's first query is here. `at` by `performance.now()`. */
  onPoll(listener: (at: number) => void): void;
  stop(): Promise<void>;
}

/** Alike everywhere, and small enough together for the Python program to read 30. */
const FAMILIES: readonly Family[] = ['ds3', 'qs1a', 'yc600', 'qt2'];
/** The Python program looks at no other port, whatever it is told. */
export const PYTHON_PORT = 8899;
/** Seconds. The Python program waits until 6 minutes after the stamp: an old one lets it ask as often as it can. */
const CLOCK_OFFSET = -3600;

/** ms. The queries of one poll are nearer to each other. */
const BETWEEN_POLLS = 8_000;

let addresses = 0;

/** An address of loopback that nothing else uses; only Linux has more than one without being told. */
export function address(): string {
  const id = process.pid;
  addresses++;
  return process.platform === 'linux' ? `127.${64 + ((id >> 8) & 63)}.${id & 255}.${addresses}` : '127.0.0.1';
}

export async function startEcu(inverters: number, port = PYTHON_PORT): Promise<BenchEcu> {
  const site = sunnySite(inverters);
  const listeners: ((at: number) => void)[] = [];
  let answering = 0;
  let last = Number.NEGATIVE_INFINITY;
  const simulator = await startSimulator({
    host: address(),
    port,
    source: {
      reply(request) {
        const at = performance.now();
        const isFirst = at - last > BETWEEN_POLLS;
        last = at;
        if (isFirst) {
          for (const listener of listeners) {
            listener(at);
          }
        }
        const reply = site.reply(request);
        answering += performance.now() - at;
        return reply;
      },
    },
  });
  const { ecuId } = site.state().summary;
  return {
    host: simulator.host,
    port: simulator.port,
    inverterTopics: (prefix) => site.inverters.map(({ id }) => `${prefix}/aps/${ecuId}/${id}`),
    answering: () => answering,
    onPoll: (listener) => {
      listeners.push(listener);
    },
    stop: () => simulator.stop(),
  };
}

/** Where it is noon just now, so that all inverters are awake. */
export function sunnySite(inverters: number, seed = 'bench'): SimulatedSite {
  const longitude = (((12 - systemClock.now().getUTCHours()) * 15 + 540) % 360) - 180;
  const site = simulatedSite(
    {
      ecu: 'ecu-r-pro',
      seed,
      inverters: FAMILIES.map((family, index) => ({ family, count: share(inverters, index) })),
      position: { latitude: 20, longitude },
      timeZone: 'Etc/UTC',
    },
    systemClock,
  );
  site.setClockOffset(CLOCK_OFFSET);
  return site;
}

/** How many of so many inverters are of the family at this index. */
function share(inverters: number, index: number): number {
  return Math.floor((inverters + FAMILIES.length - 1 - index) / FAMILIES.length);
}
