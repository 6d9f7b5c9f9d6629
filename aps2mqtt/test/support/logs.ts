import pino from 'pino';
import type { Logger } from '../../src/logger.ts';

export interface LogLine {
  readonly level: string;
  readonly text: string;
}

/** A real logger that keeps what it is told. */
export function recordingLog(): {
  readonly log: Logger;
  readonly lines: LogLine[];
  texts(level: string): string[];
  onLine(listener: (line: LogLine) => void): void;
} {
  const lines: LogLine[] = [];
  let listener: (line: LogLine) => void = () => {};
  const write = (text: string) => {
    const { level, msg } = JSON.parse(text) as { level: number; msg: string };
    const line = { level: pino.levels.labels[level] ?? String(level), text: msg };
    lines.push(line);
    listener(line);
  };
  const log = pino({ level: 'trace', base: null }, { write });
  return {
    log,
    lines,
    texts: (level) => lines.filter((line) => line.level === level).map(({ text }) => text),
    onLine: (added) => {
      listener = added;
    },
  };
}
