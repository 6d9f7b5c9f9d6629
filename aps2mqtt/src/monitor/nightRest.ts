import type { Position } from '../options/options.ts';
import type { Taken } from '../site/knownEcu.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { isDeepNight, nightRest } from './night.ts';

/** What the night means for polling. */
export interface Rest {
  /** When the sun rises; null by day, or where nobody rests. */
  readonly sunrise: Date | null;
  /** When to look next; null to keep to the schedule. */
  readonly lookAt: Date | null;
  /** Inverters work in what should be the night: the position is wrong, and nobody rests any more. */
  readonly isPositionWrong: boolean;
}

/** So often a rest looks whether it really is night: the position may be wrong by half the globe. */
const LOOK_MS = 3_600_000;
/** One reply that says so may be false. */
const LOOKS_UNTIL_WRONG = 2;
/** kWh that an inverter does not make in a night; some ECUs count a little late. */
const MADE_BY_NIGHT = 0.5;
/** What was made until so long after sunrise was made by night. */
const SUNRISE_MS = 1_800_000;

/** Rests at night, and looks once an hour whether it is one. */
export class NightRest {
  readonly #position: () => Position | null;
  /** Looks in a row that found inverters at work by night. */
  #odd = 0;
  /** The rest that is under way: until when, and kWh of the lifetime when it began. */
  #rest: { readonly sunrise: Date; readonly lifetime: number | null } | null = null;
  /** Known to be wrong. */
  #wrong: Position | null = null;

  /** @param position of the panels; null while that is not known, or nobody shall rest */
  constructor(position: () => Position | null) {
    this.#position = position;
  }

  /** What follows a reading. */
  after({ anyOnline, known }: Pick<Taken, 'anyOnline' | 'known'>, at: Date): Rest {
    const position = this.#position();
    const isWrong = position !== null && this.#isWrong(position, anyOnline, known.snapshot, at);
    if (position === null || isWrong) {
      this.#wrong = position;
      return { sunrise: null, lookAt: null, isPositionWrong: isWrong };
    }
    const sunrise = nightRest({ position, now: at, anyOnline });
    const lifetime = this.#rest === null ? known.snapshot.lifetimeEnergy : this.#rest.lifetime;
    this.#rest = sunrise && { sunrise, lifetime };
    const lookAt = sunrise && new Date(Math.min(sunrise.getTime(), at.getTime() + LOOK_MS));
    return { sunrise, lookAt, isPositionWrong: false };
  }

  #isWrong(position: Position, anyOnline: boolean, snapshot: EcuSnapshot, at: Date): boolean {
    const { latitude, longitude } = position;
    this.#odd = anyOnline && isDeepNight(position, at) ? this.#odd + 1 : 0;
    const isStillWrong = this.#wrong?.latitude === latitude && this.#wrong.longitude === longitude;
    return isStillWrong || this.#odd >= LOOKS_UNTIL_WRONG || this.#madeMuch(snapshot, at);
  }

  /** More than inverters make in a night. What was made in the morning while nobody could look is another matter. */
  #madeMuch({ lifetimeEnergy, invertersRegistered }: EcuSnapshot, at: Date): boolean {
    if (this.#rest === null || lifetimeEnergy === null || this.#rest.lifetime === null) {
      return false;
    }
    const isNight = at.getTime() < this.#rest.sunrise.getTime() + SUNRISE_MS;
    const made = lifetimeEnergy - this.#rest.lifetime;
    return isNight && made > MADE_BY_NIGHT * Math.max(2, invertersRegistered ?? 0);
  }
}
