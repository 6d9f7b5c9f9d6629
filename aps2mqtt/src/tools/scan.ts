import { STANDS_FOR } from '../cli/startedAs.ts';
import { ecuModel } from '../ecu/models.ts';
import type { EcuSummary } from '../ecu/summary.ts';
import type { Timeouts } from '../ecu/transport.ts';
import { OptionsError, UsageError } from '../errors.ts';
import { hostsOf, namesOf, networksOf } from '../finding/networks.ts';
import { type FoundEcu, type OtherDevice, type ScanResult, scan } from '../finding/scan.ts';
import { type Network, parseNetwork } from '../network.ts';
import type { Environment } from '../options/environmentType.ts';
import { loadOptions } from '../options/load.ts';
import { SupervisorError } from '../supervisor/client.ts';
import { json, type Output, progressBar, styled, told } from './terminal.ts';
import type { ToolWorld } from './world.ts';

export const SCAN_HELP = `aps2mqtt scan: finds the ECUs of your network

  aps2mqtt scan [192.168.1.0/24] [--port 8899] [--json]

Without a network it looks where the program would: in those of this computer. A network has at most 1024 addresses.
It asks each ECU one question, and changes nothing. The same as: aps2mqtt probe --scan

      --port PORT  default: 8899
      --json       for scripts
  -h, --help       this text

${STANDS_FOR}

Example:
  aps2mqtt scan 192.168.1.0/24
`;

/**
 * Looks for ECUs, and shows what is there.
 *
 * @param typed a network; empty to look where the program itself would
 * @returns the exit code: 0 when there is an ECU
 * @throws UsageError for a network in which nobody may look
 */
export async function scanCommand(
  typed: string,
  port: number,
  isJson: boolean,
  environment: Environment,
  signal: AbortSignal,
  world: ToolWorld,
): Promise<number> {
  const { output, timeouts } = world;
  const networks = typed === '' ? await usualNetworks(environment, signal, world) : [parseNetwork(typed)];
  const names = namesOf(networks);
  const hosts = hostsOf(networks);
  const show = (done: number) => output.progress(`${progressBar(done, hosts.length)} ${names}`);
  show(0);
  const quick: { timeouts?: Timeouts } = timeouts === undefined ? {} : { timeouts };
  const result = await scan({ hosts, port, onProgress: show, ...quick }, signal).finally(() => output.progress(''));
  if (isJson) {
    output.write(json(printable(result)));
  } else if (result.ecus.length + result.others.length > 0) {
    output.write(describe(result, port, output));
  } else {
    output.write(told(nothingFound(hosts.length, names, port, await ownAddresses(world.home, signal)), output));
  }
  return result.ecus.length > 0 ? 0 : 1;
}

/** Where the options say, else in the home's own networks. */
async function usualNetworks(
  environment: Environment,
  signal: AbortSignal,
  { home, program }: ToolWorld,
): Promise<Network[]> {
  const typed = typedNetworks(environment);
  const networks = typed.length > 0 ? typed.map(parseNetwork) : networksOf(await homeAdapters(home, signal));
  if (networks.length === 0) {
    throw new UsageError(`There is no private network to look in. Name yours: ${program} scan 192.168.1.0/24`);
  }
  return networks;
}

function typedNetworks(environment: Environment): string[] {
  try {
    return loadOptions(undefined, environment).options.searches.flatMap(({ network }) => network ?? []);
  } catch (error) {
    if (!(error instanceof OptionsError)) {
      throw error;
    }
    // Who only looks for an ECU has no options yet.
    return [];
  }
}

async function homeAdapters(home: ToolWorld['home'], signal: AbortSignal) {
  try {
    return (await home(signal)).adapters;
  } catch (error) {
    throw error instanceof SupervisorError
      ? new UsageError(`${error.message}. Name a network`, { cause: error })
      : error;
  }
}

/** What a reply tells of an ECU, by the keys that `probe --json` has. */
function printable({ ecus, others }: ScanResult): object[] {
  return [
    ...ecus.map(({ host, summary }) => ({ host, ecu: facts(summary) })),
    ...others.map((one) => ({ ...one, ecu: null })),
  ];
}

function facts(summary: EcuSummary): object {
  const { ecuId, firmware, currentPower, todayEnergy, lifetimeEnergy, invertersRegistered, invertersOnline } = summary;
  const model = ecuModel(ecuId).name;
  return { ecuId, model, firmware, currentPower, todayEnergy, lifetimeEnergy, invertersRegistered, invertersOnline };
}

function describe({ ecus, others }: ScanResult, port: number, output: Output): string {
  const lines = [
    ...ecus.map((one) => describeEcu(one, output)),
    ...others.map(({ host, problem }: OtherDevice) => `${host}: port ${port} is open, but: ${problem}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function describeEcu({ host, summary }: FoundEcu, output: Output): string {
  const { ecuId, invertersRegistered: count } = summary;
  const inverters = count === 1 ? '1 inverter' : `${count} inverters`;
  return `${styled(output, 'bold', host)}: ${ecuModel(ecuId).name} ${ecuId}, ${inverters}`;
}

/** Where this computer is, for who has named another network than his own. Empty where nobody can tell. */
async function ownAddresses(home: ToolWorld['home'], signal: AbortSignal): Promise<string[]> {
  try {
    return (await home(signal)).adapters.map(({ address }) => address);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

function nothingFound(count: number, names: string, port: number, own: readonly string[]): string[] {
  const here = own.length === 0 ? '' : ` This computer is at ${own.join(' and ')}.`;
  return [
    `No ECU among ${count} addresses of ${names}: none serves port ${port}.`,
    `Is the ECU in this network?${here}`,
    'An ECU-R (id 2160…) and an ECU-B (2163…) serve it on WiFi only, with the network cable out.',
    'Unplug the ECU for ten seconds, wait some minutes, and scan once more.',
  ];
}
