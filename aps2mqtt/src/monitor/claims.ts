/** An answer of one ECU at one address. */
interface Sighting {
  readonly address: string;
  /** ms since 1970. */
  readonly at: number;
}

/**
 * Each of two addresses has to have answered so often in turn: two ECUs that change places and change back are seen once
 * here, once there, and once here again.
 */
const TURNS_UNTIL_DUPLICATE = 2;
const MOST_TURNS = 8;
const HOUR_MS = 3_600_000;
/** The owner's word holds for so long: by night an ECU is looked at once an hour. */
const HELD_MS = 2 * HOUR_MS;

/**
 * Decides which address speaks for which ECU. Whoever has heard an ECU last is its owner, so that one that moves, or
 * two that change places, are followed at once. An address that an ECU has left, or that is silent, has no claim any more.
 *
 * Where an ECU answers at two addresses all the time, it is the first of them in order that owns it; the other one is a
 * duplicate until the owner falls silent.
 */
export class Claims {
  /** In the order in which they are to be preferred. */
  readonly #addresses: string[] = [];
  readonly #turnMs: number;
  /** By ECU, the addresses that have answered in turn, each with its last answer of that turn; the newest is last. */
  readonly #turns = new Map<string, Sighting[]>();
  readonly #owners = new Map<string, Sighting>();
  /** The ECU at each address that is a duplicate. */
  readonly #duplicates = new Map<string, string>();

  /** @param turnMs the longest time from one address's answer to the other one's that is no move */
  constructor(turnMs: number) {
    this.#turnMs = turnMs;
  }

  /** An address joins; earlier ones are preferred. */
  add(address: string): void {
    this.#addresses.push(address);
  }

  /**
   * This ECU has answered at this address.
   *
   * @param at ms since 1970
   * @returns its owner: this address, or the one of which this is a duplicate
   */
  claim(ecuId: string, address: string, at: number): string {
    this.#leave(address, ecuId);
    this.#takeTurn(ecuId, { address, at });
    const owner = this.#owners.get(ecuId);
    const isContested = owner !== undefined && owner.address !== address && Math.abs(at - owner.at) < HELD_MS;
    if (isContested && this.#isDuplicate(ecuId, address, owner.address)) {
      this.#duplicates.set(address, ecuId);
      return owner.address;
    }
    this.#duplicates.delete(address);
    this.#owners.set(ecuId, { address, at });
    return address;
  }

  /** Nothing answers at this address: what was read here may be anywhere. */
  release(address: string): void {
    this.#leave(address, null);
  }

  ownerOf(ecuId: string): string | null {
    return this.#owners.get(ecuId)?.address ?? null;
  }

  /** The ECU that this address speaks for. */
  ownedBy(address: string): string | null {
    const owned = [...this.#owners].find(([, owner]) => owner.address === address);
    return owned?.[0] ?? null;
  }

  /** Addresses at which this ECU answers, too. */
  duplicatesOf(ecuId: string): readonly string[] {
    return [...this.#duplicates].filter(([, id]) => id === ecuId).map(([address]) => address);
  }

  forget(ecuId: string): void {
    this.#turns.delete(ecuId);
    this.#owners.delete(ecuId);
  }

  #isDuplicate(ecuId: string, address: string, owner: string): boolean {
    const turns = this.#turns.get(ecuId) ?? [];
    const count = (whose: string) => turns.filter((turn) => turn.address === whose).length;
    const isAskedTwice = count(address) >= TURNS_UNTIL_DUPLICATE && count(owner) >= TURNS_UNTIL_DUPLICATE;
    const isPreferred = this.#addresses.indexOf(owner) < this.#addresses.indexOf(address);
    return this.#duplicates.get(address) === ecuId || (isAskedTwice && isPreferred);
  }

  #takeTurn(ecuId: string, sighting: Sighting): void {
    const turns = (this.#turns.get(ecuId) ?? []).filter(({ at }) => Math.abs(sighting.at - at) < this.#turnMs);
    const isSame = turns.at(-1)?.address === sighting.address;
    this.#turns.set(ecuId, [...(isSame ? turns.slice(0, -1) : turns), sighting].slice(-MOST_TURNS));
  }

  /** What was read at an address is there no more. @param except the ECU that is; null for none */
  #leave(address: string, except: string | null): void {
    if (this.#duplicates.get(address) !== except) {
      this.#duplicates.delete(address);
    }
    for (const [ecuId, turns] of this.#turns) {
      const others = ecuId === except ? turns : turns.filter((turn) => turn.address !== address);
      if (others.length > 0) {
        this.#turns.set(ecuId, others);
      } else {
        this.#turns.delete(ecuId);
      }
    }
    for (const [ecuId, owner] of this.#owners) {
      if (ecuId !== except && owner.address === address) {
        this.#owners.delete(ecuId);
      }
    }
  }
}
