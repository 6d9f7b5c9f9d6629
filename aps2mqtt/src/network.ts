import { isIPv4 } from 'node:net';
import { UsageError } from './errors.ts';

/** Addresses among which ECUs are looked for. */
export interface Network {
  /** For people: `192.168.1.0/24`. */
  readonly name: string;
  /** IPv4 addresses, in their order. */
  readonly hosts: readonly string[];
}

/** A network in which nobody looks. The message says which, and why. */
export class NetworkError extends UsageError {
  override name = 'NetworkError';
}

/** A /22: what a home has at most. */
const MOST_HOSTS = 1024;
/** Loopback is for simulated ECUs. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8'].map((text) => {
  const [address = '', bits] = text.split('/');
  return { first: numberOf(address), size: sizeOf(Number(bits)) };
});
const LOOKS_LIKE_ONE = /^[\d.]+\/\d+$/;

/** Has a person typed a network here, and no address? */
export function isNetwork(typed: string): boolean {
  return LOOKS_LIKE_ONE.test(typed);
}

/**
 * The network of these words, without its first and last address; those two have other uses.
 *
 * @param typed such as `192.168.1.0/24`, or any address of it with the same ending
 * @throws NetworkError for no network, for one of more than 1024 addresses, and for one that others own
 */
export function parseNetwork(typed: string): Network {
  const [address = '', bits = ''] = typed.split('/');
  if (!isNetwork(typed) || !isIPv4(address) || Number(bits) > 32) {
    const example = isIPv4(address) ? address.replace(/\d+$/, '0/24') : '192.168.1.0/24';
    throw new NetworkError(`${typed} is no network: it looks like ${example}`);
  }
  const size = sizeOf(Number(bits));
  const first = startOf(address, size);
  if (!isPrivateBlock(first, size)) {
    throw new NetworkError(
      `${typed} is no private network: ECUs are looked for in those that begin with 10, 172.16 to 172.31, 192.168 or 169.254`,
    );
  }
  if (size > MOST_HOSTS) {
    throw new NetworkError(
      `${typed} has ${size} addresses: at most ${MOST_HOSTS} are looked through, such as ${address}/22`,
    );
  }
  return { name: `${dotted(first)}/${Number(bits)}`, hosts: hostsOf(first, size, first) };
}

/**
 * The network of a card, or the 1024 addresses around its own where it is larger.
 *
 * @param address the card's own, which is left out
 * @param prefix length of the network's prefix, bits
 * @returns null where it is none to look in
 */
export function networkAround(address: string, prefix: number): Network | null {
  if (!isIPv4(address) || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) {
    return null;
  }
  const size = sizeOf(prefix);
  const first = startOf(address, size);
  if (!isPrivateBlock(first, size)) {
    return null;
  }
  const name = `${dotted(first)}/${prefix}`;
  const hosts = hostsOf(first, size, numberOf(address)).filter((host) => host !== address);
  return { name: size > MOST_HOSTS ? `${name} around ${address}` : name, hosts };
}

/** Is this an IPv4 address that a home gives out? */
export function isPrivateAddress(address: string): boolean {
  return isIPv4(address) && isPrivateBlock(numberOf(address), 1);
}

function isPrivateBlock(first: number, size: number): boolean {
  return PRIVATE.some((block) => first >= block.first && first + size <= block.first + block.size);
}

/** @param middle of those that are taken, where there are too many */
function hostsOf(first: number, size: number, middle: number): string[] {
  const [lowest, highest] = size > 2 ? [first + 1, first + size - 2] : [first, first + size - 1];
  const from = Math.max(lowest, Math.min(middle - MOST_HOSTS / 2, highest - MOST_HOSTS + 1));
  const to = Math.min(highest, from + MOST_HOSTS - 1);
  return Array.from({ length: to - from + 1 }, (_, index) => dotted(from + index));
}

function startOf(address: string, size: number): number {
  return Math.floor(numberOf(address) / size) * size;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
