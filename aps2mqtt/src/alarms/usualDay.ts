import { BINS } from './halfHours.ts';

/** When within a day it is lost. */
export interface Loss {
  /** Half hours of UTC, the first and the last one; null for all day. */
  readonly hours: readonly [from: number, to: number] | null;
}

/** As slow as the middle of thirty days, so that a loss that grows over weeks is seen. */
const LEARNS = 0.07;
/** One odd day teaches no more than this. */
const FARTHEST = 0.5;
/** A half hour that usually differs by more from what it makes in the mean. */
const UNSTEADY = 0.08;
/** Part of the day that has to be known. */
const LEAST = 0.5;
/** Such a part of the day has to be steady; else all of it tells, with what is unsteady. */
const LEAST_STEADY = 0.35;
/** A half hour that makes nearly what it should. */
const INTACT = 0.07;
/** Such a part of the day has to be intact, for a loss of certain hours. */
const INTACT_PART = 0.35;
const LOST = 0.15;

/**
 * What a panel makes beside its neighbours on most days, half hour by half hour: its direction, its size, and the shade that
 * it has always had. By the half hour, since a shade weighs more in winter and there is none below clouds: half hours that
 * go up and down for that say nothing of the panel.
 */
export class UsualDay {
  readonly #mean = new Float32Array(BINS).fill(Number.NaN);
  /** How far from the mean a half hour usually is. */
  readonly #spread = new Float32Array(BINS);
  #days = 0;

  /** Days that were learned. */
  get days(): number {
    return this.#days;
  }

  /** @param ratios of a day by half hour; NaN for one that does not count */
  learn(ratios: readonly number[]): void {
    this.#days++;
    const learns = Math.max(LEARNS, 1 / this.#days);
    for (let bin = 0; bin < BINS; bin++) {
      const now = ratios[bin] ?? Number.NaN;
      if (Number.isNaN(now)) {
        continue;
      }
      const mean = this.#mean[bin] ?? Number.NaN;
      if (Number.isNaN(mean)) {
        this.#mean[bin] = now;
      } else {
        const spread = this.#spread[bin] ?? 0;
        const away = Math.max(-FARTHEST, Math.min(FARTHEST, now - mean));
        this.#spread[bin] = spread + learns * (Math.abs(away) - spread);
        this.#mean[bin] = mean + learns * away;
      }
    }
  }

  /**
   * @param weights of the half hours: what the neighbours made
   * @returns part of the usual day, 1 is as ever; null where too little is known
   */
  shareOf(ratios: readonly number[], weights: Float32Array): number | null {
    const [whole, steady] = [sums(), sums()];
    let all = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const now = ratios[bin] ?? Number.NaN;
      if (Number.isNaN(now)) {
        continue;
      }
      const mean = this.#mean[bin] ?? Number.NaN;
      const weight = weights[bin] ?? 0;
      all += weight;
      if (!Number.isNaN(mean)) {
        add(whole, now, mean, weight);
        if (this.#isSteady(bin)) {
          add(steady, now, mean, weight);
        }
      }
    }
    const { made, expected } = steady.weight >= LEAST_STEADY * all ? steady : whole;
    return expected > 0 && whole.weight >= LEAST * all ? made / expected : null;
  }

  lossOf(ratios: readonly number[], weights: Float32Array): Loss {
    let [all, intact] = [0, 0];
    let [from, to] = [BINS, -1];
    for (let bin = 0; bin < BINS; bin++) {
      const kept = (ratios[bin] ?? Number.NaN) / (this.#mean[bin] ?? Number.NaN);
      if (!Number.isNaN(kept) && this.#isSteady(bin)) {
        all += weights[bin] ?? 0;
        intact += kept > 1 - INTACT ? (weights[bin] ?? 0) : 0;
        if (kept < 1 - LOST) {
          from = Math.min(from, bin);
          to = Math.max(to, bin);
        }
      }
    }
    return { hours: intact >= INTACT_PART * all && to >= from ? [from, to] : null };
  }

  #isSteady(bin: number): boolean {
    return (this.#spread[bin] ?? 0) <= UNSTEADY;
  }
}

const sums = () => ({ made: 0, expected: 0, weight: 0 });

function add(to: ReturnType<typeof sums>, now: number, mean: number, weight: number): void {
  to.made += now * weight;
  to.expected += mean * weight;
  to.weight += weight;
}
