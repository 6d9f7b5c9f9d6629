import { connect } from 'node:net';
import { type EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';

/** What a failed query means, for a person in front of the roof. One line each. */
export function explainFailure(error: EcuError, host: string, port: number, lanPortOpen: boolean): string[] {
  if (error instanceof MalformedReplyError) {
    return [
      `Something answers at ${host}:${port}, but not as an ECU does: ${error.message}.`,
      'Is this the address of the ECU? If it is, please report it: aps2mqtt capture writes down what it said.',
    ];
  }
  const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
  if (code === 'ECONNREFUSED') {
    return [`There is a device at ${host}, but it serves nothing on port ${port}.`, ...portClosed(lanPortOpen)];
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [`There is no host named ${host}. Try the IP address, which your router shows.`];
  }
  if (error instanceof EcuSilentError && error.message.includes('can not be reached')) {
    return [
      `Nothing answers at ${host}. Check the address in your router's list of devices.`,
      'The computer that runs this must be on the same network as the ECU.',
    ];
  }
  return [
    `A device at ${host} takes the connection on port ${port}, but gives no answer.`,
    "An ECU serves one at a time: close the vendor's app and every other program that reads it, and try again.",
    'If that does not help, unplug the ECU for ten seconds. After its start it needs some minutes.',
  ];
}

function portClosed(lanPortOpen: boolean): string[] {
  const wifiOnly = 'An ECU-R (id 2160…) and an ECU-B (2163…) serve it on WiFi only:';
  return [
    ...(lanPortOpen ? ['Port 4540 is open: that is an ECU-R or ECU-B on its network cable.'] : []),
    `${wifiOnly} connect the ECU to your WiFi, take the network cable out, and use its WiFi address.`,
    'An ECU-R-Pro (2162…) and an ECU-C (215…) serve it on the cable and on WiFi. If they stop, unplug them for ten seconds.',
    'An ECU-3 (2030…) and an ECU-GA (2040…) do not have this port: they are not supported.',
  ];
}

/** Whether a TCP port takes connections. Nothing is sent. */
export function isPortOpen(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isOpen: boolean) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(isOpen);
    };
    const onAbort = () => settle(false);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
