import type { HalfHour } from './halfHours.ts';

/** The inverter kept the panel from making more: what came before and after was less. */
export const TOP = 1;
/** A limit that came and went, or a shade: only the neighbours can tell. */
export const LOW = 2;

/** A clear noon is flat for about an hour; what is flat for longer is capped. */
const PLATEAU_MS = 75 * 60_000;
const WIDTH = 0.01;
/** W by which a capped inverter goes up and down. */
const NOISE = 3;
/** Part of the day's highest power: a night is flat as well. */
const LEAST = 0.12;
/** A half hour is capped where so many of its rounds are. */
const CAPPED_PART = 1 / 3;

/** Least and greatest power of each half hour, W, by its place in the day. */
export interface Ranges {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/**
 * Marks the half hours in which the power stood still for longer than a noon does. Nearly all panels have none.
 *
 * @param watts of the day's rounds
 * @param times ms since 1970
 * @param peak of the day, W
 * @param capped by half hour: `TOP` or `LOW`
 */
export function markPlateaus(
  watts: readonly (number | null)[],
  times: readonly number[],
  halfHours: readonly HalfHour[],
  ranges: Ranges,
  peak: number,
  capped: Uint8Array,
): void {
  const floor = Math.max(NOISE, LEAST * peak);
  let done = 0;
  for (let place = 0; place < halfHours.length; place++) {
    const low = ranges.low[place] ?? 0;
    const high = ranges.high[place] ?? 0;
    const seed = halfHours[place];
    // A plateau is longer than an hour: one half hour at least is wholly in it.
    if (low < floor || seed === undefined || !isStill(low, high) || seed.from < done) {
      continue;
    }
    const plateau = grown(seed, low, high, watts);
    done = plateau.end;
    if ((times[plateau.end - 1] ?? 0) - (times[plateau.from] ?? 0) >= PLATEAU_MS) {
      mark(plateau, kindOf(plateau, watts), halfHours, capped);
    }
  }
}

const isStill = (low: number, high: number) => high - low <= Math.max(NOISE, high * WIDTH);

interface Plateau {
  readonly from: number;
  /** Behind its last round. */
  readonly end: number;
  readonly high: number;
}

/** The half hour, and all that stands still with it before and after. */
function grown(seed: HalfHour, lowest: number, highest: number, watts: readonly (number | null)[]): Plateau {
  let [from, end, low, high] = [seed.from, seed.end, lowest, highest];
  for (let [step, isGrowing] = [1, true]; isGrowing; ) {
    const value = watts[step > 0 ? end : from - 1] ?? Number.NaN;
    const nextLow = value < low ? value : low;
    const nextHigh = value > high ? value : high;
    if (value >= NOISE && isStill(nextLow, nextHigh)) {
      low = nextLow;
      high = nextHigh;
      end += step > 0 ? 1 : 0;
      from -= step > 0 ? 0 : 1;
    } else {
      isGrowing = step > 0;
      step = -1;
    }
  }
  return { from, end, high };
}

function kindOf({ from, end, high }: Plateau, watts: readonly (number | null)[]): number {
  const isHigher = (value: number | null = null) => (value ?? 0) > high + NOISE;
  return isHigher(watts[from - 1]) || isHigher(watts[end]) ? LOW : TOP;
}

function mark({ from, end }: Plateau, kind: number, halfHours: readonly HalfHour[], capped: Uint8Array): void {
  for (const one of halfHours) {
    const flat = Math.min(end, one.end) - Math.max(from, one.from);
    if (flat > 0 && flat >= CAPPED_PART * (one.end - one.from)) {
      capped[one.bin] = kind;
    }
  }
}
