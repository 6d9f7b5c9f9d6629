import { spawn } from 'node:child_process';
import path from 'node:path';

/** The real program, as a process. */
export interface Program {
  /** Settles with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** All that it printed, both streams. */
  output(): string;
  /** Asks it to end, as a service manager does. */
  stop(): void;
  /** Ends it by force, if it still runs. */
  kill(): void;
}

/** Starts the built program with this environment, and with nothing else of ours that could set an option. */
export function startProgram(environment: Readonly<Record<string, string>>): Program {
  const { PATH = '', TZ = '' } = process.env;
  const child = spawn(process.execPath, [path.join(__dirname, 'aps2mqtt.js')], {
    env: { PATH, ...(TZ !== '' && { TZ }), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // However the demo ends, the program does not outlive it.
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
    output: () => output,
    stop: () => {
      child.kill('SIGTERM');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
