import { type DayCurves, rowOf } from './dayCurves.ts';
import { BINS } from './halfHours.ts';
import { correlation, median } from './numbers.ts';

/** Panels whose curves go together by at least so much stand on the same side. */
const ALIKE = 0.88;
/** So much of it leaves no doubt that it is another side. */
const NOT_UNLIKE = 0.5;
/** Two that are unlike the others in the same way are seldom shaded: they look elsewhere. */
const NOT_UNLIKE_OF_TWO = 0.75;
const PASSES = 3;

/** Fewer are compared with the whole roof. */
export const FEWEST_IN_GROUP = 3;

/** A panel's normalised days, one behind the other: NaN for what is not known. */
export function usualCurve(key: string, days: readonly DayCurves[]): Float32Array {
  const usual = new Float32Array(BINS * days.length).fill(Number.NaN);
  for (const [index, day] of days.entries()) {
    usual.set(normalised(rowOf(key, day)), index * BINS);
  }
  return usual;
}

function normalised(curve: Float32Array): Float32Array {
  const sum = curve.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
  return sum === 0 ? new Float32Array(curve.length).fill(Number.NaN) : curve.map((value) => value / sum);
}

/** Sorts panels into groups of those with like curves. @param groups that are there already: the first ones of the result */
export function groupByLikeness(
  keys: readonly string[],
  days: readonly DayCurves[],
  groups: readonly (readonly string[])[] = [],
): string[][] {
  const curves = new Map([...groups.flat(), ...keys].map((key) => [key, usualCurve(key, days)]));
  const curveOf = (key: string) => curves.get(key) ?? new Float32Array();
  let centres = groups.map((members) => meanOf(members.map(curveOf)));
  const nearest = (key: string) => {
    const likes = centres.map((centre) => likeness(curveOf(key), centre));
    const best = likes.reduce((place, like, index) => (like > (likes[place] ?? -1) ? index : place), 0);
    return { best, like: likes[best] ?? -1 };
  };
  for (const key of keys) {
    if (!(nearest(key).like >= ALIKE)) {
      centres.push(curveOf(key));
    }
  }
  let found: string[][] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    found = centres.map((_, index) => [...(groups[index] ?? [])]);
    for (const key of keys) {
      found[nearest(key).best]?.push(key);
    }
    found = found.filter((members, index) => members.length > 0 || index < groups.length);
    centres = found.map((members) => meanOf(members.map(curveOf)));
  }
  return withoutLoners(groups.length > 0 ? found : merged(found, centres), groups.length, curveOf);
}

/** On the median day: snow, or a limit, makes a panel unlike itself on some. */
function likeness(one: Float32Array, other: Float32Array): number {
  const likes: number[] = [];
  for (let from = 0; from < one.length; from += BINS) {
    likes.push(correlation(one.subarray(from, from + BINS), other.subarray(from, from + BINS)));
  }
  return median(likes.filter((like) => like !== 0));
}

/** Shaded most of the day, a panel is unlike its neighbours: it goes to those that it is least unlike. */
function withoutLoners(found: readonly string[][], fixed: number, curveOf: (key: string) => Float32Array): string[][] {
  const isLoner = (members: readonly string[], index: number) => index >= fixed && members.length < FEWEST_IN_GROUP;
  const groups = found.filter((members, index) => !isLoner(members, index)).map((members) => [...members]);
  const centres = groups.map((members) => meanOf(members.map(curveOf)));
  for (const members of found.filter(isLoner)) {
    const centre = meanOf(members.map(curveOf));
    const likes = centres.map((one) => likeness(one, centre));
    const best = likes.indexOf(Math.max(...likes));
    if ((likes[best] ?? -1) >= (members.length > 1 ? NOT_UNLIKE_OF_TWO : NOT_UNLIKE)) {
      groups[best]?.push(...members);
    } else {
      groups.push([...members]);
    }
  }
  return groups;
}

/** Those whose middles are alike after all. */
function merged(found: readonly string[][], centres: readonly Float32Array[]): string[][] {
  const result: { members: string[]; centre: Float32Array }[] = [];
  for (const [index, members] of found.entries()) {
    const centre = centres[index] ?? new Float32Array();
    const like = result.find((one) => likeness(one.centre, centre) >= ALIKE);
    if (like === undefined) {
      result.push({ members: [...members], centre });
    } else {
      like.members.push(...members);
    }
  }
  return result.map(({ members }) => members);
}

function meanOf(curves: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(curves[0]?.length ?? 0);
  for (let place = 0; place < mean.length; place++) {
    let [sum, count] = [0, 0];
    for (const curve of curves) {
      const value = curve[place] ?? Number.NaN;
      if (!Number.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    mean[place] = count === 0 ? Number.NaN : sum / count;
  }
  return mean;
}
