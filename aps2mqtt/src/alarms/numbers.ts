/** NaN of nothing. The values stay in their order. */
export function median(values: Iterable<number>): number {
  return medianOfSorted(Float64Array.from(values).sort());
}

/** NaN of nothing. */
export function medianOfSorted(sorted: Float64Array): number {
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
  let [count, sumA, sumB] = [0, 0, 0];
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [one[index] ?? Number.NaN, other[index] ?? Number.NaN];
    if (!Number.isNaN(a + b)) {
      count++;
      sumA += a;
      sumB += b;
    }
  }
  let [both, squareA, squareB] = [0, 0, 0];
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [(one[index] ?? Number.NaN) - sumA / count, (other[index] ?? Number.NaN) - sumB / count];
    if (!Number.isNaN(a + b)) {
      both += a * b;
      squareA += a * a;
      squareB += b * b;
    }
  }
  return squareA * squareB === 0 ? 0 : both / Math.sqrt(squareA * squareB);
}
