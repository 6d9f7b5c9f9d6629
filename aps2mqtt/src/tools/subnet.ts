import { isIPv4 } from 'node:net';
import { UsageError } from '../errors.ts';

/** A /22: what a home has at most. */
const MOST_HOSTS = 1024;

/**
 * The host addresses of an IPv4 network such as `192.168.1.0/24`, without its first and last one.
 *
 * @throws UsageError when it is no such network, or one of more than 1024 addresses
 */
export function hostsOf(network: string): string[] {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(network);
  const numbers = match?.slice(1).map(Number) ?? [];
  const bits = numbers[4] ?? -1;
  if (match === null || numbers.slice(0, 4).some((byte) => byte > 255) || bits < 0 || bits > 32) {
    const example = isIPv4(network) ? network.replace(/\d+$/, '0/24') : '192.168.1.0/24';
    throw new UsageError(`${network} is no network: it looks like ${example}`);
  }
  const size = 2 ** (32 - bits);
  if (size > MOST_HOSTS) {
    throw new UsageError(`${network} has ${size} addresses: scan at most ${MOST_HOSTS}, such as 192.168.1.0/24`);
  }
  const address = numbers.slice(0, 4).reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(address / size) * size;
  const [from, to] = size > 2 ? [first + 1, first + size - 2] : [first, first + size - 1];
  return Array.from({ length: to - from + 1 }, (_, index) => dotted(from + index));
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
