import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { runBridge } from './bridge.ts';
import { systemClock } from './clock.ts';
import { restartEcu } from './ecu/restart.ts';
import { tcpTransport } from './ecu/transport.ts';
import { messageOf, OptionsError, UsageError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import type { LoginSource } from './mqtt/broker.ts';
import { type AppPlace, findBroker, findPosition } from './options/app.ts';
import { nearest } from './options/check.ts';
import { loadOptions } from './options/load.ts';
import type { EcuOptions, MqttOptions } from './options/options.ts';
import { nodeFiles, StateStore } from './site/stateStore.ts';

declare const VERSION: string;

const HELP = `aps2mqtt ${VERSION}: reads APsystems ECUs and publishes every inverter and panel over MQTT

  aps2mqtt [-c FILE] [-D]     run, with the options of a YAML file or of the environment
  aps2mqtt probe HOST         what does this ECU say? And when it says nothing: why?
  aps2mqtt capture HOST       its replies with masked serial numbers, for a bug report
  aps2mqtt simulate           an ECU without hardware, to try dashboards with

  -c, --config FILE           options in YAML (also: CONFIG_FILE)
  -D, --debug                 tell more in the log (also: DEBUG=true)
  -h, --help                  this text; after a command, the command's own
      --version               the version

Example:
  APS_ECU_IP=192.168.1.42 MQTT_BROKER_HOST=192.168.1.12 aps2mqtt
`;

const COMMANDS: readonly string[] = ['probe', 'capture', 'simulate'];

/** Anything still open after this many ms is left behind: a stop takes less than 2 s, whatever we are doing. */
const STOP_LIMIT_MS = 1_700;

let isStopped = false;

async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  // Each ECU waits on it, and there may be many.
  setMaxListeners(0, stop.signal);
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      isStopped = true;
      stop.abort(new Error(name));
      setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
    });
  }
  const [command, ...rest] = args;
  switch (command) {
    case 'probe':
      return (await import('./tools/probe.ts')).probeCommand(rest, stop.signal);
    case 'capture':
      return (await import('./tools/capture.ts')).captureCommand(rest, stop.signal);
    case 'simulate':
      return (await import('./tools/simulator/command.ts')).simulateCommand(rest, stop.signal);
    default:
      if (command !== undefined && !command.startsWith('-')) {
        throw new UsageError(unknownCommand(command));
      }
      return run(args, stop.signal);
  }
}

function helpFor(command: string | undefined): string {
  return command !== undefined && COMMANDS.includes(command) ? `aps2mqtt ${command} --help` : 'aps2mqtt --help';
}

function unknownCommand(command: string): string {
  const near = nearest(command, COMMANDS);
  return `${command} is no command. ${near === null ? 'There are probe, capture and simulate' : `Did you mean ${near}?`}`;
}

async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const flags = parse(args);
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (flags.version) {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const environment = flags.debug ? { ...process.env, DEBUG: 'true' } : process.env;
  const { options, warnings, app } = loadOptions(flags.config, environment);
  const log = createLogger(options.logLevel, options.logFormat);
  log.info(`aps2mqtt ${VERSION} starts`);
  for (const warning of warnings) {
    log.warn(warning);
  }
  for (const { host, autoRestart, wifiSsid } of options.ecus) {
    if (autoRestart && wifiSsid === '') {
      log.warn(`${host}: auto_restart is on, but wifi_ssid is not set: there will be no restart`);
    }
  }
  const world = {
    clock: systemClock,
    log,
    login: loginSource(options.mqtt, app, log),
    transport: ({ host, port }: EcuOptions) => tcpTransport(host, port),
    restart: ({ host, wifiSsid, wifiPassword }: EcuOptions, stop: AbortSignal) =>
      restartEcu({ host, ssid: wifiSsid, password: wifiPassword }, stop),
    store: new StateStore(options.stateFile, nodeFiles, log),
    findPosition: app && ((stop: AbortSignal) => findPosition(app.supervisor, systemClock, log, stop)),
    heartbeatFile: process.env.APS_HEARTBEAT_FILE || null,
  };
  if (options.stateFile === null) {
    log.info(
      'Energies and inverters are not kept over a restart. To keep them, set APS_STATE_FILE (state_file) to a path',
    );
  }
  await runBridge(options, world, signal);
  log.info('Stopped');
  return 0;
}

/** What the person typed wins; else the Supervisor is asked by each connection. */
function loginSource(mqtt: MqttOptions, app: AppPlace | null, log: Logger): LoginSource {
  const { host } = mqtt;
  if (host !== null) {
    return async () => ({ ...mqtt, host });
  }
  if (app === null) {
    throw new OptionsError(['mqtt.host: missing']);
  }
  return (signal) => findBroker(mqtt, app.supervisor, systemClock, log, signal);
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', short: 'c' },
        debug: { type: 'boolean', short: 'D' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (isStopped) {
      process.exit(0);
    }
    if (error instanceof OptionsError || error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      if (error instanceof UsageError) {
        process.stderr.write(`Try ${helpFor(process.argv[2])}\n`);
      }
    } else {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
    process.exit(1);
  },
);
