import { type DayTable, inverterOf, panelKeys } from './dayTable.ts';

/** Half hours of a day, counted from midnight UTC: the sun keeps to it when clocks are changed. */
export const BINS = 48;
const BIN_MS = 1_800_000;

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
  /** Where the power stood still: `TOP` or `LOW`, else 0. */
  readonly capped: Uint8Array;
  /** Of the coldest inverter, °C; null where none told it. */
  readonly coldest: number | null;
}

/** The inverter kept the panel from making more: what came before and after was less. */
export const TOP = 1;
/** A limit that came and went, or a shade: only the neighbours can tell. */
export const LOW = 2;

/** W of a panel by half hour. */
export function rowOf(key: string, { rows, powers }: DayCurves): Float32Array {
  const row = rows.get(key);
  return row === undefined ? new Float32Array(BINS).fill(Number.NaN) : powers.subarray(row * BINS, (row + 1) * BINS);
}

/** Wh that are known of a panel. */
export function energyIn(key: string, day: DayCurves): number {
  return rowOf(key, day).reduce((sum, watts) => sum + (Number.isNaN(watts) ? 0 : watts / 2), 0);
}

export function curvesOf(table: DayTable): DayCurves {
  const { times, columns } = table;
  const keys = panelKeys(table);
  const powers = new Float32Array(keys.length * BINS).fill(Number.NaN);
  const capped = new Uint8Array(keys.length * BINS);
  const bins = Uint8Array.from(times, (time) => Math.floor(time / BIN_MS) % BINS);
  const sums = new Float64Array(BINS);
  const counts = new Uint16Array(BINS);
  const flat = new Uint16Array(BINS);
  const low = new Uint16Array(BINS);
  for (const [row, key] of keys.entries()) {
    sums.fill(0);
    counts.fill(0);
    const values = columns.get(key) ?? [];
    const online = columns.get(`${inverterOf(key)}/online`);
    let peak = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (typeof value === 'number' && online?.[index] !== 0) {
        const bin = bins[index] ?? 0;
        sums[bin] = (sums[bin] ?? 0) + value;
        counts[bin] = (counts[bin] ?? 0) + 1;
        peak = value > peak ? value : peak;
      }
    }
    const isFlat = markPlateaus({ values, times, bins }, peak, flat, low);
    for (let bin = 0; bin < BINS; bin++) {
      const count = counts[bin] ?? 0;
      if (count > 0) {
        powers[row * BINS + bin] = (sums[bin] ?? 0) / count;
        const isTop = isFlat && 3 * (flat[bin] ?? 0) >= count;
        const isLow = isFlat && 3 * (low[bin] ?? 0) >= count;
        capped[row * BINS + bin] = isTop ? TOP : isLow ? LOW : 0;
      }
    }
  }
  return {
    day: table.day,
    offset: offsetOf(table.stamps[0]),
    keys,
    rows: new Map(keys.map((key, row) => [key, row])),
    powers,
    capped,
    coldest: coldestOf(columns),
  };
}

/** A clear noon is flat for about an hour; what is flat for longer is capped. */
const PLATEAU_MS = 75 * 60_000;
const PLATEAU_WIDTH = 0.01;
/** W by which a capped inverter goes up and down. */
const PLATEAU_NOISE = 3;
/** A night is flat as well. */
const PLATEAU_FROM = 0.12;

interface Values {
  readonly values: readonly (number | null)[];
  readonly times: readonly number[];
  readonly bins: Uint8Array;
}

/** Counts the rounds of each half hour in which the power stood still. @returns whether there are any */
function markPlateaus({ values, times, bins }: Values, peak: number, top: Uint16Array, under: Uint16Array): boolean {
  const floor = Math.max(PLATEAU_NOISE, peak * PLATEAU_FROM);
  let isAny = false;
  let [from, low, high] = [0, Number.POSITIVE_INFINITY, 0];
  for (let index = 0; index <= values.length; index++) {
    const value = values[index] ?? 0;
    const [nextLow, nextHigh] = [value < low ? value : low, value > high ? value : high];
    if (value >= floor && nextHigh - nextLow <= Math.max(PLATEAU_NOISE, nextHigh * PLATEAU_WIDTH)) {
      [low, high] = [nextLow, nextHigh];
      continue;
    }
    if (index - from > 1 && (times[index - 1] ?? 0) - (times[from] ?? 0) >= PLATEAU_MS) {
      if (!isAny) {
        top.fill(0);
        under.fill(0);
        isAny = true;
      }
      const isTop = Math.max(value, values[from - 1] ?? 0) <= high + PLATEAU_NOISE;
      const flat = isTop ? top : under;
      for (let place = from; place < index; place++) {
        const bin = bins[place] ?? 0;
        flat[bin] = (flat[bin] ?? 0) + 1;
      }
    }
    const begins = value >= floor;
    from = begins ? index : index + 1;
    low = begins ? value : Number.POSITIVE_INFINITY;
    high = begins ? value : 0;
  }
  return isAny;
}

function coldestOf(columns: DayTable['columns']): number | null {
  let coldest: number | null = null;
  for (const [name, values] of columns) {
    if (name.endsWith('/temperature')) {
      for (const value of values) {
        coldest = value !== null && (coldest === null || value < coldest) ? value : coldest;
      }
    }
  }
  return coldest;
}

/** Minutes; 0 for a stamp without one. */
function offsetOf(stamp: string | undefined): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(stamp ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
}
