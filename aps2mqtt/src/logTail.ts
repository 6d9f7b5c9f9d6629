import type { LogLevel } from './logLevels.ts';

export interface LogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly text: string;
}

/** So many lines are kept, and so much of each. */
const MOST_LINES = 300;
const LONGEST = 500;

/** The log's last lines, for whoever has no other way to them. What is no secret there is none here. */
export class LogTail {
  readonly #entries: LogEntry[] = [];

  add(level: LogLevel, text: string, at: Date): void {
    this.#entries.push({ level, text: text.slice(0, LONGEST), at });
    if (this.#entries.length > MOST_LINES) {
      this.#entries.shift();
    }
  }

  /** Lines with any of these words in them, oldest first. */
  about(words: readonly string[]): readonly LogEntry[] {
    return this.#entries.filter(({ text }) => words.some((word) => text.includes(word)));
  }
}
