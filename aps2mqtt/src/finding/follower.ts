import { AutoResetEvent } from '../autoResetEvent.ts';
import { type Network, networkAround } from '../network.ts';
import type { SavedEcu } from '../site/savedState.ts';
import { type Lookout, NOWHERE } from './lookout.ts';
import { type Home, networksOf } from './networks.ts';
import type { Reader } from './readers.ts';
import type { SearchGroup } from './searchGroup.ts';
import { lostWords } from './words.ts';

/** An ECU that nobody reads, although somebody tries to. */
interface LostEcu {
  readonly ecu: SavedEcu;
  /** Where it was last. */
  readonly reader: Reader;
}

/** Between two looks. */
const FOLLOW_MS = 30 * 60_000;
/** A router gives an address of the same network again: this much of it, where nobody can tell how large it is. */
const USUAL_PREFIX = 24;

/** Looks for ECUs that have left their address, and knows them by their ids. */
export class Follower {
  readonly #groups: readonly SearchGroup[];
  readonly #lookout: Lookout;
  readonly #wakeUp = new AutoResetEvent();
  /** Of each ECU that was told as lost, when it had answered last. */
  readonly #told = new Map<string, number | undefined>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(groups: readonly SearchGroup[], lookout: Lookout) {
    this.#groups = groups;
    this.#lookout = lookout;
  }

  /** Nobody has answered at an address for three polls or more, or another ECU does. Not while silence is usual. */
  wake(): void {
    this.#wakeUp.set();
  }

  /** Runs until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#wakeUp.wait(signal);
      const now = this.#lookout.world.clock.now().getTime();
      // A clock that is set must not make it wait.
      if (!signal.aborted && Math.abs(now - this.#lookedAt) >= FOLLOW_MS && this.#lost().length > 0) {
        const hasLooked = await this.#lookout.alone(() => this.#follow(signal), signal);
        this.#lookedAt = hasLooked === false ? Number.NEGATIVE_INFINITY : now;
      }
    }
  }

  #lost(): LostEcu[] {
    const { readers } = this.#lookout;
    return readers.known().flatMap((ecu) => {
      const reader = readers.ownerOf(ecu.ecuId) === null ? readers.at(ecu.address) : null;
      return reader === null ? [] : [{ ecu, reader }];
    });
  }

  /** @returns whether all of them were looked for */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const wanted = this.#lost();
    const needsHome = wanted.some(({ reader }) => reader.typed !== null) || this.#groups.some(({ isHome }) => isHome);
    const told = needsHome ? await this.#lookout.home(signal) : NOWHERE;
    const home = told ?? NOWHERE;
    const left = new Set(wanted.map(({ ecu }) => ecu.ecuId));
    for (const port of new Set(wanted.map(({ reader }) => reader.ecu.port))) {
      const here = wanted.filter(({ reader }) => reader.ecu.port === port);
      const networks = here.flatMap(({ reader }) => this.#networksFor(reader, home));
      await this.#lookout.look(
        {
          networks,
          home,
          port,
          onEcu: (ecu) => {
            left.delete(ecu.summary.ecuId);
            this.#lookout.take(ecu, port, this.#groups.find((group) => group.covers(ecu.host, port)) ?? null);
          },
          isEnough: () => here.every(({ ecu }) => !left.has(ecu.ecuId)),
        },
        signal,
      );
      this.#tell(
        here.filter(({ ecu }) => left.has(ecu.ecuId)),
        networks,
      );
    }
    return told !== null || left.size === 0;
  }

  /** Once each time that an ECU gets lost. */
  #tell(lost: readonly LostEcu[], networks: readonly Network[]): void {
    for (const { ecuId, lastSeen } of lost.map(({ ecu }) => ecu)) {
      if (!this.#told.has(ecuId) || this.#told.get(ecuId) !== lastSeen) {
        this.#told.set(ecuId, lastSeen);
        // That it is silent was told, and what to do.
        this.#lookout.world.log.debug(lostWords(ecuId, networks));
      }
    }
  }

  /** Where an ECU may have gone. */
  #networksFor({ ecu: { host, port }, typed }: Reader, home: Home): Network[] {
    if (typed === null) {
      return this.#groups.filter((group) => group.covers(host, port)).flatMap((group) => group.networks(home));
    }
    const around = networkAround(host, USUAL_PREFIX);
    return [...(around === null ? [] : [around]), ...networksOf(home.adapters)];
  }
}
