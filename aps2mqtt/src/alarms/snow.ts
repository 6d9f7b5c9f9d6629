import type { DayCurves } from './dayCurves.ts';
import { energyIn } from './dayCurves.ts';
import { quantile } from './numbers.ts';

/** Days after snow in which panels get free one after the other. */
const THAW_DAYS = 10;
/** °C of the coldest inverter. */
const FROST = 4;
/** Part of what the best panels of the day make; a white one makes less. */
const BARE = 0.15;
const FEWEST = 2;
/** What has made nothing for longer is not white. */
const NEW_MS = 4 * 86_400_000;

/** Knows for how long snow may still lie on some panels. */
export class Snow {
  #thawDays = 0;
  #lastDay = '';
  /** ms since 1970 of the last day on which a panel was surely bare. */
  readonly #bareOn = new Map<string, number>();

  get mayLie(): boolean {
    return this.#thawDays > 0;
  }

  /** `yyyy-mm-dd` of the last day on which there was some; empty for none. */
  get lastDay(): string {
    return this.#lastDay;
  }

  /** @param isDark hardly anything was made at all */
  take(curves: DayCurves, isDark: boolean): void {
    const { day, keys, coldest } = curves;
    const now = Date.parse(day);
    const energies = keys.map((key) => energyIn(key, curves));
    const best = quantile(energies, 0.9);
    let white = 0;
    for (const [index, key] of keys.entries()) {
      if ((energies[index] ?? 0) >= BARE * best && !isDark) {
        this.#bareOn.set(key, now);
      } else if (now - (this.#bareOn.get(key) ?? 0) <= NEW_MS) {
        white++;
      }
    }
    // Inverters below snow sleep: then nobody tells a temperature.
    const isCold = (coldest ?? FROST) <= FROST;
    if (isCold && (isDark || white >= FEWEST)) {
      this.#thawDays = THAW_DAYS;
      this.#lastDay = day;
    } else {
      this.#thawDays = Math.max(0, this.#thawDays - 1);
    }
  }
}
