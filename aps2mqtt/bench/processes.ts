import { type ChildProcess, spawn } from 'node:child_process';

/** A program that is being measured. */
export interface Measured {
  readonly pid: number;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** The end of what it wrote, for when it goes wrong. */
  output(): string;
  /** Whether it still runs. */
  isRunning(): boolean;
  /** With the exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end; by force when it takes too long. */
  end(): Promise<void>;
}

const running = new Set<ChildProcess>();
/** ms to end by itself. The Python program sleeps for seconds on end. */
const PATIENCE = 1_000;
const MOST_OUTPUT = 4_000;

// However the bench ends, what it started does not outlive it.
process.once('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

/** @throws Error when the program can't be started */
export function startProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Measured {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', TZ: 'Etc/UTC', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) {
    child.on('error', () => {});
    throw new Error(`${command} cannot be started`);
  }
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MOST_OUTPUT);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  void ended.then(() => running.delete(child));
  return {
    pid,
    startedAt,
    output: () => output,
    isRunning: () => running.has(child),
    ended,
    signal: (name) => {
      child.kill(name);
    },
    async end() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await ended;
      clearTimeout(force);
    },
  };
}
