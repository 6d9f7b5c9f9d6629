import { parseArgs } from 'node:util';
import { IANAZone } from 'luxon';
import { systemClock } from '../clock.ts';
import { ecuClient } from '../ecu/client.ts';
import { type Timeouts, tcpTransport } from '../ecu/transport.ts';
import { EcuError, messageOf, UsageError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { systemZone } from '../options/environment.ts';
import { assemble } from '../site/assemble.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { explainFailure, isPortOpen } from './explain.ts';
import { report } from './report.ts';
import { hostsOf } from './subnet.ts';
import { type Output, progressBar, standardOutput, styled } from './terminal.ts';

const HELP = `aps2mqtt probe: asks an ECU what it says, and explains when it says nothing

  aps2mqtt probe HOST [--port 8899] [--json]
  aps2mqtt probe --scan 192.168.1.0/24

      --port PORT      8899 unless told
      --timezone ZONE  of the ECU's clock, such as Europe/Paris; this computer's unless told
      --json           for scripts
      --scan NETWORK   find the ECUs of a network (at most 1024 addresses)

Example:
  aps2mqtt probe 192.168.1.42
`;

const PORT = 8899;
/** The port that an ECU-R opens on its network cable (PROTOCOL 8a). */
const LAN_PORT = 4540;
const SCAN_TIMEOUT_MS = 700;
const SCAN_AT_ONCE = 64;

export interface ProbeWorld {
  readonly output: Output;
  readonly timeouts?: Timeouts;
}

/** @returns the exit code: 0 when an ECU answered */
export async function probeCommand(
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
  const port = portOf(values.port);
  const isJson = values.json ?? false;
  const zone = values.timezone ?? systemZone(process.env);
  if (!IANAZone.isValidZone(zone)) {
    throw new UsageError(`--timezone ${zone}: a time zone looks like Europe/Paris`);
  }
  if (values.scan !== undefined) {
    return scan(hostsOf(values.scan), port, zone, isJson, signal, world);
  }
  const [host, surplus] = positionals;
  if (host === undefined || surplus !== undefined) {
    throw new UsageError('probe wants one address, such as: aps2mqtt probe 192.168.1.42');
  }
  output.progress(`Asking ${host} …`);
  try {
    const snapshot = await ask(host, port, zone, signal, world);
    output.progress('');
    output.write(isJson ? `${JSON.stringify(snapshot, null, 2)}\n` : report(snapshot, output));
    return 0;
  } catch (error) {
    output.progress('');
    if (!(error instanceof EcuError)) {
      throw error;
    }
    const lanPortOpen = await isPortOpen(host, LAN_PORT, SCAN_TIMEOUT_MS, signal);
    const lines = explainFailure(error, host, port, lanPortOpen);
    output.write(
      isJson
        ? `${JSON.stringify({ host, port, error: error.message, advice: lines }, null, 2)}\n`
        : told(lines, output),
    );
    return 1;
  }
}

function told([first = '', ...others]: readonly string[], output: Output): string {
  return `${[styled(output, 'red', first), ...others].join('\n')}\n`;
}

async function ask(
  host: string,
  port: number,
  timezone: string,
  signal: AbortSignal,
  { timeouts }: ProbeWorld,
): Promise<EcuSnapshot> {
  const client = ecuClient(tcpTransport(host, port, timeouts), systemClock, silentLogger);
  const reading = await client.poll(signal);
  return assemble(reading, systemClock.now(), { name: null, timezone }, []);
}

/** Knocks at every address, many at once, and asks only where the door is open. */
async function scan(
  hosts: readonly string[],
  port: number,
  zone: string,
  isJson: boolean,
  signal: AbortSignal,
  world: ProbeWorld,
): Promise<number> {
  const { output } = world;
  const queue = [...hosts];
  const found: { host: string; ecu: EcuSnapshot | null; problem?: string }[] = [];
  let done = 0;

  async function worker(): Promise<void> {
    for (let host = queue.shift(); host !== undefined && !signal.aborted; host = queue.shift()) {
      if (await isPortOpen(host, port, SCAN_TIMEOUT_MS, signal)) {
        try {
          found.push({ host, ecu: await ask(host, port, zone, signal, world) });
        } catch (error) {
          found.push({ host, ecu: null, problem: messageOf(error) });
        }
      }
      done++;
      output.progress(progressBar(done, hosts.length));
    }
  }

  await Promise.all(Array.from({ length: SCAN_AT_ONCE }, worker));
  output.progress('');
  signal.throwIfAborted();
  if (isJson) {
    output.write(`${JSON.stringify(found, null, 2)}\n`);
  } else {
    for (const { host, ecu, problem } of found) {
      output.write(
        ecu === null
          ? `${host}: port ${port} is open, but: ${problem}\n`
          : `${styled(output, 'bold', host)}: ${ecu.model} ${ecu.ecuId}, ${ecu.invertersRegistered} inverters\n`,
      );
    }
    if (found.length === 0) {
      const lines = [
        `No ECU among ${hosts.length} addresses: none serves port ${port}.`,
        'An ECU-R (id 2160…) and an ECU-B (2163…) serve it on WiFi only, with the network cable out.',
        'Unplug the ECU for ten seconds, wait some minutes, and scan once more.',
      ];
      output.write(told(lines, output));
    }
  }
  return found.some(({ ecu }) => ecu !== null) ? 0 : 1;
}

export function portOf(typed: string | undefined): number {
  const port = Number(typed ?? PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UsageError(`--port ${typed}: a port is a number from 1 to 65535`);
  }
  return port;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        timezone: { type: 'string' },
        json: { type: 'boolean' },
        scan: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
