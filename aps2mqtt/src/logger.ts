import pino, { type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import { LOG_LEVELS, type LogLevel } from './logLevels.ts';
import type { LogTail } from './logTail.ts';

export type { Logger };

export type LogFormat = 'text' | 'json';

/**
 * One line an event: time, level, plain words; or JSON for log collectors.
 *
 * @param mayColour on a terminal
 * @param tail gets each line as well
 * @param to standard output (1) or standard error (2)
 */
export function createLogger(
  level: LogLevel,
  format: LogFormat,
  mayColour: boolean,
  tail?: LogTail,
  to: 1 | 2 = 1,
): Logger {
  const hooks = tail === undefined ? {} : { hooks: { logMethod: tee(tail) } };
  if (format === 'json') {
    return pino(
      { ...hooks, level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: to, sync: true }),
    );
  }
  const stream = pretty({
    colorize: mayColour && process.stdout.isTTY === true,
    destination: to,
    sync: true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
  });
  return pino({ ...hooks, level, base: null }, stream);
}

function tee(tail: LogTail): NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']> {
  return function logMethod(args, method, level) {
    const [text] = args;
    const name = LOG_LEVELS.find((one) => pino.levels.values[one] === level);
    if (typeof text === 'string' && name !== undefined) {
      tail.add(name, text, new Date());
    }
    method.apply(this, args);
  };
}

/** For commands that talk to a person themselves. */
export const silentLogger: Logger = pino({ level: 'silent' });
