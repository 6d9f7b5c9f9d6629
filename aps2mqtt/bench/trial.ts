import type { Ear } from './ear.ts';
import { type BenchEcu, startEcu } from './ecu.ts';
import { followPolls, type Polls } from './polls.ts';
import { hasProc, type Memory, memoryOf, processorTimeOf } from './proc.ts';
import type { Measured } from './processes.ts';
import type { Subject } from './subjects.ts';

/** The broker that all share, and who listens there. */
export interface Stage {
  readonly brokerPort: number;
  readonly ear: Ear;
}

/** Times in ms; null where nothing came. */
export interface FirstPoll {
  /** From the start of the process to the first inverter's values in the broker. */
  readonly start: number | null;
  /** Of the first poll, beyond the ECU's time: includes what a program does only once, such as discovery. */
  readonly own: number | null;
}

export interface Steady {
  readonly memory: Memory;
  /** ms of processor time per poll; null where the window saw no poll. */
  readonly processor: number | null;
  /** ms of each poll beyond the ECU's time. */
  readonly ownTimes: readonly number[];
}

/** ms for a first poll. The Python program takes 15 s for one. */
const FIRST_POLL = 25_000;
/** ms from the start to the window: the start's work, and what is said again after it, is over by then. */
const SETTLING = 20_000;
/** ms by which a program may be late in the window with its last poll. */
const GRACE = 1_500;

let trials = 0;

/** Starts a program on an ECU of its own, and stops it after its first poll. */
export async function firstPoll(subject: Subject, inverters: number, stage: Stage): Promise<FirstPoll> {
  return onEcu(subject, inverters, stage, async (program, polls) => {
    await Promise.race([polls.firstDone(FIRST_POLL), program.ended]);
    assertRuns(subject, program);
    const at = polls.firstValues();
    return { start: at === null ? null : at - program.startedAt, own: polls.ownTimes[0] ?? null };
  });
}

/** Starts a program on an ECU of its own and measures so many ms of steady polling. Linux only. */
export async function steady(subject: Subject, inverters: number, stage: Stage, window: number): Promise<Steady> {
  return onEcu(subject, inverters, stage, async (program, polls) => {
    await pause(SETTLING - GRACE);
    const before = { processor: processorTimeOf(program.pid), polls: polls.begun(), done: polls.ownTimes.length };
    await pause(window + GRACE);
    assertRuns(subject, program);
    const spent = processorTimeOf(program.pid) - before.processor;
    const begun = polls.begun() - before.polls;
    const processor = begun === 0 ? null : spent / begun;
    return { memory: memoryOf(program.pid), processor, ownTimes: polls.ownTimes.slice(before.done) };
  });
}

function assertRuns({ name }: Subject, program: Measured): void {
  if (!program.isRunning()) {
    throw new Error(`${name} ended:\n${program.output()}`);
  }
}

async function onEcu<T>(
  subject: Subject,
  inverters: number,
  { brokerPort, ear }: Stage,
  measure: (program: Measured, polls: Polls) => Promise<T>,
): Promise<T> {
  const prefix = `bench${trials++}`;
  const ecu: BenchEcu = await startEcu(inverters);
  const polls = followPolls(ecu, ear, prefix);
  try {
    const program = subject.start([ecu], brokerPort, prefix);
    try {
      return await measure(program, polls);
    } finally {
      await program.end();
    }
  } finally {
    polls.stop();
    await ecu.stop();
  }
}

export const canMeasureSteady = hasProc;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
