import { type DayCurves, energyIn } from './dayCurves.ts';
import { GoodDays } from './goodDays.ts';
import type { Group } from './groupDay.ts';
import { FEWEST_IN_GROUP, groupByLikeness } from './likeness.ts';
import { median } from './numbers.ts';

/** The side of the roof of a panel, by key; null for one that the person gave none. */
export type SideOf = (key: string) => string | null;

export interface RoofGroup extends Group {
  /** By the person's layout; null for a group of like curves. */
  readonly side: string | null;
  readonly days: GoodDays;
}

/** Which panels see the same sun. Panels join once they have been here for some good days, and stay until they move. */
export class RoofGroups {
  readonly #sideOf: SideOf;
  #groups: readonly RoofGroup[] = [];
  #groupOf: ReadonlyMap<string, RoofGroup> = new Map();

  constructor(sideOf: SideOf) {
    this.#sideOf = sideOf;
  }

  get all(): readonly RoofGroup[] {
    return this.#groups;
  }

  of(key: string): RoofGroup | null {
    return this.#groupOf.get(key) ?? null;
  }

  /** @param days good ones, in which these panels are known */
  join(keys: readonly string[], days: readonly DayCurves[]): void {
    const sides = new Map<string, string[]>();
    for (const key of keys) {
      const side = this.#sideOf(key);
      if (side !== null) {
        sides.set(side, [...(sides.get(side) ?? []), key]);
      }
    }
    for (const [side, members] of sides) {
      this.#joinGroup(this.#groups.find((group) => group.side === side) ?? null, members, side, days);
    }
    const free = keys.filter((key) => this.#sideOf(key) === null);
    const open = this.#groups.filter(({ side }) => side === null);
    const found =
      free.length === 0
        ? []
        : groupByLikeness(
            free,
            days,
            open.map(({ members }) => members),
          );
    for (const [index, members] of found.entries()) {
      const news = members.filter((key) => !this.#groupOf.has(key));
      if (news.length > 0) {
        this.#joinGroup(open[index] ?? null, news, null, days);
      }
    }
    this.#chooseWitnesses();
  }

  /** It stands on another side. */
  move(key: string, target: Group): void {
    const to = this.#groups.find((group) => group === target);
    const from = this.#groupOf.get(key);
    if (to !== undefined && from !== undefined && from !== to) {
      this.#replace(from, without(from, key));
      this.#replace(to, { ...to, members: [...to.members, key], sizes: new Map(to.sizes).set(key, 1) });
      this.#chooseWitnesses();
    }
  }

  remove(key: string): void {
    const group = this.#groupOf.get(key);
    if (group !== undefined) {
      this.#replace(group, without(group, key));
      this.#chooseWitnesses();
    }
  }

  #joinGroup(group: RoofGroup | null, news: readonly string[], side: string | null, days: readonly DayCurves[]): void {
    const members = [...(group?.members ?? []), ...news];
    const sizes = new Map([...(group?.sizes ?? []), ...sizesOf(news, members, days)]);
    this.#replace(group, { members, witnesses: members, sizes, side, days: group?.days ?? new GoodDays() });
  }

  /** Of small groups it is the whole roof: all others tell the weather. */
  #chooseWitnesses(): void {
    for (const group of this.#groups) {
      const { members, days } = group;
      const isSmall = members.length < FEWEST_IN_GROUP;
      const sizes = isSmall ? new Map(this.#groups.flatMap((one) => [...one.sizes])) : group.sizes;
      const witnesses = isSmall ? this.#groups.flatMap((one) => one.members) : members;
      const isOther = days.isStrict !== isSmall;
      this.#replace(group, { ...group, witnesses, sizes, days: isOther ? new GoodDays(isSmall) : days });
    }
  }

  #replace(before: RoofGroup | null, group: RoofGroup): void {
    const isThere = this.#groups.some((one) => one === before);
    const groups = isThere ? this.#groups.map((one) => (one === before ? group : one)) : [...this.#groups, group];
    this.#groups = groups.filter(({ members }) => members.length > 0);
    this.#groupOf = new Map(this.#groups.flatMap((one) => one.members.map((key) => [key, one] as const)));
  }
}

function without(group: RoofGroup, key: string): RoofGroup {
  return { ...group, members: group.members.filter((one) => one !== key) };
}

/**
 * Beside the median of the members, on the median day. Day by day, since each may have its own days below snow: with sizes
 * that are wrong the median would leap whenever a panel in the middle loses.
 */
function sizesOf(
  keys: readonly string[],
  members: readonly string[],
  days: readonly DayCurves[],
): (readonly [key: string, size: number])[] {
  const shares = days.map((day) => {
    const energies = new Map(members.map((key) => [key, energyIn(key, day)]));
    const usual = median([...energies.values()].filter((energy) => energy > 0));
    return keys.map((key) => (energies.get(key) ?? 0) / usual);
  });
  return keys.map((key, index) => {
    const size = median(shares.map((day) => day[index] ?? 0).filter((share) => share > 0));
    return [key, size > 0 ? size : 1];
  });
}
