import type { SavedEcu } from './savedState.ts';

const DAY_MS = 24 * 3_600_000;
/** An inverter, or an ECU, that nobody has heard of for so long is gone. */
export const GONE_AFTER_MS = 30 * DAY_MS;

/**
 * What was absent while we were, too, gets another day: the earliest moment, ms since 1970, that counts as its last one.
 */
export const earliestLastSeen = (startedAt: Date): number => startedAt.getTime() - GONE_AFTER_MS + DAY_MS;

/** The newest that is known of each ECU: of those that are read now, and of those that somebody may put back. */
export class KnownEcus {
  readonly #ecus: Map<string, SavedEcu>;
  readonly #savedIds: ReadonlySet<string>;
  readonly #earliest: number;

  constructor(saved: readonly SavedEcu[], startedAt: Date) {
    this.#ecus = new Map(saved.map((ecu) => [ecu.ecuId, ecu]));
    this.#savedIds = new Set(this.#ecus.keys());
    this.#earliest = earliestLastSeen(startedAt);
  }

  /** The ones that were read last come last. */
  get all(): readonly SavedEcu[] {
    return [...this.#ecus.values()];
  }

  recall(ecuId: string): SavedEcu | null {
    return this.#ecus.get(ecuId) ?? null;
  }

  /** Was it known before this start? */
  wasSaved(ecuId: string): boolean {
    return this.#savedIds.has(ecuId);
  }

  /** The one that was read there last. @param address as `addressOf` has it */
  lastAt(address: string): SavedEcu | null {
    return this.all.findLast((ecu) => ecu.address === address) ?? null;
  }

  note(ecu: SavedEcu): void {
    this.#ecus.delete(ecu.ecuId);
    this.#ecus.set(ecu.ecuId, ecu);
  }

  /** Forgets an ECU, and tells what was known of it. */
  forget(ecuId: string): SavedEcu | null {
    const ecu = this.recall(ecuId);
    this.#ecus.delete(ecuId);
    return ecu;
  }

  /** The same for one of its inverters. @returns whether it was known */
  forgetInverter(ecuId: string, inverterId: string): boolean {
    const ecu = this.recall(ecuId);
    const inverters = ecu?.inverters.filter(({ id }) => id !== inverterId) ?? [];
    if (ecu === null || inverters.length === ecu.inverters.length) {
      return false;
    }
    this.#ecus.set(ecuId, { ...ecu, inverters });
    return true;
  }

  /** Those that have not answered for 30 days. */
  absent(now: Date): readonly SavedEcu[] {
    const earliest = now.getTime() - GONE_AFTER_MS;
    return this.all.filter(({ lastSeen = 0 }) => Math.max(lastSeen, this.#earliest) < earliest);
  }
}
