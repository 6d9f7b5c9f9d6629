import type { EcuReading } from '../ecu/client.ts';
import { assemble, type Place } from './assemble.ts';
import type { EcuSnapshot, KnownInverter } from './snapshot.ts';

/** One ECU and what is remembered of it from poll to poll. */
export class Site {
  readonly #place: Place;
  #ecuId: string | null = null;
  #known: readonly KnownInverter[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  /** Of the last reading; null before the first. */
  get ecuId(): string | null {
    return this.#ecuId;
  }

  take(reading: EcuReading, at: Date): EcuSnapshot {
    const { ecuId } = reading.summary;
    const known = ecuId === this.#ecuId ? this.#known : [];
    const snapshot = assemble(reading, at, this.#place, known);
    this.#ecuId = ecuId;
    this.#known = snapshot.inverters.map(({ id, channels }) => ({ id, channels }));
    return snapshot;
  }
}
