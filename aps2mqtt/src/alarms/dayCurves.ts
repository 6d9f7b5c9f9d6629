import { coldestOf, type DayTable, inverterOf, offsetOf, onlineOf, panelKeys, powersOf } from './dayTable.ts';
import { BINS, type HalfHour, halfHoursOf } from './halfHours.ts';
import { markPlateaus, type Ranges } from './plateaus.ts';

/** The curves of a day, each panel's mean power by half hour. */
export interface DayCurves {
  readonly day: string;
  /** Minutes that the ECU's zone is ahead of UTC. */
  readonly offset: number;
  readonly keys: readonly string[];
  /** Row of each panel, by key. */
  readonly rows: ReadonlyMap<string, number>;
  /** W: `BINS` a row; NaN for what is not known. An inverter that is silent may make power: nobody knows. */
  readonly powers: Float32Array;
  /** Where the power stood still: `TOP` or `LOW` of `plateaus.ts`, else 0. */
  readonly capped: Uint8Array;
  /** Half hours in which there are rounds, in order. */
  readonly halfHours: readonly HalfHour[];
  /** W that any panel made at most, by half hour. */
  readonly brightest: Float32Array;
  /** Of the coldest inverter, °C; null where none told it. */
  readonly coldest: number | null;
}

/** W of a panel by half hour. */
export function rowOf(key: string, { rows, powers }: DayCurves): Float32Array {
  const row = rows.get(key);
  return row === undefined ? new Float32Array(BINS).fill(Number.NaN) : powers.subarray(row * BINS, (row + 1) * BINS);
}

/** Wh that are known of a panel. */
export function energyIn(key: string, { rows, powers }: DayCurves): number {
  const first = (rows.get(key) ?? Number.NaN) * BINS;
  let sum = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const watts = powers[first + bin] ?? Number.NaN;
    sum += watts >= 0 ? watts / 2 : 0;
  }
  return sum;
}

export function curvesOf(table: DayTable): DayCurves {
  const { day, stamps, times } = table;
  const keys = panelKeys(table);
  const halfHours = halfHoursOf(times);
  const powers = new Float32Array(keys.length * BINS).fill(Number.NaN);
  const capped = new Uint8Array(keys.length * BINS);
  const brightest = new Float32Array(BINS);
  const ranges = { low: new Float32Array(halfHours.length), high: new Float32Array(halfHours.length) };
  let [inverter, awake] = ['', awakeness([], halfHours)];
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] ?? '';
    if (inverter !== inverterOf(key)) {
      inverter = inverterOf(key);
      awake = awakeness(onlineOf(inverter, table), halfHours);
    }
    const watts = powersOf(key, table);
    const means = powers.subarray(row * BINS, (row + 1) * BINS);
    const peak = takeMeans(watts, awake, halfHours, { means, brightest, ranges });
    markPlateaus(watts, times, halfHours, ranges, peak, capped.subarray(row * BINS, (row + 1) * BINS));
  }
  const rows = new Map(keys.map((key, row) => [key, row]));
  const offset = offsetOf(stamps[0]);
  return { day, offset, keys, rows, powers, capped, halfHours, brightest, coldest: coldestOf(table) };
}

type Column = readonly (number | null)[];

/** What is written of a panel. */
interface Into {
  /** By half hour; NaN for one of which nothing is known. */
  readonly means: Float32Array;
  /** By half hour, of all panels until now. */
  readonly brightest: Float32Array;
  /** By place of the half hour; 0 for one of which nothing is known. */
  readonly ranges: Ranges;
}

/**
 * Writes the mean power of each half hour, and its range. Each value of a history comes by here: nothing is made for it.
 *
 * @returns the greatest power, W
 */
function takeMeans(
  watts: Column,
  { online, sleeps }: Awakeness,
  halfHours: readonly HalfHour[],
  { means, brightest, ranges }: Into,
): number {
  let peak = 0;
  for (let place = 0; place < halfHours.length; place++) {
    const halfHour = halfHours[place];
    if (halfHour === undefined) {
      continue;
    }
    const { bin, end } = halfHour;
    const maySleep = sleeps[place] === 1;
    let sum = 0;
    let count = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (let round = halfHour.from; round < end; round++) {
      const value = watts[round] ?? -1;
      if (value >= 0 && !(maySleep && online[round] === 0)) {
        sum += value;
        count++;
        low = value < low ? value : low;
        high = value > high ? value : high;
      }
    }
    means[bin] = count === 0 ? Number.NaN : sum / count;
    ranges.low[place] = count === 0 ? 0 : low;
    ranges.high[place] = high;
    peak = high > peak ? high : peak;
    if (high > (brightest[bin] ?? 0)) {
      brightest[bin] = high;
    }
  }
  return peak;
}

/** When an inverter was awake. */
interface Awakeness {
  /** 1 or 0, a value a round. */
  readonly online: Column;
  /** By place of the half hour: 1 where it is silent in a round of it. */
  readonly sleeps: Uint8Array;
}

function awakeness(online: Column, halfHours: readonly HalfHour[]): Awakeness {
  const sleeps = new Uint8Array(halfHours.length);
  for (let place = 0; place < halfHours.length; place++) {
    const { from = 0, end = 0 } = halfHours[place] ?? {};
    for (let round = from; round < end; round++) {
      if (online[round] === 0) {
        sleeps[place] = 1;
      }
    }
  }
  return { online, sleeps };
}
