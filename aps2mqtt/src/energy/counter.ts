import { type Allowance, accrue, newAllowance } from './allowance.ts';
import type { Interval } from './look.ts';

/**
 * What is believed of a counter. What is published and what the ECU tells differ by an offset once the counter was
 * replaced by another one: only so Home Assistant, which adds up every step, adds what was made and nothing else.
 * Serialisable; kWh and ms.
 */
export interface CounterState {
  /** Published; not yet while the counter is unknown. */
  readonly value: number;
  /** What the ECU told when that was believed. */
  readonly told: number;
  /** False while it has only ever said 0: a new ECU does, and one that does not know. */
  readonly isKnown: boolean;
  readonly allowance: Allowance;
  readonly candidate: Candidate | null;
  /** Offsets (value − told) of before, the newest first: a counter may come back. */
  readonly formerOffsets: readonly number[];
}

/** What does not fit, and may be the truth: what would be believed then. */
export interface Candidate {
  readonly kind: 'implausible' | 'fall' | 'reset' | 'return';
  readonly first: number;
  readonly told: number;
  /** `return`: of the counter that came back. */
  readonly offset: number;
  readonly allowance: Allowance;
  /** ms of daylight for which the ECU has stood by it. */
  readonly coveredMs: number;
  /** `implausible`: kWh that only unwatched time can explain. */
  readonly missing: number;
}

/** Enough for a counter that comes back after some others. */
const MOST_FORMER = 5;

export function firstState(told: number, interval: Interval): CounterState {
  return {
    value: told,
    told,
    isKnown: told > 0,
    allowance: newAllowance(interval.now),
    candidate: null,
    formerOffsets: [],
  };
}

/** The counter's own offset. */
export function offsetOf({ value, told }: Pick<CounterState, 'value' | 'told'>): number {
  return rounded(value - told);
}

/** Counters count in tenths and hundredths: the rest is what floating point adds. */
export function rounded(kWh: number): number {
  return Math.round(kWh * 1000) / 1000;
}

/** Lets the time of an interval pass. */
export function pass(state: CounterState, interval: Interval): CounterState {
  const { candidate } = state;
  return {
    ...state,
    allowance: accrue(state.allowance, interval),
    candidate: candidate && { ...candidate, allowance: accrue(candidate.allowance, interval) },
  };
}

/** The list of former offsets after a change of counters. */
export function formerAfter(state: CounterState): readonly number[] {
  const own = offsetOf(state);
  return [own, ...state.formerOffsets.filter((offset) => offset !== own)].slice(0, MOST_FORMER);
}
