import type { Ear } from '../../test/support/broker.ts';
import type { Measured } from '../processes.ts';
import type { Subject } from '../subjects.ts';
import { pause } from '../trial.ts';
import { type FaultyEcu, startFaultyEcu } from './ecu.ts';
import { soon } from './soon.ts';
import { followStates, type States } from './states.ts';

/** A program that is put through the faults. */
export interface Contender {
  readonly subject: Subject;
  /** How often it asks within one poll before it gives up. */
  readonly tries: number;
  /** s that it has in place of a case's own limit; null for none. */
  readonly patience: number | null;
}

/** Where a program publishes, and who listens there. */
export interface Ground {
  readonly port: number;
  readonly ear: Ear;
}

/** One program on an ECU of its own. */
export interface Trial {
  readonly contender: Contender;
  readonly ecu: FaultyEcu;
  readonly states: States;
  readonly ear: Ear;
  /** Of all topics, without a slash. */
  readonly prefix: string;
  /** The one started last. */
  readonly program: Measured;
  launch(more?: Readonly<Record<string, string>>): Measured;
  /** Launches it and waits until all values are right. */
  settle(more?: Readonly<Record<string, string>>): Promise<void>;
}

export interface Outcome {
  readonly survived: boolean;
  /** From the end of what went wrong; null where it never came right again. */
  readonly seconds: number | null;
  /** Why it did not survive. */
  readonly why: string | null;
}

/** What to look for when something is over. Moments are ms by `performance.now()`. */
export interface Recovery {
  readonly over: number;
  /** Only what is heard from here on counts ... */
  readonly heard: number;
  /** ... and was asked for from here on. */
  readonly asked: number;
  /** s. */
  readonly limit: number;
  /** Nothing may be said to be unknown or unavailable from here on. */
  readonly keptFrom?: number;
}

/** ms for the first values. The Python program takes 15 s for them, and may start in a crowd. */
const FIRST = 90_000;
/** ms after which nothing more comes of it. */
const AFTERMATH = 3_000;
let count = 0;

/** Runs `work` with a program that is not started yet. Whatever goes wrong in it is an outcome, too. */
export async function withTrial(
  contender: Contender,
  ground: Ground,
  work: (trial: Trial) => Promise<Outcome>,
): Promise<Outcome> {
  const prefix = `trial${process.pid}n${count++}`;
  const ecu = await startFaultyEcu(prefix);
  const states = followStates(ecu, ground.ear, prefix);
  const programs: Measured[] = [];
  const trial: Trial = {
    contender,
    ecu,
    states,
    ear: ground.ear,
    prefix,
    get program() {
      const program = programs.at(-1);
      if (program === undefined) {
        throw new Error('not launched yet');
      }
      return program;
    },
    launch(more) {
      programs.push(contender.subject.start([ecu], ground.port, prefix, more));
      return this.program;
    },
    async settle(more) {
      this.launch(more);
      const at = performance.now();
      await soon('the first values', () => states.rightAt(at, at), FIRST);
    },
  };
  try {
    return await work(trial);
  } catch (error) {
    return { survived: false, seconds: null, why: states.wrong[0] ?? String(error) };
  } finally {
    await Promise.all(programs.map((program) => program.end()));
    states.stop();
    await ecu.stop();
  }
}

/** Waits until all is right again, or it takes too long. */
export async function recovery(
  { contender, states, program }: Trial,
  { over, heard, asked, limit, keptFrom = Number.POSITIVE_INFINITY }: Recovery,
): Promise<Outcome> {
  const patience = 1000 * (contender.patience ?? limit);
  const look = () => states.rightAt(heard, asked);
  const at = await soon('right values', look, over + patience - performance.now()).catch(() => null);
  await pause(AFTERMATH);
  const seconds = at === null ? null : Math.max(0, at - over) / 1000;
  const isTaken = states.taken.some((moment) => moment >= keptFrom);
  const reasons = [
    !program.isRunning() && `ended: ${program.output().trim().split('\n').at(-1)}`,
    states.wrong.length > 0 && `wrong: ${states.wrong[0]}`,
    seconds === null && `not right again within ${patience / 1000} s`,
    isTaken && 'takes the old values away',
  ].filter((reason) => reason !== false);
  return { survived: reasons.length === 0, seconds, why: reasons[0] ?? null };
}
