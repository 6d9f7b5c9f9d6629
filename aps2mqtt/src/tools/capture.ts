import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { captureOf } from '../ecu/captured.ts';
import { ecuClient } from '../ecu/client.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { EcuError, messageOf, UsageError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
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
  const file =
    values.out ?? `capture-${capture.model.split(' ')[0]}-${at.toISOString().slice(0, 19).replace(/:/g, '')}.json`;
  try {
    writeFileSync(file, json, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`${file} can not be written: ${messageOf(error)}`, { cause: error });
  }
  output.write(`Written to ${file}: serial numbers and network addresses are masked. Attach it to your report.\n`);
  return 0;
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
