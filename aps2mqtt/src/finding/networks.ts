import { networkInterfaces } from 'node:os';
import { type Network, networkAround } from '../network.ts';

/** A network card's IPv4 address. */
export interface Adapter {
  /** Such as `eth0`. */
  readonly name: string;
  readonly address: string;
  /** Of its network, bits. */
  readonly prefix: number;
}

/** A device that somebody has seen on the network. */
export interface Neighbour {
  /** Six pairs of lower-case hex digits with colons. */
  readonly mac: string;
  /** Empty where it told none. */
  readonly hostName: string;
  readonly address: string;
}

/** Where ECUs may be. */
export interface Home {
  readonly adapters: readonly Adapter[];
  /** Devices that Home Assistant has seen; may be empty. */
  readonly neighbours: readonly Neighbour[];
}

/**
 * The networks that these cards are in, each once; only those that a home owns. Small ones come first: large ones are
 * mostly a machine's own, between its containers.
 */
export function networksOf(adapters: readonly Adapter[]): Network[] {
  const networks = adapters.map(({ address, prefix }) => networkAround(address, prefix)).filter((one) => one !== null);
  const each = [...new Map(networks.map((network) => [network.name, network])).values()];
  return each.toSorted((one, other) => one.hosts.length - other.hosts.length);
}

/** The cards of this machine, or of this container; not the one that leads back to itself. */
export function ownAdapters(interfaces: typeof networkInterfaces = networkInterfaces): Adapter[] {
  return Object.entries(interfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, cidr }) => family === 'IPv4' && !internal && cidr !== null)
      .map(({ address, cidr }) => ({ name, address, prefix: Number(cidr?.split('/')[1]) })),
  );
}

const MOST_NAMED = 4;

/** For people: `192.168.1.0/24, 192.168.2.0/24`. */
export function namesOf(networks: readonly Network[]): string {
  const names = [...new Set(networks.map(({ name }) => name))];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}

/** The addresses of several networks, each once. */
export function hostsOf(networks: readonly Network[]): string[] {
  return [...new Set(networks.flatMap(({ hosts }) => hosts))];
}
