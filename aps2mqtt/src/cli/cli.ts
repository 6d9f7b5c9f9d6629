import { isIP } from 'node:net';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Environment } from '../options/environmentType.ts';
import { start } from '../start.ts';
import { realWorld } from '../tools/world.ts';
import { version } from '../version.ts';
import { parseWords } from './commandLine.ts';
import { PROGRAM, STANDS_FOR } from './startedAs.ts';

const HELP = `aps2mqtt ${version}: reads APsystems ECUs and publishes every inverter and panel over MQTT

  aps2mqtt [-c FILE] [-D]         run, with the options of a YAML file or of the environment
  aps2mqtt scan                   find the ECUs of your network
  aps2mqtt probe HOST             what does this ECU say? And when it says nothing: why?
  aps2mqtt capture HOST           its replies with masked serial numbers, for a bug report
  aps2mqtt export                 what was read, of a span of days, in one file
  aps2mqtt simulate               an ECU without hardware, to try dashboards with
  aps2mqtt dashboard              print a dashboard for Home Assistant, with your own panels
  aps2mqtt help COMMAND           more on one of these

  -c, --config FILE               options in YAML (also: CONFIG_FILE)
  -D, --debug                     tell more in the log (also: DEBUG=true)
  -h, --help                      this text; after a command, the command's own
      --version                   the version

${STANDS_FOR}

Example:
  APS_ECU_IP=192.168.1.42 MQTT_BROKER_HOST=192.168.1.12 MQTT_DISCOVERY_ENABLED=true aps2mqtt
`;

const COMMANDS: readonly string[] = ['scan', 'probe', 'capture', 'export', 'simulate', 'dashboard'];
/** Words that people try, and what they mean. */
const SYNONYMS: ReadonlyMap<string | undefined, string> = new Map([
  ['find', 'scan'],
  ['discover', 'scan'],
  ['search', 'scan'],
  ['test', 'probe'],
  ['ask', 'probe'],
  ['simulator', 'simulate'],
]);

/**
 * Does what a command line says, until it is done or the signal comes.
 *
 * @param program how the person started it, for words that tell what to type
 * @returns the exit code
 * @throws UsageError when the words can't be understood
 * @throws OptionsError when the options can't be used
 */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
  program = PROGRAM,
): Promise<number> {
  const [first, ...rest] = args;
  const command = SYNONYMS.get(first) ?? first;
  switch (command) {
    case 'scan':
      return runCommand(['probe', ...scanWords(rest)], environment, signal, program);
    case 'probe':
      return (await import('../tools/probe.ts')).probeCommand(
        rest,
        environment,
        signal,
        realWorld(environment, program),
      );
    case 'capture':
      return (await import('../tools/capture.ts')).captureCommand(rest, signal, realWorld(environment, program));
    case 'export':
      return (await import('../tools/export.ts')).exportCommand(rest, environment, realWorld(environment, program));
    case 'simulate':
      return (await import('../tools/simulator/command.ts')).simulateCommand(rest, environment, signal, program);
    case 'dashboard':
      return (await import('../tools/dashboard.ts')).dashboardCommand(
        rest,
        environment,
        signal,
        realWorld(environment, program),
      );
    case 'help':
      return rest.length === 0
        ? runBridgeCommand(['--help'], environment, signal, program)
        : runCommand([rest[0] ?? '', '--help'], environment, signal, program);
    case 'version':
      return runBridgeCommand(['--version'], environment, signal, program);
    default:
      return runBridgeCommand(args, environment, signal, program);
  }
}

/** `scan` is a way to call `probe --scan`; the network comes first or last. */
function scanWords(words: readonly string[]): string[] {
  if (words.includes('--help') || words.includes('-h')) {
    return ['--scan', '--help'];
  }
  const network = words.find((word) => /^\d[\d.]*\/\d+$/.test(word));
  return network === undefined
    ? ['--scan', ...words]
    : ['--scan', network, ...words.filter((word) => word !== network)];
}

/** The help that goes with a command line. */
export function helpFor(command: string | undefined, program: string): string {
  const known = SYNONYMS.get(command) ?? command;
  return known !== undefined && COMMANDS.includes(known) ? `${program} ${known} --help` : `${program} --help`;
}

const OPTIONS = {
  config: { type: 'string', short: 'c' },
  debug: { type: 'boolean', short: 'D' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

async function runBridgeCommand(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
  program: string,
): Promise<number> {
  const { values: flags, positionals } = parseWords(args, OPTIONS);
  const [surplus] = positionals;
  if (surplus !== undefined) {
    throw new UsageError(unknownCommand(surplus, program));
  }
  if (flags.help) {
    process.stdout.write(HELP);
  } else if (flags.version) {
    process.stdout.write(`${version}\n`);
  } else {
    await start(flags.config, flags.debug ? { ...environment, DEBUG: 'true' } : environment, signal);
  }
  return 0;
}

function unknownCommand(word: string, program: string): string {
  if (COMMANDS.includes(word)) {
    return `${word} has to be the first word: ${program} ${word}`;
  }
  if (/\.ya?ml$/i.test(word)) {
    return `${word} is no command. Do you mean a file with options? ${program} -c ${word}`;
  }
  if (isIP(word) !== 0) {
    return `${word} is no command. To ask the ECU at this address: ${program} probe ${word}`;
  }
  const near = nearest(word, COMMANDS);
  return `${word} is no command. ${near === null ? 'There are scan, probe, capture, export, simulate and dashboard' : `Did you mean ${near}?`}`;
}
