import { fractionOf } from '../seeded.ts';

/** Numbers that look random, and are the same on every run. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  between(from: number, to: number): number;
  /** About -3 to 3, mostly near 0. */
  bell(): number;
}

/** The same numbers for the same text. */
export function randomOf(text: string): Random {
  let state = Math.floor(fractionOf(text) * 2 ** 32);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + (to - from) * next(),
    bell: () => (next() + next() + next() - 1.5) * 2,
  };
}
