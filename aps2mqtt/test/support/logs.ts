import pino from 'pino';
import type { Logger } from '../../src/logger.ts';

export interface LogLine {
  readonly level: string;
  readonly text: string;
}

/** A real logger that keeps what it is told. */
export function recordingLog(): { readonly log: Logger; readonly lines: LogLine[]; texts(level: string): string[] } {
  const lines: LogLine[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    lines.push({ level: pino.levels.labels[level] ?? String(level), text: msg });
  };
  const log = pino({ level: 'trace', base: null }, { write });
  return { log, lines, texts: (level) => lines.filter((line) => line.level === level).map(({ text }) => text) };
}
