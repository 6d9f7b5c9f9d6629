import { writeFileSync } from 'node:fs';
import { maskedCapture } from '../capture/captured.ts';
import { parseWords } from '../cli/commandLine.ts';
import { STANDS_FOR } from '../cli/startedAs.ts';
import { ecuClient } from '../ecu/client.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { codeOf, EcuError, UsageError } from '../errors.ts';
import { writeProblem } from '../fileProblem.ts';
import { silentLogger } from '../logger.ts';
import { targetOf, typedAs } from './target.ts';
import { json } from './terminal.ts';
import type { ToolWorld } from './world.ts';

const HELP = `aps2mqtt capture: writes down one poll's replies, with serial numbers masked, for a bug report

  aps2mqtt capture HOST [--port 8899] [--out FILE]

      --port PORT   default: 8899
      --out FILE    default: capture-<model>-<date>.json; - for standard output
      --note TEXT   what is wrong, or what the vendor's app shows
  -h, --help        this text

${STANDS_FOR}

Example:
  aps2mqtt capture 192.168.1.42 --note "the app shows 4 inverters, one is missing here"
`;

const OPTIONS = {
  port: { type: 'string' },
  out: { type: 'string' },
  note: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns the exit code: 0 when something was written */
export async function captureCommand(
  args: readonly string[],
  signal: AbortSignal,
  { output, clock, timeouts, program }: ToolWorld,
): Promise<number> {
  const { values, positionals } = parseWords(args, OPTIONS);
  if (values.help) {
    output.write(HELP);
    return 0;
  }
  const target = targetOf(program, 'capture', positionals, values.port);
  const client = ecuClient(tcpTransport(target.host, target.port, timeouts), clock, silentLogger);
  let problem: string | null = null;
  try {
    await client.readAll(signal);
  } catch (error) {
    if (!(error instanceof EcuError)) {
      throw error;
    }
    problem = error.message;
  }
  if (client.latest.size === 0) {
    output.warn(
      `Nothing to write down: ${problem}.\nTry ${program} probe ${typedAs(target)}, which says what that means.\n`,
    );
    return 1;
  }
  const capture = maskedCapture(client.latest, [values.note, problem].filter((text) => text).join('; '));
  if (values.out === '-') {
    output.write(json(capture));
  } else {
    const file = values.out ?? fileName(capture.model, clock.now());
    writeNew(file, json(capture));
    const masked = 'serial numbers and network addresses are masked. Attach it to your report';
    output.write(`Written to ${file}: ${masked}.\n`);
  }
  if (problem !== null) {
    output.warn(`Not everything could be read, which stands in the file, too: ${problem}.\n`);
  }
  return 0;
}

function fileName(model: string, at: Date): string {
  return `capture-${model.split(' ')[0]}-${at.toISOString().slice(0, 19).replace(/:/g, '')}.json`;
}

/** @throws UsageError, also where there is such a file: nothing is written over */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST';
    const why = isThere
      ? 'is there already: name another file with --out'
      : `cannot be written: ${writeProblem(error, file)}`;
    throw new UsageError(`${file} ${why}`, { cause: error });
  }
}
