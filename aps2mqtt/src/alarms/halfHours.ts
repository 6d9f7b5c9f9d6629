/** Half hours of a day, counted from midnight UTC: the sun keeps to it when clocks are changed. */
export const BINS = 48;
const BIN_MS = 1_800_000;

/** Rounds within one half hour. */
export interface HalfHour {
  /** 0 to 47. */
  readonly bin: number;
  readonly from: number;
  /** Behind the last one. */
  readonly end: number;
}

/** @param times ms since 1970 of a day's rounds */
export function halfHoursOf(times: readonly number[]): HalfHour[] {
  const binOf = (time = Number.NaN) => Math.floor(time / BIN_MS) % BINS;
  const found: HalfHour[] = [];
  for (let [from, round] = [0, 1]; round <= times.length; round++) {
    if (binOf(times[round]) !== binOf(times[round - 1])) {
      found.push({ bin: binOf(times[from]), from, end: round });
      from = round;
    }
  }
  return found;
}
