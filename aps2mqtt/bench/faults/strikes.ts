import { INVERTERS } from '../../src/ecu/commands.ts';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import type { SimulatedSite } from '../../src/tools/simulator/site.ts';
import { pause } from '../trial.ts';
import { type Contender, type Ground, type Outcome, recovery, type Trial, withTrial } from './trial.ts';

/** Something that goes wrong at the ECU, once. */
export interface FaultCase {
  readonly name: string;
  /** s in which aps2mqtt has to be right again. */
  readonly limit: number;
  /** Whether the ECU tells nothing that could take the place of the old values. */
  readonly keepsValues: boolean;
  /** Resolves with when it was over, and from when on the ECU could be read rightly. */
  readonly strike: (trial: Trial) => Promise<{ readonly over: number; readonly from: number }>;
}

/** s. One try of a query went wrong: the next one comes at once. */
export const AT_ONCE = 10;
/** s. The ECU is asked once a minute. */
export const NEXT_POLL = 65;
/** ms that no connection is taken: some poll falls into it. */
const REFUSAL = 70_000;
/** ms from the inverters' query to the end of a poll. The Python program takes 10 s. */
const REST_OF_POLL = 12_000;

export interface Broken {
  readonly fault: Fault;
  readonly command: string;
  /** All tries of so many polls; one try unless told. */
  readonly polls?: number;
}

/** Single replies go wrong. What comes of the poll may be right all the same. */
export function replies(name: string, limit: number, ...broken: readonly Broken[]): FaultCase {
  return {
    name,
    limit,
    // Three polls without an answer make it unavailable.
    keepsValues: broken.every(({ polls = 1 }) => polls < 3),
    async strike({ ecu, contender }) {
      const from = performance.now();
      const times = ({ polls }: Broken) => (polls === undefined ? 1 : polls * contender.tries);
      const ends = await Promise.all(broken.map((one) => ecu.break(one.fault, one.command, times(one))));
      return { over: Math.max(...ends), from };
    },
  };
}

/** The ECU is odd for a poll. */
export function whileOdd(name: string, begin: (site: SimulatedSite) => () => void): FaultCase {
  return {
    name,
    limit: NEXT_POLL,
    keepsValues: false,
    async strike({ ecu }) {
      const end = begin(ecu.site);
      await ecu.asked(INVERTERS);
      await pause(REST_OF_POLL);
      end();
      const over = performance.now();
      return { over, from: over };
    },
  };
}

export const refused: FaultCase = {
  name: 'takes no connections for 70 s',
  limit: NEXT_POLL,
  keepsValues: true,
  async strike({ ecu }) {
    ecu.simulator.misbehave({ kind: 'refuse' });
    await pause(REFUSAL);
    await ecu.simulator.behave();
    const over = performance.now();
    return { over, from: over };
  },
};

export function runFault(fault: FaultCase, contender: Contender, ground: Ground): Promise<Outcome> {
  return withTrial(contender, ground, async (trial) => {
    await trial.settle();
    const began = performance.now();
    const { over, from } = await fault.strike(trial);
    const { limit, keepsValues } = fault;
    return recovery(trial, { over, heard: from, asked: from, limit, ...(keepsValues && { keptFrom: began }) });
  });
}
