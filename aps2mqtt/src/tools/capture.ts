import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { ecuClient } from '../ecu/client.ts';
import { ecuModel } from '../ecu/models.ts';
import { decodeSummary } from '../ecu/summary.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { EcuError, messageOf, UsageError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import type { CaptureFile } from './captureFile.ts';
import { maskReplies, type Replies } from './mask.ts';
import { type ProbeWorld, portOf } from './probe.ts';
import { standardOutput } from './terminal.ts';

const HELP = `aps2mqtt capture: writes down one poll's replies, with serial numbers masked, for a bug report

  aps2mqtt capture HOST [--port 8899] [--out FILE]

      --port PORT   8899 unless told
      --out FILE    capture-<model>-<date>.json unless told; - for standard output
      --note TEXT   what is wrong, or what the vendor's app shows

Example:
  aps2mqtt capture 192.168.1.42 --note "the app shows 4 inverters, one is missing here"
`;

/** @returns the exit code: 0 when something was written */
export async function captureCommand(
  args: readonly string[],
  signal: AbortSignal,
  world: ProbeWorld = { output: standardOutput() },
): Promise<number> {
  const { values, positionals } = parse(args);
  const { output } = world;
  if (values.help) {
    output.write(HELP);
    return 0;
  }
  const [host, surplus] = positionals;
  if (host === undefined || surplus !== undefined) {
    throw new UsageError('capture wants one address, such as: aps2mqtt capture 192.168.1.42');
  }
  const client = ecuClient(tcpTransport(host, portOf(values.port), world.timeouts), systemClock, silentLogger);
  let problem: string | null = null;
  try {
    await client.poll(signal);
  } catch (error) {
    if (!(error instanceof EcuError)) {
      throw error;
    }
    problem = error.message;
  }
  if (client.latest.size === 0) {
    output.write(`Nothing to write down: ${problem}.\nTry aps2mqtt probe ${host}, which says what that means.\n`);
    return 1;
  }
  const at = systemClock.now();
  const capture = captureOf(client.latest, at, [values.note, problem].filter((text) => text).join('; '));
  const json = `${JSON.stringify(capture, null, 2)}\n`;
  if (values.out === '-') {
    output.write(json);
    return 0;
  }
  const file = values.out ?? `capture-${capture.model.split(' ')[0]}-${at.toISOString().slice(0, 10)}.json`;
  writeFileSync(file, json);
  output.write(`Written to ${file}: serial numbers and network addresses are masked. Attach it to your report.\n`);
  return 0;
}

/** The replies in the form that the tests read: a report's attachment becomes a test by dropping it into test/frames. */
export function captureOf(replies: Replies, at: Date, note: string): CaptureFile {
  const masked = maskReplies(replies, at.toISOString());
  return {
    model: modelOf(masked.get('0001')),
    ...(note === '' ? {} : { note }),
    replies: Object.fromEntries([...masked].map(([command, bytes]) => [command, bytes.toString('hex')])),
  };
}

function modelOf(summary: Buffer | undefined): string {
  try {
    const { ecuId, firmware } = decodeSummary(summary ?? Buffer.alloc(0));
    return `${ecuModel(ecuId).name} (${ecuId.slice(0, 4)}) fw ${firmware}`;
  } catch {
    // The very reason for a report may be that this reply can't be read.
    return 'unknown';
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        out: { type: 'string' },
        note: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
