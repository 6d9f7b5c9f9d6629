import { hostAndPort } from '../address.ts';
import type { Clock } from '../clock.ts';
import { faultOf, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Network } from '../network.ts';
import type { Home } from './networks.ts';
import type { Reader, Readers } from './readers.ts';
import type { FoundEcu, OtherDevice, scan } from './scan.ts';
import { Scanner } from './scanner.ts';
import type { SearchGroup } from './searchGroup.ts';
import { foundWords, movedWords, otherWords } from './words.ts';

export interface FinderWorld {
  readonly clock: Clock;
  readonly log: Logger;
  readonly scan: typeof scan;
  /** @throws Error with the reason, for people, while nobody can tell the home's networks */
  readonly home: (signal: AbortSignal) => Promise<Home>;
}

export interface Look {
  readonly networks: readonly Network[];
  /** Whose neighbours are asked first. */
  readonly home: Home;
  readonly port: number;
  readonly onEcu: (ecu: FoundEcu) => void;
  readonly isEnough?: () => boolean;
}

export const NOWHERE: Home = { adapters: [], neighbours: [] };

/** What searching and following share: one look at a time, and what becomes of an ECU that was found. */
export class Lookout {
  readonly world: FinderWorld;
  readonly readers: Readers;
  readonly #scanner: Scanner;
  readonly #told = new Set<string>();
  /** What was found by the look that is under way: of two addresses the first one counts. */
  readonly #taken = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readers: Readers, world: FinderWorld) {
    this.world = world;
    this.readers = readers;
    this.#scanner = new Scanner(world);
  }

  /** @returns what the work gives; null where it failed, which is told: nothing of it ends the program */
  alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
    const turn = this.#turn.then(async () => {
      this.#taken.clear();
      try {
        return await work();
      } catch (error) {
        if (!signal.aborted) {
          this.world.log.error(faultOf(error));
        }
        return null;
      }
    });
    this.#turn = turn;
    return turn;
  }

  /** Null while nobody can tell, which is told once. */
  async home(signal: AbortSignal): Promise<Home | null> {
    try {
      return await this.world.home(signal);
    } catch (error) {
      signal.throwIfAborted();
      this.once(messageOf(error), (reason) => this.world.log.info(`${reason}. Asking again until it answers`));
      return null;
    }
  }

  look(
    { networks, home: { neighbours }, port, onEcu, isEnough = () => false }: Look,
    signal: AbortSignal,
  ): Promise<readonly OtherDevice[]> {
    const isAsked = (address: string) => this.readers.at(address) !== null;
    return this.#scanner.look({ networks, neighbours, port, isAsked, onEcu, isEnough }, signal);
  }

  /** Is this an ECU that nobody reads, or tries to? */
  isNew(ecu: FoundEcu, port: number): boolean {
    return this.#isFree(ecu, port) && this.#readerOf(ecu.summary.ecuId) === null;
  }

  /**
   * Has an ECU read where it was found.
   *
   * @param group whose it would be, were it new; null where only known ones are wanted
   */
  take(ecu: FoundEcu, port: number, group: SearchGroup | null): void {
    const { log } = this.world;
    const { readers } = this;
    const { ecuId } = ecu.summary;
    if (!this.#isFree(ecu, port)) {
      return;
    }
    const { host } = ecu;
    const before = this.#readerOf(ecuId);
    if (before !== null) {
      log.info(movedWords(ecuId, before.ecu, host, port));
      readers.read({ ecu: { ...before.ecu, host, port }, typed: before.typed, ecuId });
    } else if (group !== null) {
      log.info(foundWords(ecuId, host, port));
      group.add(ecuId);
      readers.read({ ecu: group.settingsAt(host), typed: null, ecuId });
    } else {
      log.debug(otherWords(ecuId, host, port));
      return;
    }
    this.#taken.add(ecuId);
  }

  /** Nobody reads this ECU now. */
  #isFree({ host, summary: { ecuId } }: FoundEcu, port: number): boolean {
    const { readers } = this;
    return readers.ownerOf(ecuId) === null && readers.at(hostAndPort(host, port)) === null && !this.#taken.has(ecuId);
  }

  /** Who tries to read it where it was last. */
  #readerOf(ecuId: string): Reader | null {
    const from = this.readers.known().find((one) => one.ecuId === ecuId)?.address;
    return from === undefined ? null : this.readers.at(from);
  }

  /** Does it the first time. */
  once(key: string, tell: (key: string) => void): void {
    if (!this.#told.has(key)) {
      this.#told.add(key);
      tell(key);
    }
  }
}
