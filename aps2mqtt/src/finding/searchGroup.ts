import { isPrivateAddress, type Network, parseNetwork } from '../network.ts';
import type { EcuOptions, EcuSearch } from '../options/options.ts';
import { type Home, networksOf } from './networks.ts';

/** One entry of the options without an address, and the ECUs that belong to it. */
export class SearchGroup {
  readonly search: EcuSearch;
  /** Its own network; null for the home's. */
  readonly #network: Network | null;
  readonly #ecuIds = new Set<string>();

  constructor(search: EcuSearch) {
    this.search = search;
    this.#network = search.network === null ? null : parseNetwork(search.network);
  }

  get size(): number {
    return this.#ecuIds.size;
  }

  /** Does it look in the home's networks? */
  get isHome(): boolean {
    return this.#network === null;
  }

  /** It has something that only one ECU can have. */
  get isPersonal(): boolean {
    const { name, autoRestart, wifiSsid, wifiPassword } = this.search;
    return name !== null || autoRestart || wifiSsid !== '' || wifiPassword !== '';
  }

  networks(home: Home): readonly Network[] {
    return this.#network === null ? networksOf(home.adapters) : [this.#network];
  }

  /** Might this entry have found an ECU there? */
  covers(host: string, port: number): boolean {
    return port === this.search.port && (this.#network?.hosts.includes(host) ?? isPrivateAddress(host));
  }

  add(ecuId: string): void {
    this.#ecuIds.add(ecuId);
  }

  /** The settings of an ECU that was found. What only one can have goes to the only one. */
  settingsAt(host: string): EcuOptions {
    const { network: _, ...settings } = this.search;
    const nobodys = { name: null, autoRestart: false, wifiSsid: '', wifiPassword: '' };
    return { ...settings, ...(this.size > 1 ? nobodys : {}), host };
  }
}
