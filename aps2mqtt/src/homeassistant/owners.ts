import type { EcuSnapshot } from '../site/snapshot.ts';

/** An ECU and what it lists. */
export interface Listing {
  readonly snapshot: EcuSnapshot;
  readonly isAnswering: boolean;
}

/** What one ECU says of one inverter. */
interface Claim {
  readonly ecuId: string;
  readonly rank: number;
  /** The same with the benefit of the doubt, for the one that owns it already. */
  readonly kindRank: number;
}

interface Known {
  readonly rank: number;
  /** ms since 1970. */
  readonly at: number;
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
  #owners = new Map<string, string>();
  /** By ECU and inverter: what was said last; unknown since first sight where nothing was. */
  #known = new Map<string, Known>();

  /**
   * @param announcedBy the ECU that an inverter was announced with before; null for none
   * @returns inverters that have another owner now
   */
  update(listings: readonly Listing[], announcedBy: (inverterId: string) => string | null = () => null): string[] {
    const known = new Map<string, Known>();
    const claims = new Map<string, Claim[]>();
    for (const listing of listings) {
      for (const { id, claim } of this.#claimsOf(listing, known)) {
        const list = claims.get(id) ?? [];
        list.push(claim);
        claims.set(id, list);
      }
    }
    const before = this.#owners;
    this.#known = known;
    this.#owners = new Map(
      Array.from(claims, ([id, list]) => [id, ownerAmong(list, before.get(id) ?? announcedIf(list, id, announcedBy))]),
    );
    return Array.from(this.#owners)
      .filter(([id, owner]) => before.get(id) !== owner)
      .map(([id]) => id);
  }

  ownerOf(inverterId: string): string | undefined {
    return this.#owners.get(inverterId);
  }

  #claimsOf({ snapshot, isAnswering }: Listing, known: Map<string, Known>): { id: string; claim: Claim }[] {
    const { ecuId, inverters, takenAt } = snapshot;
    const at = takenAt.getTime();
    const hasList = inverters.some(({ online }) => online !== null);
    const most = isAnswering ? ONLINE : OFFLINE;
    return inverters.map(({ id, online }) => {
      const key = `${ecuId} ${id}`;
      const rank = Math.min(online === null ? UNKNOWN : online ? ONLINE : OFFLINE, most);
      const last = (online === null ? this.#known.get(key) : undefined) ?? { rank, at };
      known.set(key, last);
      const isHeld = online === null && at - last.at < HELD_MS;
      // Left out of a list it may be gone; without a list nothing has changed.
      const heldRank = hasList ? OFFLINE : Math.max(Math.min(last.rank, most), OFFLINE);
      return { id, claim: { ecuId, rank, kindRank: isHeld ? heldRank : rank } };
    });
  }
}

/** Only where there is a question: to look it up takes time. */
function announcedIf(claims: readonly Claim[], id: string, announcedBy: (id: string) => string | null): string | null {
  return claims.length > 1 ? announcedBy(id) : null;
}

function ownerAmong(claims: readonly Claim[], before: string | null): string {
  const best = claims.reduce((one, other) => (other.rank > one.rank ? other : one));
  const owner = claims.find(({ ecuId }) => ecuId === before);
  return owner !== undefined && owner.kindRank >= best.rank ? owner.ecuId : best.ecuId;
}
