import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { until } from './until.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../dist/aps2mqtt.js');
const running = new Set<ChildProcess>();

export interface Program {
  /** All that it wrote so far, both streams. */
  output(): string;
  /** Waits for a text in what it writes. */
  says(text: string | RegExp, timeout?: number): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; ms: number }>;
  readonly exited: Promise<number | null>;
}

/** Starts the built program as a process with nothing in its environment but what is given. */
export function startProgram(environment: Record<string, string>, args: readonly string[] = []): Program {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '', TZ: 'Europe/Amsterdam', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  void exited.then(() => running.delete(child));
  return {
    output: () => output,
    says: async (text, timeout) => {
      await until(
        `${text} in the log, which is:\n${output}`,
        () => (typeof text === 'string' ? output.includes(text) : text.test(output)),
        timeout,
      );
    },
    async stop(signal = 'SIGTERM') {
      const start = performance.now();
      child.kill(signal);
      const code = await exited;
      return { code, ms: performance.now() - start };
    },
    exited,
  };
}

/** For afterEach: no process outlives its test. */
export async function endPrograms(): Promise<void> {
  const ended = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of running) {
    child.kill('SIGKILL');
  }
  await Promise.all(ended);
}
