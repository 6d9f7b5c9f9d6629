import { parseWords } from '../cli/commandLine.ts';
import { STANDS_FOR } from '../cli/startedAs.ts';
import { ecuClient } from '../ecu/client.ts';
import type { EcuReading } from '../ecu/reading.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { EcuError, UsageError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { isNetwork } from '../network.ts';
import type { Environment } from '../options/environmentType.ts';
import { assemble } from '../site/assemble.ts';
import { ownZone } from '../site/zone.ts';
import { explainFailure } from './explain.ts';
import { isPortOpen, LAN_PORT } from './lanPort.ts';
import { notesOf } from './notes.ts';
import { report } from './report.ts';
import { SCAN_HELP, scanCommand } from './scan.ts';
import { portOf, type Target, targetOf } from './target.ts';
import { json, told } from './terminal.ts';
import { timezoneOf } from './timezone.ts';
import type { ToolWorld } from './world.ts';

const HELP = `aps2mqtt probe: asks an ECU what it says, and explains when it says nothing

  aps2mqtt probe HOST [--port 8899] [--json]
  aps2mqtt probe --scan [192.168.1.0/24]

      --port PORT      default: 8899
      --timezone ZONE  of the ECU's clock, such as Europe/Paris; default: what it says
      --json           for scripts
      --scan [NETWORK] find the ECUs of a network (at most 1024 addresses); without one: of the home's
  -h, --help           this text

${STANDS_FOR}

Example:
  aps2mqtt probe 192.168.1.42
`;

const OPTIONS = {
  port: { type: 'string' },
  timezone: { type: 'string' },
  json: { type: 'boolean' },
  scan: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `--scan` may do without a network, which this language of options has no word for. */
function withoutNetwork(word: string, index: number, words: readonly string[]): string {
  const next = words[index + 1];
  return word === '--scan' && (next === undefined || next.startsWith('-')) ? '--scan=' : word;
}

/** @returns the exit code: 0 when an ECU answered */
export async function probeCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
  world: ToolWorld,
): Promise<number> {
  const { values, positionals } = parseWords(args.map(withoutNetwork), OPTIONS);
  const { output, program } = world;
  if (values.help) {
    output.write(values.scan === undefined ? HELP : SCAN_HELP);
    return 0;
  }
  const isJson = values.json ?? false;
  const zone = timezoneOf(values.timezone, environment);
  const [host] = positionals;
  if (values.scan !== undefined) {
    // The network may stand behind other options.
    const network = values.scan === '' ? host : values.scan;
    const surplus = values.scan === '' ? positionals[1] : host;
    if (surplus !== undefined) {
      throw new UsageError(`${surplus} and --scan ${network}: one ECU, or a network? Leave one of them out`);
    }
    return scanCommand(network ?? '', portOf(values.port), isJson, environment, signal, world);
  }
  if (host !== undefined && isNetwork(host)) {
    throw new UsageError(`${host} is a network. To find its ECUs: ${program} scan ${host}`);
  }
  const clock = { zone, isTyped: values.timezone !== undefined };
  return probe(targetOf(program, 'probe', positionals, values.port), clock, isJson, signal, world);
}

async function probe(
  target: Target,
  ecuClock: { readonly zone: string; readonly isTyped: boolean },
  isJson: boolean,
  signal: AbortSignal,
  { output, clock, timeouts, program }: ToolWorld,
): Promise<number> {
  const { host, port } = target;
  const client = ecuClient(tcpTransport(host, port, timeouts), clock, silentLogger);
  output.progress(`Asking ${host} …`);
  let reading: EcuReading;
  try {
    reading = await client.readAll(signal);
  } catch (error) {
    output.progress('');
    if (!(error instanceof EcuError)) {
      throw error;
    }
    const lanPortOpen = await isPortOpen(host, LAN_PORT, signal);
    const advice = explainFailure(error, target, client.latest, lanPortOpen, program);
    output.write(isJson ? json({ host, port, error: error.message, advice }) : told(advice, output));
    return 1;
  }
  output.progress('');
  // As the program does it: what was typed, else the ECU's own word.
  const timezone = (ecuClock.isTyped ? null : ownZone(reading.summary)) ?? ecuClock.zone;
  const snapshot = assemble(reading, clock.now(), { name: null, timezone }, []);
  const notes = notesOf(reading, snapshot, timezone, program);
  const { lastUpload, timeZone } = reading.summary;
  output.write(
    isJson
      ? json({ ...snapshot, lastUpload, timeZone, notes })
      : report(snapshot, reading.summary, notes, timezone, output),
  );
  return 0;
}
