import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type CaptureFile, readCapture } from '../../src/tools/captureFile.ts';

const FOLDER = path.resolve(import.meta.dirname, '../frames');

/** Every captured moment in test/frames: dropping a file there makes it a test. */
export const captures = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name: name.replace(/\.json$/, ''), ...readCapture(path.join(FOLDER, name)) }));

/** Every captured reply by itself. */
export const replies = captures.flatMap(({ name, replies: byCommand }) =>
  Object.entries(byCommand).map(([command, hex]) => ({ name, command, bytes: Buffer.from(hex ?? '', 'hex') })),
);

/** The captured moment of this name. */
export function capture(name: string): CaptureFile {
  const found = captures.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new Error(`no capture ${name}`);
  }
  return found;
}
