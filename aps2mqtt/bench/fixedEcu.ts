import { INVERTERS, SIGNAL, SUMMARY } from '../src/ecu/commands.ts';
import { startSimulator } from '../src/tools/simulator/server.ts';
import { type BenchEcu, sunnySite } from './ecu.ts';

/** The three replies of an ECU, in the order of a poll. */
export function repliesOf(inverters: number, seed: string) {
  const site = sunnySite(inverters, seed);
  const { ecuId } = site.state().summary;
  const replies = [SUMMARY, INVERTERS, SIGNAL].map((command) => {
    const reply = site.reply({ command, ecuId });
    if (reply === null) {
      throw new Error(`the simulated ECU does not know ${command}`);
    }
    return [command, reply] as const;
  });
  return { ecuId, inverters: site.inverters, replies: new Map<string, Buffer>(replies) };
}

export interface FixedEcu extends Omit<BenchEcu, 'onPoll'> {
  /** By `performance.now()`; null before it. */
  firstQuery(): number | null;
}

/** An ECU that has its replies ready, so that many of them in this process keep nobody waiting. */
export async function fixedEcu(inverters: number, seed: string): Promise<FixedEcu> {
  const { ecuId, inverters: list, replies } = repliesOf(inverters, seed);
  let first: number | null = null;
  let answering = 0;
  const simulator = await startSimulator({
    source: {
      reply({ command }) {
        const at = performance.now();
        first ??= at;
        const reply = replies.get(command) ?? null;
        answering += performance.now() - at;
        return reply;
      },
    },
  });
  return {
    host: simulator.host,
    port: simulator.port,
    inverterTopics: (prefix) => list.map(({ id }) => `${prefix}/aps/${ecuId}/${id}`),
    answering: () => answering,
    firstQuery: () => first,
    stop: () => simulator.stop(),
  };
}
