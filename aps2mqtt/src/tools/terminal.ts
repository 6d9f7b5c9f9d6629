import { styleText } from 'node:util';
import { allowsColour } from '../options/environment.ts';
import type { Environment } from '../options/environmentType.ts';

/** Where a command writes, and whether a person looks at it. */
export interface Output {
  write(text: string): void;
  /** What a person should see also where the rest goes into a file. */
  warn(text: string): void;
  /** Progress: shown to people only, gone when the work is done. */
  progress(text: string): void;
  readonly isColoured: boolean;
}

export function standardOutput(environment: Environment): Output {
  const isTerminal = process.stderr.isTTY === true;
  return {
    write: (text) => process.stdout.write(text),
    warn: (text) => process.stderr.write(text),
    progress: (text) => {
      if (isTerminal) {
        process.stderr.write(`\r\u001b[K${text}`);
      }
    },
    isColoured: process.stdout.isTTY === true && allowsColour(environment),
  };
}

type Style = Parameters<typeof styleText>[0];

export function styled({ isColoured }: Output, style: Style, text: string): string {
  return isColoured ? styleText(style, text) : text;
}

/** What went wrong, and below it what to do about it. */
export function told([problem = '', ...advice]: readonly string[], output: Output): string {
  return `${[styled(output, 'red', problem), ...advice].join('\n')}\n`;
}

/** For scripts, and for people who look at it all the same. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `[#####.....] 12/24` */
export function progressBar(done: number, total: number): string {
  const width = 30;
  const filled = total === 0 ? width : Math.round((done / total) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total}`;
}

export type Align = 'left' | 'right';

/** Rows as lines of aligned columns, two blanks apart. */
export function alignColumns(rows: readonly (readonly string[])[], aligns: readonly Align[]): string[] {
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return aligns[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
