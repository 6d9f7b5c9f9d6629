import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = 'text' | 'json';

/**
 * One line an event: time, level, plain words; or JSON for log collectors.
 *
 * @param mayColour on a terminal
 * @param to standard output (1) or standard error (2)
 */
export function createLogger(level: LogLevel, format: LogFormat, mayColour: boolean, to: 1 | 2 = 1): Logger {
  if (format === 'json') {
    return pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
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
  return pino({ level, base: null }, stream);
}

/** For commands that talk to a person themselves. */
export const silentLogger: Logger = pino({ level: 'silent' });
