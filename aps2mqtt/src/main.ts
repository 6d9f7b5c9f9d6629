import { setMaxListeners } from 'node:events';
import { helpFor, runCommand } from './cli/cli.ts';
import { startedAs } from './cli/startedAs.ts';
import { OptionsError, UsageError } from './errors.ts';
import { createLogger } from './logger.ts';
import { logFormat } from './options/environment.ts';

/** Anything still open after this many ms is left behind: a stop takes less than 2 s, whatever we are doing. */
const STOP_LIMIT_MS = 1_700;

const program = startedAs(process.argv[1], process.cwd());
const args = process.argv.slice(2);
const stop = new AbortController();
// Each ECU waits on it, and there may be many.
setMaxListeners(0, stop.signal);
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    stop.abort(new Error(name));
    setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
  });
}

runCommand(args, process.env, stop.signal, program).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (stop.signal.aborted) {
      process.exit(0);
    }
    tell(error);
    process.exit(1);
  },
);

function tell(error: unknown): void {
  if (error instanceof OptionsError && process.stderr.isTTY !== true) {
    // They are in a log among other lines.
    const log = createLogger('error', logFormat(process.env), false, undefined, 2);
    for (const line of error.message.split('\n')) {
      log.error(line);
    }
  } else {
    process.stderr.write(`${wordsFor(error)}\n`);
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof UsageError) {
    return `${error.message}\nTry ${helpFor(args[0], program)}`;
  }
  return error instanceof OptionsError ? error.message : error instanceof Error ? `${error.stack}` : String(error);
}
