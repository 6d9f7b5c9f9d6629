import { BINS } from './halfHours.ts';

/** When within a day it is lost. */
export interface LossShape {
  /** Half hours of UTC, the first and the last one; null for all day. */
  readonly hours: readonly [from: number, to: number] | null;
}

/** A half hour that makes nearly what it should. */
const INTACT = 0.07;
/** Such a part of the day has to be intact, for a loss of certain hours. */
const INTACT_PART = 0.35;
const LOST = 0.15;

/**
 * @param ratios of the day, by half hour
 * @param usual of the days before
 * @param curve of the group: what each half hour weighs
 */
export function lossOf(ratios: readonly number[], usual: Float32Array, curve: Float32Array): LossShape {
  let [all, intact] = [0, 0];
  let [from, to] = [BINS, -1];
  for (let bin = 0; bin < BINS; bin++) {
    const loss = 1 - (ratios[bin] ?? Number.NaN) / (usual[bin] ?? Number.NaN);
    if (!Number.isNaN(loss)) {
      const weight = curve[bin] ?? 0;
      all += weight;
      intact += loss < INTACT ? weight : 0;
      if (loss > LOST) {
        from = Math.min(from, bin);
        to = Math.max(to, bin);
      }
    }
  }
  return { hours: intact >= INTACT_PART * all && to >= from ? [from, to] : null };
}

const DAY_MS = 86_400_000;
/** A loss that took longer than this, or more days than that with a part of it, is slow. */
const SUDDEN_DAYS = 10;
const SUDDEN_BETWEEN = 1;

/** On a hazy day nothing casts a shadow: the lowest of so many days tells of a shade that comes with the season. */
const SHADE_DAYS = 4;

/** Was the loss of the last day there from one day to the next? @param days with their shares of the baseline, in order */
export function wasSudden(
  days: readonly { readonly day: string; readonly share: number }[],
  isShade: boolean,
): boolean {
  const shares = days.map(({ share }, index) =>
    isShade ? Math.min(...days.slice(Math.max(0, index - SHADE_DAYS + 1), index + 1).map((one) => one.share)) : share,
  );
  const lost = 1 - (shares.at(-1) ?? 1);
  const high = shares.findLastIndex((share) => share > 1 - 0.25 * lost);
  const low = shares.findIndex((share, index) => index > high && share < 1 - 0.75 * lost);
  const took = Date.parse(days[low]?.day ?? '') - Date.parse(days[high]?.day ?? '');
  return low - high - 1 <= SUDDEN_BETWEEN && took <= SUDDEN_DAYS * DAY_MS;
}
