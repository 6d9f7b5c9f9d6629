import { ECU_PORT, hostAndPort } from '../address.ts';
import type { EcuClient } from '../ecu/client.ts';
import { SUMMARY } from '../ecu/commands.ts';
import { isWebServer } from '../ecu/garbled.ts';
import { ecuModel } from '../ecu/models.ts';
import { decodeSummary, type EcuSummary } from '../ecu/summary.ts';
import { codeOf, type EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';
import { type Target, typedAs } from './target.ts';

const BUSY =
  "An ECU serves one at a time: close the vendor's app and every other program that reads it, and try again.";

/**
 * What a failed poll means, for a person in front of the roof. One line each.
 *
 * @param latest what was received before it failed
 * @param program how the person started this program
 */
export function explainFailure(
  error: EcuError,
  target: Target,
  latest: EcuClient['latest'],
  lanPortOpen: boolean,
  program: string,
): string[] {
  const { host, port } = target;
  const report = `please report it: ${program} capture ${typedAs(target)} writes down what it said.`;
  const summary = readSummary(latest);
  if (summary !== null) {
    const ecu = `${ecuModel(summary.ecuId).name} ${summary.ecuId}`;
    return error instanceof MalformedReplyError
      ? [
          `${ecu} answers, but what it says of its inverters is garbled (${error.message}).`,
          `Try again. If it stays like that, ${report}`,
        ]
      : [`${ecu} answers, but sent nothing of its inverters: ${error.message}.`, BUSY];
  }
  if (error instanceof MalformedReplyError && isWebServer(error)) {
    return [
      `A web server answers at ${hostAndPort(host, port)}: this is not the ECU, or not its port.`,
      `Every ECU uses port ${ECU_PORT}. Compare the address with your router's list of devices.`,
    ];
  }
  if (error instanceof MalformedReplyError) {
    return [
      `Something answers at ${hostAndPort(host, port)}, but not as an ECU does: a garbled reply (${error.message}).`,
      `Is this the address of the ECU? If it is, ${report}`,
    ];
  }
  const code = codeOf(error.cause);
  if (code === 'ECONNREFUSED') {
    return [`There is a device at ${host}, but it serves nothing on port ${port}.`, ...portClosed(port, lanPortOpen)];
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [`There is no host named ${host}. Try the IP address, which your router shows.`];
  }
  if (error instanceof EcuSilentError && !error.wasConnected) {
    return [
      `Nothing answers at ${host}. Check the address in your router's list of devices.`,
      'The computer that runs this must be on the same network as the ECU.',
    ];
  }
  return [
    `A device at ${host} takes the connection on port ${port}, but gives no answer.`,
    BUSY,
    'If that does not help, unplug the ECU for ten seconds. After its start it needs some minutes.',
  ];
}

function readSummary(latest: EcuClient['latest']): EcuSummary | null {
  try {
    return decodeSummary(latest.get(SUMMARY) ?? Buffer.alloc(0));
  } catch {
    return null;
  }
}

function portClosed(port: number, lanPortOpen: boolean): string[] {
  if (port !== ECU_PORT) {
    return [`Every ECU uses port ${ECU_PORT}: leave the port out.`];
  }
  const wifiOnly = 'An ECU-R (id 2160…) and an ECU-B (2163…) serve it on WiFi only:';
  return [
    ...(lanPortOpen ? ['Port 4540 is open: that is an ECU-R or ECU-B on its network cable.'] : []),
    `${wifiOnly} connect the ECU to your WiFi, take the network cable out, and use its WiFi address.`,
    'An ECU-R-Pro (2162…) and an ECU-C (215…) serve it on the cable and on WiFi. If they stop, unplug them for ten seconds.',
    'An ECU-3 (2030…) and an ECU-GA (2040…) do not have this port: they are not supported.',
  ];
}
