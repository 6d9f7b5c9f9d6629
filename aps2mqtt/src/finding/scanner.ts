import { hostAndPort } from '../address.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Network } from '../network.ts';
import { isEcuCard, likelyAddresses } from './neighbours.ts';
import { hostsOf, type Neighbour } from './networks.ts';
import type { FoundEcu, OtherDevice, scan } from './scan.ts';

/** What a scanner needs of the world. */
export interface ScannerWorld {
  readonly clock: Clock;
  readonly log: Logger;
  readonly scan: typeof scan;
}

export interface Wanted {
  readonly networks: readonly Network[];
  readonly neighbours: readonly Neighbour[];
  readonly port: number;
  /** Addresses that are asked by others anyway, as `hostAndPort` has them. */
  readonly isAsked: (address: string) => boolean;
  /** Told at once. */
  readonly onEcu: (ecu: FoundEcu) => void;
  /** Whether the likeliest addresses have brought all that was wanted. */
  readonly isEnough: () => boolean;
}

const DAY_MS = 24 * 3_600_000;

/** Looks for ECUs among addresses, the likeliest first, and leaves other devices alone. */
export class Scanner {
  readonly #world: ScannerWorld;
  /** When something else answered at an address, ms since 1970. */
  readonly #others = new Map<string, number>();

  constructor(world: ScannerWorld) {
    this.#world = world;
  }

  /**
   * @returns what else has answered
   * @throws the signal's reason when it is aborted
   */
  async look(wanted: Wanted, signal: AbortSignal): Promise<readonly OtherDevice[]> {
    const { networks, neighbours, port, isAsked, isEnough } = wanted;
    const free = (hosts: readonly string[]) => hosts.filter((host) => !isAsked(hostAndPort(host, port)));
    const likely = likelyAddresses(neighbours);
    // By its card it is an ECU: it has had nothing to say, or has come to another device's address.
    const certain = new Set(neighbours.filter(isEcuCard).map(({ address }) => address));
    const first = free(likely).filter((host) => certain.has(host) || !this.#isOther(host, port));
    const others = [...(await this.#scan(first, wanted, signal))];
    if (!isEnough()) {
      const rest = free(hostsOf(networks)).filter((host) => !likely.includes(host) && !this.#isOther(host, port));
      others.push(...(await this.#scan(rest, wanted, signal)));
    }
    return others;
  }

  async #scan(hosts: readonly string[], { port, onEcu }: Wanted, signal: AbortSignal) {
    const { clock, log } = this.#world;
    const { others } = await this.#world.scan({ hosts, port, onEcu }, signal);
    for (const { host, problem } of others) {
      log.debug(`${hostAndPort(host, port)} is no ECU, and left alone for a day: ${problem}`);
      this.#others.set(hostAndPort(host, port), clock.now().getTime());
    }
    return others;
  }

  #isOther(host: string, port: number): boolean {
    const at = this.#others.get(hostAndPort(host, port));
    // A clock that was set back must not make it last.
    return at !== undefined && Math.abs(this.#world.clock.now().getTime() - at) < DAY_MS;
  }
}
