const FEW = 64;
/** Part of its size by which what is flat may differ, as numbers are rounded. */
const FLAT = 1e-9;

/** NaN of nothing. The values stay in their order. */
export function median(values: readonly number[]): number {
  return medianOfSorted(sorted(values));
}

/** By insertion, as most of these are a handful: a typed array costs more than its sorting. */
function sorted(values: readonly number[]): ArrayLike<number> {
  if (values.length > FEW) {
    return new Float64Array(values).sort();
  }
  const found: number[] = [];
  for (const value of values) {
    let place = found.length;
    for (let before = found[place - 1]; before !== undefined && before > value; before = found[place - 1]) {
      found[place--] = before;
    }
    found[place] = value;
  }
  return found;
}

/** NaN of nothing. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
}

/** The median of all but one of these. @param value one of them */
export function medianOfOthers(sorted: Float64Array, value: number): number {
  const others = sorted.length - 1;
  const at = (place: number) => {
    const here = sorted[place] ?? Number.NaN;
    return value > here ? here : (sorted[place + 1] ?? Number.NaN);
  };
  return others % 2 === 1 ? at((others - 1) / 2) : (at(others / 2 - 1) + at(others / 2)) / 2;
}

/** @param part 0 to 1; NaN of nothing */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
}

/** Pearson's, over the places that both know; 0 where one of them is flat. */
export function correlation(one: Float32Array, other: Float32Array): number {
  let [count, sumA, sumB, both, squareA, squareB] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < one.length; index++) {
    const a = one[index] ?? Number.NaN;
    const b = other[index] ?? Number.NaN;
    if (!Number.isNaN(a + b)) {
      count++;
      sumA += a;
      sumB += b;
      both += a * b;
      squareA += a * a;
      squareB += b * b;
    }
  }
  const [spreadA, spreadB] = [count * squareA - sumA * sumA, count * squareB - sumB * sumB];
  const isFlat = spreadA <= FLAT * count * squareA || spreadB <= FLAT * count * squareB;
  return isFlat ? 0 : (count * both - sumA * sumB) / Math.sqrt(spreadA * spreadB);
}
