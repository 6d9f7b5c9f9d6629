import { DateTime } from 'luxon';
import { MOST_INVERTERS } from '../ecu/inverters.ts';
import { ecuModel } from '../ecu/models.ts';
import { type EcuReading, isAnyOnline } from '../ecu/reading.ts';
import { assemble, missingInverter, type Place } from './assemble.ts';
import { type EnergyNote, type EnergyState, guardEnergy, lifetimeOf } from './energy.ts';
import { earliestLastSeen, GONE_AFTER_MS } from './knownEcus.ts';
import type { SavedEcu, SavedInverter } from './savedState.ts';
import type { EcuSnapshot } from './snapshot.ts';

/** What came of a reading. */
export interface Taken {
  readonly snapshot: EcuSnapshot;
  readonly anyOnline: boolean;
  /** The energy guard has something to tell. */
  readonly note: EnergyNote | null;
  /** Inverters that the ECU has not listed for 30 days: to be removed. */
  readonly gone: readonly string[];
  /** It has listed more different inverters than any ECU has: new ones are left out. */
  readonly isTooMany: boolean;
}

/** One ECU and what is remembered of it, from poll to poll and over restarts. */
export class Site {
  readonly #place: Place;
  readonly #recall: (ecuId: string) => SavedEcu | null;
  #ecuId: string | null = null;
  #firmware: string | null = null;
  #lastSeen: number | undefined;
  #energy: EnergyState | null = null;
  #inverters: readonly SavedInverter[] = [];

  /**
   * @param saved what was saved of the ECU at this address; null for nothing
   * @param recall what was saved of an ECU by its id, wherever it was
   * @param startedAt an inverter that was absent while we were, too, gets another day
   */
  constructor(place: Place, saved: SavedEcu | null, recall: (ecuId: string) => SavedEcu | null, startedAt: Date) {
    this.#place = place;
    const earliest = earliestLastSeen(startedAt);
    const rested = (ecu: SavedEcu | null): SavedEcu | null =>
      ecu && {
        ...ecu,
        inverters: ecu.inverters.map((one) => ({ ...one, lastSeen: Math.max(one.lastSeen, earliest) })),
      };
    this.#recall = (ecuId) => rested(recall(ecuId));
    this.#become(rested(saved));
  }

  /** Of the last reading, or of the saved state; null before either. */
  get ecuId(): string | null {
    return this.#ecuId;
  }

  /** What is known while the ECU has not answered yet: its energies, and that its inverters exist. */
  remembered(at: Date): EcuSnapshot | null {
    if (this.#ecuId === null) {
      return null;
    }
    const model = ecuModel(this.#ecuId).name;
    return {
      ecuId: this.#ecuId,
      name: this.#place.name ?? model,
      model,
      firmware: this.#firmware,
      takenAt: at,
      round: null,
      currentPower: null,
      todayEnergy: this.#energy?.today.value ?? null,
      lifetimeEnergy: this.#energy && lifetimeOf(this.#energy),
      lifetimeReset: resetOf(this.#energy),
      invertersRegistered: null,
      invertersOnline: null,
      inverters: this.#inverters.map(missingInverter),
    };
  }

  take(reading: EcuReading, at: Date): Taken {
    const { summary, inverters } = reading;
    if (summary.ecuId !== this.#ecuId) {
      this.#become(this.#recall(summary.ecuId));
    }
    const taken = this.#withinLimit(reading);
    const read = assemble(taken, at, this.#place, this.#inverters);
    const isData = inverters.kind === 'data';
    const anyOnline = isAnyOnline(reading);
    const { state, lifetime, today, note } = guardEnergy(this.#energy, {
      ecuId: summary.ecuId,
      lifetime: summary.lifetimeEnergy,
      today: summary.todayEnergy,
      power: summary.currentPower,
      at,
      localDate: this.#dateOf(isData ? inverters.stamp : null, at),
      anyOnline,
      inverters: summary.invertersRegistered,
    });
    this.#ecuId = summary.ecuId;
    this.#firmware = read.firmware;
    this.#lastSeen = at.getTime();
    this.#energy = state;

    const listed = new Set(isData ? inverters.records.map(({ id }) => id) : []);
    const before = new Map(this.#inverters.map(({ id, lastSeen }) => [id, lastSeen]));
    const all = read.inverters.map(({ id, channels }) => {
      const lastSeen = listed.has(id) ? at.getTime() : (before.get(id) ?? at.getTime());
      return { id, channels, lastSeen };
    });
    const isGone = ({ lastSeen }: SavedInverter) => isData && at.getTime() - lastSeen > GONE_AFTER_MS;
    const gone = all.filter(isGone).map(({ id }) => id);
    this.#inverters = all.filter((inverter) => !isGone(inverter));
    const kept = read.inverters.filter(({ id }) => !gone.includes(id));
    return {
      snapshot: {
        ...read,
        inverters: kept,
        lifetimeEnergy: lifetime,
        lifetimeReset: resetOf(state),
        todayEnergy: today,
      },
      anyOnline,
      note,
      gone,
      isTooMany: taken !== reading,
    };
  }

  /** Without the inverters that would be too many to remember: new ids in each reply must not make us grow. */
  #withinLimit(reading: EcuReading): EcuReading {
    const { inverters } = reading;
    if (inverters.kind !== 'data') {
      return reading;
    }
    const known = new Set(this.#inverters.map(({ id }) => id));
    const news = inverters.records.filter(({ id }) => !known.has(id)).map(({ id }) => id);
    const surplus = new Set(news.slice(Math.max(0, MOST_INVERTERS - known.size)));
    const records = inverters.records.filter(({ id }) => !surplus.has(id));
    return surplus.size === 0 ? reading : { ...reading, inverters: { ...inverters, records } };
  }

  /** By the user's word. It comes back if the ECU lists it. */
  forget(inverterId: string): void {
    this.#inverters = this.#inverters.filter(({ id }) => id !== inverterId);
  }

  /** To be kept over a restart; null before the first reading. @param monitored what its monitor adds */
  saved(monitored: Pick<SavedEcu, 'address' | 'timing' | 'restarts'>): SavedEcu | null {
    return this.#ecuId === null
      ? null
      : {
          ...monitored,
          ecuId: this.#ecuId,
          firmware: this.#firmware,
          ...(this.#lastSeen === undefined ? {} : { lastSeen: this.#lastSeen }),
          energy: this.#energy,
          inverters: this.#inverters,
        };
  }

  #become(saved: SavedEcu | null): void {
    this.#ecuId = saved?.ecuId ?? null;
    this.#firmware = saved?.firmware ?? null;
    this.#lastSeen = saved?.lastSeen;
    this.#energy = saved?.energy ?? null;
    this.#inverters = saved?.inverters ?? [];
  }

  /** The ECU's own day, since its clock is what resets its counter; the site's where that clock is not set. */
  #dateOf(stamp: string | null, at: Date): string | null {
    return stamp?.slice(0, 10) ?? DateTime.fromJSDate(at, { zone: this.#place.timezone }).toISODate();
  }
}

function resetOf(energy: EnergyState | null): Date | null {
  const resetAt = energy?.lifetime.resetAt;
  return resetAt === undefined ? null : new Date(resetAt);
}
