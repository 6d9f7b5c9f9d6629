import type { DayCurves } from './dayCurves.ts';
import { BINS } from './halfHours.ts';
import { medianOfOthers, medianOfSorted } from './numbers.ts';
import { TOP } from './plateaus.ts';

/** Panels that are compared with each other. */
export interface Group {
  /** Those that are judged here. */
  readonly members: readonly string[];
  /** Those that they are compared with; the members, unless these are too few. */
  readonly witnesses: readonly string[];
  /** By panel: how much it makes for its size and place, beside the median of its neighbours. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** One day of a group. */
export interface GroupDay {
  /** W by half hour, the median of the group, sizes taken out; NaN where too few of them are known. */
  readonly curve: Float32Array;
  /** Half hours that count: enough light, and nothing that kept the group from making more. */
  readonly used: readonly number[];
  /** Wh of the median panel. */
  readonly energy: number;
  /** How often the curve goes up and down: 1 for a clear day. */
  readonly roughness: number;
}

/** What one panel made, beside the others. */
export interface PanelDay {
  /** Its energy ÷ the median of the others. */
  readonly ratio: number;
  /** The same by half hour; NaN where it does not count. */
  readonly ratios: readonly number[];
}

/** Part of the day's highest power below which nothing is compared. */
const LEAST_LIGHT = 0.2;
/** A part of a group that is capped. */
const MANY_CAPPED = 0.2;
/** Half hours that a panel has to be known in, as a part of those that count. */
const LEAST_KNOWN = 0.5;
const LEAST_BINS = 4;
/** The median of the others, beside the median of all. */
const APART = 2;

const NOBODY = new Float64Array();

/** Values of the witnesses by half hour, sizes taken out, sorted. */
type Witnessed = readonly Float64Array[];

export function groupDay({ witnesses, sizes }: Group, curves: DayCurves): { day: GroupDay; witnessed: Witnessed } {
  const { rows, powers, capped } = curves;
  const places = witnesses.flatMap((key) => {
    const row = rows.get(key);
    return row === undefined ? [] : [{ row, size: sizes.get(key) ?? 1 }];
  });
  const least = Math.max(Math.min(2, witnesses.length), places.length / 2);
  const curve = new Float32Array(BINS).fill(Number.NaN);
  const areCapped = new Uint8Array(BINS);
  const witnessed = new Array<Float64Array>(BINS).fill(NOBODY);
  for (const { bin } of curves.halfHours) {
    const values = new Float64Array(places.length);
    let known = 0;
    let caps = 0;
    for (const { row, size } of places) {
      const power = powers[row * BINS + bin] ?? Number.NaN;
      if (!Number.isNaN(power)) {
        values[known++] = power / size;
        caps += capped[row * BINS + bin] === 0 ? 0 : 1;
      }
    }
    if (known === 0) {
      continue;
    }
    const sorted = values.subarray(0, known).sort();
    witnessed[bin] = sorted;
    if (known >= least) {
      curve[bin] = medianOfSorted(sorted);
      areCapped[bin] = Number(caps > MANY_CAPPED * known);
    }
  }
  return { day: dayOf(curve, areCapped), witnessed };
}

/** The day of a roof of which nobody knows the sides: the mean of all panels. */
export function wholeDay({ keys, powers }: DayCurves): GroupDay {
  const curve = new Float32Array(BINS).fill(Number.NaN);
  for (let bin = 0; bin < BINS; bin++) {
    let [sum, count] = [0, 0];
    for (let row = 0; row < keys.length; row++) {
      const power = powers[row * BINS + bin] ?? Number.NaN;
      if (!Number.isNaN(power)) {
        sum += power;
        count++;
      }
    }
    curve[bin] = count === 0 ? Number.NaN : sum / count;
  }
  return dayOf(curve, new Uint8Array(BINS));
}

function dayOf(curve: Float32Array, areCapped: Uint8Array): GroupDay {
  let [energy, peak, travel, before] = [0, 0, 0, 0];
  for (const value of curve) {
    const watts = Number.isNaN(value) ? 0 : value;
    energy += watts / 2;
    peak = Math.max(peak, watts);
    travel += Math.abs(watts - before);
    before = watts;
  }
  const used = Array.from({ length: BINS }, (_, bin) => bin).filter(
    (bin) => (curve[bin] ?? Number.NaN) >= LEAST_LIGHT * peak && peak > 0 && areCapped[bin] === 0,
  );
  return { curve, used, energy, roughness: peak === 0 ? Number.POSITIVE_INFINITY : (travel + before) / (2 * peak) };
}

/** @returns null for a panel of which too little is known */
export function panelDay(
  key: string,
  { witnesses, sizes }: Group,
  { used, curve }: GroupDay,
  witnessed: Witnessed,
  { rows, powers, capped }: DayCurves,
): PanelDay | null {
  const row = rows.get(key);
  // Alone it has nothing to be compared with.
  if (row === undefined || witnesses.length < 2) {
    return null;
  }
  const size = sizes.get(key) ?? 1;
  const ratios = new Array<number>(BINS).fill(Number.NaN);
  let [made, expected, count] = [0, 0, 0];
  for (const bin of used) {
    const power = (powers[row * BINS + bin] ?? Number.NaN) / size;
    if (Number.isNaN(power) || capped[row * BINS + bin] === TOP) {
      continue;
    }
    const sorted = witnessed[bin] ?? NOBODY;
    const others = sorted.length >= 2 ? medianOfOthers(sorted, power) : (curve[bin] ?? Number.NaN);
    // Half of them white, or switched off: nobody knows which half is right.
    const areAtOne = others * APART >= (curve[bin] ?? 0) && others <= APART * (curve[bin] ?? 0);
    if (others > 0 && areAtOne) {
      made += power;
      expected += others;
      count++;
      ratios[bin] = power / others;
    }
  }
  return count < Math.max(LEAST_BINS, LEAST_KNOWN * used.length) ? null : { ratio: made / expected, ratios };
}
