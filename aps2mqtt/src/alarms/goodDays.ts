import type { GroupDay } from './groupDay.ts';
import { BINS } from './halfHours.ts';
import { quantile } from './numbers.ts';

const REMEMBERED_DAYS = 30;
/** Part of a bright day's energy. */
const GOOD = 0.6;
/** A snowed-in or a very dark day. */
const DARK = 0.15;
const BRIGHT = 0.9;
/** A clear day is 1; some clouds are no harm, since they pass over neighbours as well. */
const ROUGHEST = 1.7;
/** Where panels are compared with others that look elsewhere, clouds tell nothing. */
const ROUGHEST_STRICT = 1.15;
/** Part of the usual day that may be missing. */
const MOST_MISSING = 0.1;
const LEAST_BINS = 5;
const LEARNS = 0.15;

export type DayKind = 'good' | 'usual' | 'dark';

/** Knows the last days of a group, and tells which day is good enough to judge by. */
export class GoodDays {
  /** Only clear days are good: the panels are compared with others that look elsewhere. */
  readonly isStrict: boolean;
  readonly #energies: number[] = [];
  /** W by half hour on good days. */
  readonly #usual = new Float32Array(BINS);

  constructor(isStrict = false) {
    this.isStrict = isStrict;
  }

  take({ curve, used, energy, roughness }: GroupDay): DayKind {
    this.#energies.push(energy);
    if (this.#energies.length > REMEMBERED_DAYS) {
      this.#energies.shift();
    }
    const bright = quantile(this.#energies, BRIGHT);
    const isSmooth = roughness <= (this.isStrict ? ROUGHEST_STRICT : ROUGHEST);
    if (energy < GOOD * bright || !isSmooth || used.length < LEAST_BINS || this.#missing(curve) > MOST_MISSING) {
      return energy < DARK * bright ? 'dark' : 'usual';
    }
    for (let bin = 0; bin < BINS; bin++) {
      const [usual, value] = [this.#usual[bin] ?? 0, curve[bin] ?? Number.NaN];
      this.#usual[bin] = Number.isNaN(value) ? usual * (1 - LEARNS) : usual + LEARNS * (value - usual);
    }
    return 'good';
  }

  /** Part of a usual day in which nothing is known. */
  #missing(curve: Float32Array): number {
    let [all, missing] = [0, 0];
    for (let bin = 0; bin < BINS; bin++) {
      const usual = this.#usual[bin] ?? 0;
      all += usual;
      missing += Number.isNaN(curve[bin] ?? Number.NaN) ? usual : 0;
    }
    return all === 0 ? 0 : missing / all;
  }
}
