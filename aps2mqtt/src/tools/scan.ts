import { ecuClient } from '../ecu/client.ts';
import { tcpTransport } from '../ecu/transport.ts';
import { EcuError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import { assemble } from '../site/assemble.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { isPortOpen } from './knock.ts';
import { json, progressBar, styled, told } from './terminal.ts';
import type { ToolWorld } from './world.ts';

const AT_ONCE = 64;

interface Found {
  readonly host: string;
  /** Null where something else answers. */
  readonly ecu: EcuSnapshot | null;
  readonly problem?: string;
}

/**
 * Knocks at every address, many at once, and asks only where the door is open.
 *
 * @returns the exit code: 0 when there is an ECU
 */
export async function scan(
  hosts: readonly string[],
  port: number,
  timezone: string,
  isJson: boolean,
  signal: AbortSignal,
  world: ToolWorld,
): Promise<number> {
  const { output } = world;
  const queue = [...hosts];
  const found: Found[] = [];
  let done = 0;

  async function worker(): Promise<void> {
    for (let host = queue.shift(); host !== undefined && !signal.aborted; host = queue.shift()) {
      if (await isPortOpen(host, port, signal)) {
        found.push(await ask(host, port, timezone, signal, world));
      }
      done++;
      output.progress(progressBar(done, hosts.length));
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  output.progress('');
  signal.throwIfAborted();
  found.sort((one, other) => hosts.indexOf(one.host) - hosts.indexOf(other.host));
  if (isJson) {
    output.write(json(found));
  } else if (found.length > 0) {
    output.write(found.map((one) => `${describe(one, port, world)}\n`).join(''));
  } else {
    output.write(told(nothingFound(hosts.length, port), output));
  }
  return found.some(({ ecu }) => ecu !== null) ? 0 : 1;
}

async function ask(
  host: string,
  port: number,
  timezone: string,
  signal: AbortSignal,
  { clock, timeouts }: ToolWorld,
): Promise<Found> {
  try {
    const reading = await ecuClient(tcpTransport(host, port, timeouts), clock, silentLogger).readAll(signal);
    return { host, ecu: assemble(reading, clock.now(), { name: null, timezone }, []) };
  } catch (error) {
    if (!(error instanceof EcuError)) {
      throw error;
    }
    return { host, ecu: null, problem: error.message };
  }
}

function describe({ host, ecu, problem }: Found, port: number, { output }: ToolWorld): string {
  if (ecu === null) {
    return `${host}: port ${port} is open, but: ${problem}`;
  }
  const count = ecu.invertersRegistered === 1 ? '1 inverter' : `${ecu.invertersRegistered} inverters`;
  return `${styled(output, 'bold', host)}: ${ecu.model} ${ecu.ecuId}, ${count}`;
}

function nothingFound(count: number, port: number): string[] {
  return [
    `No ECU among ${count} addresses: none serves port ${port}.`,
    'An ECU-R (id 2160…) and an ECU-B (2163…) serve it on WiFi only, with the network cable out.',
    'Unplug the ECU for ten seconds, wait some minutes, and scan once more.',
  ];
}
