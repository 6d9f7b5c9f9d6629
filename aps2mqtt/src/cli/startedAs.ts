import path from 'node:path';

/** What our help calls the program. Nobody's machine has a command of that name. */
export const PROGRAM = 'aps2mqtt';

/** A line for every help. */
export const STANDS_FOR = `${PROGRAM} stands for: node aps2mqtt.js (in Docker: the name of the image)`;

/**
 * How the program was started, as one types it into a shell to start it again.
 *
 * @param script as in process.argv[1]
 * @param folder where the person is
 */
export function startedAs(script: string | undefined, folder: string): string {
  if (script === undefined) {
    return PROGRAM;
  }
  const near = path.relative(folder, script);
  return `node ${quoted(near.startsWith('..') ? script : near)}`;
}

function quoted(word: string): string {
  return /^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
