/** Several runs of one measurement. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

/** @returns null when nothing was measured */
export function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) {
    return null;
  }
  return { min, median: (low + high) / 2, max, runs: sorted.length };
}

/** Minimum, median and maximum, or the one value where all runs are alike. */
export function spreadText({ min, median, max }: Spread): string {
  const texts = [min, median, max].map(number);
  return new Set(texts).size === 1 ? number(median) : texts.join(' / ');
}

/** Three significant digits, whole above 100. */
export function number(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
