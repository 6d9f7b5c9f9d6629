import type { Group } from './groupDay.ts';
import { correlation, median } from './numbers.ts';

/** How a panel's curve of one day goes with its own group's, and whether it goes with another one's instead. */
export interface Fit {
  /** Correlation with its own group. */
  readonly own: number;
  /** The day is no day of this panel in its place: it goes with this group, or with its own one for the first time. */
  readonly target: Group | null;
}

const LEARNS = 0.2;
/** Good days in a row after which it stands elsewhere. */
const MOVED_DAYS = 3;
/** A curve that is like a group's. */
const ALIKE = 0.85;
const MARGIN = 0.15;

/**
 * @param usual how the panel's curve goes with its group's on most days; null before that is known
 * @param curveOf curve of a group on this day
 */
export function fitOf(
  curve: Float32Array,
  group: Group,
  others: readonly Group[],
  curveOf: (group: Group) => Float32Array,
  usual: number | null,
): Fit {
  const own = correlation(curve, curveOf(group));
  if (usual === null || Math.abs(own - usual) < MARGIN) {
    return { own, target: null };
  }
  if (own > usual) {
    return { own, target: own >= ALIKE ? group : null };
  }
  const likes = others.map((other) => ({ other, like: correlation(curve, curveOf(other)) }));
  const best = likes.reduce<(typeof likes)[number] | null>(
    (found, one) => (found === null || one.like > found.like ? one : found),
    null,
  );
  return { own, target: best !== null && best.like >= ALIKE && best.like >= own + MARGIN ? best.other : null };
}

/** Notices panels that stand elsewhere since some days. */
export class Moves {
  readonly #usual = new Map<string, number>();
  readonly #odd = new Map<string, number>();

  /** How the panel's curve goes with its group's on most days; null before that is known. */
  usual(key: string): number | null {
    return this.#usual.get(key) ?? null;
  }

  /** @param owns how its curve went with its group's on its first days, of which some may be odd: below snow */
  begin(key: string, owns: readonly number[]): void {
    this.#usual.set(key, median(owns));
  }

  /** @returns whether it has moved for good */
  take(key: string, { own, target }: Fit): boolean {
    const odd = target === null ? 0 : (this.#odd.get(key) ?? 0) + 1;
    this.#odd.set(key, odd);
    const usual = this.#usual.get(key) ?? own;
    // A day below snow teaches nothing: else the next ones, as ever, would be another place.
    if (target === null && Math.abs(own - usual) < MARGIN) {
      this.#usual.set(key, usual + LEARNS * (own - usual));
    }
    if (odd >= MOVED_DAYS) {
      this.forget(key);
    }
    return odd >= MOVED_DAYS;
  }

  forget(key: string): void {
    this.#usual.delete(key);
    this.#odd.delete(key);
  }
}
