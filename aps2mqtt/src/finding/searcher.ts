import { type Lookout, NOWHERE } from './lookout.ts';
import { type Home, namesOf } from './networks.ts';
import type { FoundEcu, OtherDevice } from './scan.ts';
import type { SearchGroup } from './searchGroup.ts';
import { NO_NETWORK, nothingFoundWords, severalWords } from './words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** While nobody can tell where to look. */
const NO_HOME_MS = MINUTE_MS / 2;
/** Between the first look and the second one: an ECU needs so long to start. */
const SECOND_LOOK_MS = 10 * MINUTE_MS;
/** Once there is an ECU: somebody may buy another one. */
const LATER_MS = 24 * HOUR_MS;
/** More ECUs than that no home has. */
const MOST_FOUND = 256;

/** Looks for ECUs that nobody has typed an address of. */
export class Searcher {
  readonly #groups: readonly SearchGroup[];
  readonly #lookout: Lookout;

  constructor(groups: readonly SearchGroup[], lookout: Lookout) {
    this.#groups = groups;
    this.#lookout = lookout;
  }

  /** Runs until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    for (let looks = 0; this.#groups.length > 0 && !signal.aborted; ) {
      const isDone = await this.#lookout.alone(() => this.#search(signal), signal);
      looks += isDone === true ? 1 : 0;
      const later = this.#isNothingFound() ? HOUR_MS : LATER_MS;
      const wait = isDone !== true ? NO_HOME_MS : looks === 1 ? SECOND_LOOK_MS : later;
      await this.#lookout.world.clock.sleep(wait, signal).catch(() => {});
    }
  }

  /** @returns whether there was somewhere to look */
  async #search(signal: AbortSignal): Promise<boolean> {
    const { log } = this.#lookout.world;
    const home = this.#groups.some(({ isHome }) => isHome) ? await this.#lookout.home(signal) : NOWHERE;
    if (home === null) {
      return false;
    }
    const networks = this.#groups.flatMap((group) => group.networks(home));
    if (networks.length === 0) {
      this.#lookout.once(NO_NETWORK, (words) => log.warn(words));
      return false;
    }
    const where = namesOf(networks);
    this.#lookout.once(`Looking for ECUs in ${where}`, (words) => log.info(words));
    const others: OtherDevice[] = [];
    for (const group of this.#groups) {
      others.push(...(await this.#searchFor(group, home, signal)));
    }
    if (this.#isNothingFound()) {
      this.#lookout.once(`nothing in ${where}`, () => log.warn(nothingFoundWords(networks, others)));
    }
    return true;
  }

  async #searchFor(group: SearchGroup, home: Home, signal: AbortSignal): Promise<readonly OtherDevice[]> {
    const { port } = group.search;
    const waiting: FoundEcu[] = [];
    const onEcu = (ecu: FoundEcu) => {
      if (group.isPersonal) {
        // Whether there is only one, as its name or its password wants it, is known at the end.
        waiting.push(ecu);
      } else if (group.size < MOST_FOUND) {
        this.#lookout.take(ecu, port, group);
      }
    };
    const look = { networks: group.networks(home), home: group.isHome ? home : NOWHERE, port, onEcu };
    const others = await this.#lookout.look(look, signal);
    for (const { summary } of waiting.filter((ecu) => this.#lookout.isNew(ecu, port))) {
      group.add(summary.ecuId);
    }
    for (const ecu of waiting) {
      this.#lookout.take(ecu, port, group);
    }
    if (group.isPersonal && group.size > 1) {
      this.#lookout.once('several', () => this.#lookout.world.log.warn(severalWords(group.size)));
    }
    return others;
  }

  #isNothingFound(): boolean {
    return this.#groups.every(({ size }) => size === 0);
  }
}
