import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = 'art';

/** Puts a picture where the documentation looks for it. @param name such as `page/day.png` */
export function keep(name: string, content: Buffer | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : small(content);
  const file = path.join(FOLDER, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  process.stdout.write(`${file}  ${Math.ceil(bytes.length / 1000)} kB\n`);
}

/** With a palette, where there is somebody to make one: a third of the size, and nobody sees it. */
function small(png: Buffer): Buffer {
  try {
    return execFileSync('pngquant', ['--speed', '1', '--strip', '--quality', '75-100', '-'], {
      input: png,
      maxBuffer: 2 ** 24,
    });
  } catch {
    return png;
  }
}

const leftOut: string[] = [];

export function leaveOut(what: string, why: string): void {
  leftOut.push(`${what}: ${why}`);
}

/** What was not made anew, a line each. */
export const notMade = (): readonly string[] => leftOut;
