import { spend } from './allowance.ts';
import { type Candidate, type CounterState, firstState, formerAfter, offsetOf, rounded } from './counter.ts';
import type { Interval } from './look.ts';

/** It stands where it stood. */
export function stayed(state: CounterState): CounterState {
  return state.candidate === null ? state : { ...state, candidate: null };
}

/** It rose, and all of that was made. */
export function risen(state: CounterState, told: number, interval: Interval): CounterState {
  return goneOn(state, told, offsetOf(state), interval);
}

function goneOn(state: CounterState, told: number, offset: number, interval: Interval): CounterState {
  const value = rounded(told + offset);
  return {
    ...state,
    value,
    told,
    allowance: spend(state.allowance, value - state.value, interval),
    candidate: null,
  };
}

/** It is known from now on: what it says is where Home Assistant counts from. */
export function met(state: CounterState, told: number, interval: Interval): CounterState {
  return { ...state, ...firstState(told, interval) };
}

/** A counter of before goes on: what was published goes on with it. */
export function returned(state: CounterState, { told, offset }: Candidate, interval: Interval): CounterState {
  return { ...goneOn(state, told, offset, interval), formerOffsets: formerAfter(state) };
}

/** Another counter goes on: from its first reading on it counts, and what was published goes on from where it was. */
export function replaced(state: CounterState, { told, first, allowance }: Candidate): CounterState {
  return {
    ...state,
    value: rounded(state.value + told - first),
    told,
    allowance,
    candidate: null,
    formerOffsets: formerAfter(state),
  };
}

/**
 * It began anew at 0: from now on the ECU's own count is published. Should the old one come back, what was published of
 * it before the reset is not published again.
 */
export function begunAnew(state: CounterState, told: number, allowance: CounterState['allowance']): CounterState {
  return {
    ...state,
    value: told,
    told,
    isKnown: true,
    allowance,
    candidate: null,
    formerOffsets: formerAfter(state).map((offset) => rounded(offset - state.value)),
  };
}
