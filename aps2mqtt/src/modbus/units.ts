import type { InverterModbus } from '../site/extras.ts';
import type { InverterSnapshot } from '../site/snapshot.ts';
import type { SavedModbus } from './saved.ts';
import type { UnitReading } from './unit.ts';
import { inverterModbus } from './values.ts';

interface Known {
  unit: number;
  reading: UnitReading | null;
  /** Rounds in a row in which it gave no answer. */
  misses: number;
}

/** Rounds in a row without an answer after which values are unknown. */
const MISSES_UNTIL_UNKNOWN = 3;

/** Which unit is whose, by the serial numbers that units tell, and what each inverter's has told last. */
export class Units {
  readonly #known = new Map<string, Known>();
  readonly #shown: Map<string, readonly string[]>;
  /** Have answered as something else than an inverter of this ECU. */
  readonly #elsewhere = new Set<number>();
  /** How often units gave no values of panels, which costs a time-out each time. */
  readonly #withoutPanels = new Map<number, number>();

  constructor(saved: SavedModbus) {
    for (const [id, unit] of Object.entries(saved.units)) {
      this.#known.set(id, { unit, reading: null, misses: 0 });
    }
    this.#shown = new Map(Object.entries(saved.shown));
  }

  get saved(): Pick<SavedModbus, 'units' | 'shown'> {
    return {
      units: Object.fromEntries(Array.from(this.#known, ([id, { unit }]) => [id, unit])),
      shown: Object.fromEntries(this.#shown),
    };
  }

  get elsewhere(): ReadonlySet<number> {
    return this.#elsewhere;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  unitOf(inverterId: string): number | null {
    return this.#known.get(inverterId)?.unit ?? null;
  }

  /** The units of these inverters, in the order in which they were learned. */
  of(inverterIds: readonly string[]): ReadonlySet<number> {
    return new Set([...this.#known].filter(([id]) => inverterIds.includes(id)).map(([, { unit }]) => unit));
  }

  /** Its values are unknown, and may be found at another unit. */
  isMissing(inverterId: string): boolean {
    return (this.#known.get(inverterId)?.misses ?? MISSES_UNTIL_UNKNOWN) >= MISSES_UNTIL_UNKNOWN;
  }

  /** It has answered in the last round. */
  hasAnswered(inverterId: string): boolean {
    return this.#known.get(inverterId)?.misses === 0;
  }

  hasPanels(unit: number): boolean {
    return (this.#withoutPanels.get(unit) ?? 0) < MISSES_UNTIL_UNKNOWN;
  }

  /** Panels that were not there may be there now. */
  askForPanelsAgain(): void {
    this.#withoutPanels.clear();
  }

  /** What is known of this inverter. */
  valuesOf({ id, channels }: Pick<InverterSnapshot, 'id' | 'channels'>): InverterModbus {
    return inverterModbus(channels, this.#shown.get(id) ?? [], this.#known.get(id)?.reading ?? null);
  }

  /** This unit is no inverter of this ECU. */
  takeStranger(unit: number): void {
    this.#elsewhere.add(unit);
    this.#forget(unit, null);
  }

  /** @returns whether this unit was another inverter's before: addresses have been changed */
  take({ id, channels }: InverterSnapshot, unit: number, reading: UnitReading, askedPanels: boolean): boolean {
    const wasOthers = this.#forget(unit, id);
    this.#known.set(id, { unit, reading, misses: 0 });
    if (askedPanels) {
      this.#withoutPanels.set(unit, reading.panels === null ? (this.#withoutPanels.get(unit) ?? 0) + 1 : 0);
    }
    this.#shown.set(id, inverterModbus(channels, this.#shown.get(id) ?? [], reading).shown);
    return wasOthers;
  }

  /** No answer. @param unit null for all */
  miss(unit: number | null, isOnline: (inverterId: string) => boolean): void {
    for (const [id, known] of this.#known) {
      if (unit === null || known.unit === unit) {
        known.misses++;
        known.reading = known.misses >= MISSES_UNTIL_UNKNOWN || !isOnline(id) ? null : known.reading;
      }
    }
  }

  /** Nothing that was told counts any more. */
  missAll(): void {
    for (const known of this.#known.values()) {
      known.reading = null;
      known.misses = Math.max(known.misses, MISSES_UNTIL_UNKNOWN);
    }
  }

  /** @returns whether anybody but `owner` had this unit */
  #forget(unit: number, owner: string | null): boolean {
    const others = [...this.#known].filter(([id, known]) => known.unit === unit && id !== owner);
    for (const [id] of others) {
      this.#known.delete(id);
    }
    return others.length > 0;
  }
}
