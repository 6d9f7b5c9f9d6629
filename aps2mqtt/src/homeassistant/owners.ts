import type { EcuSnapshot } from '../site/snapshot.ts';

/** An ECU and what it lists. */
export interface Listing {
  readonly snapshot: EcuSnapshot;
  readonly isAnswering: boolean;
}

/** What one ECU says of one inverter. */
interface Claim {
  readonly rank: number;
  /** The same with the benefit of the doubt, for the one that owns it already. */
  readonly kindRank: number;
  /** What was said last, unknown since first sight where nothing was; and when, ms since 1970. */
  readonly last: { readonly rank: number; readonly at: number };
}

interface Read extends Listing {
  readonly claims: ReadonlyMap<string, Claim>;
}

/** What was true of an inverter so long ago, ms, may be so still: three poll rounds. */
const HELD_MS = 15 * 60_000;
const ONLINE = 2;
const OFFLINE = 1;
const UNKNOWN = 0;

/**
 * Which ECU an inverter belongs to that several list, because it moved and the old one still knows it: the one that has
 * it online, before one that has it offline, before one that says nothing of it. A tie keeps the owner, and so does a
 * poll without data.
 */
export class Owners {
  readonly #owners = new Map<string, string>();
  readonly #read = new Map<string, Read>();
  /** The ECUs that list each inverter. */
  readonly #listedBy = new Map<string, Set<string>>();

  /**
   * @param listings of all ECUs; only what has changed since the last time is looked at
   * @param announcedBy the ECU that an inverter was announced with before; null for none
   * @returns inverters that have another owner now
   */
  update(listings: readonly Listing[], announcedBy: (inverterId: string) => string | null = () => null): string[] {
    const touched = new Set<string>();
    const here = new Set(listings.map(({ snapshot }) => snapshot.ecuId));
    for (const ecuId of [...this.#read.keys()].filter((id) => !here.has(id))) {
      this.#replace(ecuId, undefined, touched);
    }
    for (const listing of listings) {
      const { ecuId } = listing.snapshot;
      const before = this.#read.get(ecuId);
      if (before?.snapshot !== listing.snapshot || before.isAnswering !== listing.isAnswering) {
        this.#replace(ecuId, { ...listing, claims: claimsOf(listing, before?.claims) }, touched);
      }
    }
    return [...touched].filter((id) => this.#decide(id, announcedBy));
  }

  ownerOf(inverterId: string): string | undefined {
    return this.#owners.get(inverterId);
  }

  #replace(ecuId: string, read: Read | undefined, touched: Set<string>): void {
    for (const id of this.#read.get(ecuId)?.claims.keys() ?? []) {
      this.#listedBy.get(id)?.delete(ecuId);
      touched.add(id);
    }
    for (const id of read?.claims.keys() ?? []) {
      this.#listedBy.set(id, (this.#listedBy.get(id) ?? new Set()).add(ecuId));
      touched.add(id);
    }
    if (read === undefined) {
      this.#read.delete(ecuId);
    } else {
      this.#read.set(ecuId, read);
    }
  }

  /** @returns whether somebody else owns it now */
  #decide(id: string, announcedBy: (inverterId: string) => string | null): boolean {
    const claims = [...(this.#listedBy.get(id) ?? [])].flatMap((ecuId) => {
      const claim = this.#read.get(ecuId)?.claims.get(id);
      return claim === undefined ? [] : [{ ecuId, ...claim }];
    });
    const [first, ...others] = claims;
    const before = this.#owners.get(id);
    if (first === undefined) {
      this.#listedBy.delete(id);
      this.#owners.delete(id);
      return false;
    }
    // To look up who announced it takes time, so only where there is a question.
    const owner = others.length === 0 ? first.ecuId : ownerAmong(claims, before ?? announcedBy(id), first);
    this.#owners.set(id, owner);
    return owner !== before;
  }
}

type EcuClaim = Claim & { readonly ecuId: string };

function ownerAmong(claims: readonly EcuClaim[], before: string | null, first: EcuClaim): string {
  const best = claims.reduce((one, other) => (other.rank > one.rank ? other : one), first);
  const owner = claims.find(({ ecuId }) => ecuId === before);
  return owner !== undefined && owner.kindRank >= best.rank ? owner.ecuId : best.ecuId;
}

function claimsOf(
  { snapshot, isAnswering }: Listing,
  before: ReadonlyMap<string, Claim> | undefined,
): ReadonlyMap<string, Claim> {
  const { inverters, takenAt } = snapshot;
  const at = takenAt.getTime();
  const hasList = inverters.some(({ online }) => online !== null);
  const most = isAnswering ? ONLINE : OFFLINE;
  return new Map(
    inverters.map(({ id, online }) => {
      const rank = Math.min(online === null ? UNKNOWN : online ? ONLINE : OFFLINE, most);
      const last = (online === null ? before?.get(id)?.last : undefined) ?? { rank, at };
      const isHeld = online === null && at - last.at < HELD_MS;
      // Left out of a list it may be gone; without a list nothing has changed.
      const heldRank = hasList ? OFFLINE : Math.max(Math.min(last.rank, most), OFFLINE);
      return [id, { rank, kindRank: isHeld ? heldRank : rank, last }];
    }),
  );
}
