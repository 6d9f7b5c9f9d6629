import { ECU_PORT, hostAndPort } from '../address.ts';
import { UsageError } from '../errors.ts';

/** The ECU that a command is about. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** `192.168.1.42`, `ecu.local` or `fd00::1`, also with a port behind it as our own messages print it. */
const ADDRESS = /^(?:\[(?<bracketed>[\da-f:.]+(?:%\w+)?)\]|(?<plain>[^\s:/[\]]+))(?::(?<port>\d+))?$/i;
const BARE_IPV6 = /^[\da-f]*:[\da-f.]*:[\da-f:.]*(?:%\w+)?$/i;

/**
 * @param program how it was started: this and the command are for the example in the words of an error
 * @throws UsageError
 */
export function targetOf(
  program: string,
  command: string,
  words: readonly string[],
  typedPort: string | undefined,
): Target {
  const [address, surplus] = words;
  if (address === undefined || surplus !== undefined) {
    throw new UsageError(`${command} wants one address, such as: ${program} ${command} 192.168.1.42`);
  }
  if (BARE_IPV6.test(address)) {
    return { host: address, port: portOf(typedPort) };
  }
  const { bracketed, plain, port } = ADDRESS.exec(address)?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new UsageError(`${address} is no address. Type it such as: ${program} ${command} 192.168.1.42`);
  }
  if (port !== undefined && typedPort !== undefined && port !== typedPort) {
    throw new UsageError(`${address} and --port ${typedPort}: which port? Leave one of them out`);
  }
  return { host, port: portOf(typedPort ?? port) };
}

/** The words that make a command ask this ECU again. */
export function typedAs({ host, port }: Target): string {
  return port === ECU_PORT ? host : hostAndPort(host, port);
}

export function portOf(typed: string | undefined): number {
  const port = Number(typed ?? ECU_PORT);
  if (typed === '' || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new UsageError(`--port ${typed}: a port is a number from 1 to 65535`);
  }
  return port;
}
