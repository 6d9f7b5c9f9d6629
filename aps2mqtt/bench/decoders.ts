import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { NODE_FLAGS } from './subjects.ts';

/** Lets Node decode as the program does, and without the flags too. @returns a table */
export function measureDecoders(node: string): string {
  const script = path.join(import.meta.dirname, 'decode.mjs');
  const decode = (flags: readonly string[]) =>
    JSON.parse(execFileSync(node, [...flags, script], { encoding: 'utf8' })) as Record<string, Speed>;
  const [flagged, plain] = [decode(NODE_FLAGS), decode([])];
  const lines = Object.entries(flagged).map(
    ([name, { bytes, speed }]) => `| ${name}, ${bytes} bytes | ${speed} | ${plain[name]?.speed ?? ''} |`,
  );
  return ['| reply, 100 inverters | MB/s, flags as in run.sh | MB/s, no flags |', '| --- | --- | --- |', ...lines].join(
    '\n',
  );
}

export interface Speed {
  readonly bytes: number;
  /** MB/s: minimum / median / maximum. */
  readonly speed: string;
}
