import { limitsOf, spend } from './allowance.ts';
import { fits, type Kind } from './classify.ts';
import { type Candidate, type CounterState, rounded } from './counter.ts';
import { HOUR_MS, type Interval } from './look.ts';

/** What becomes of a reading that does not fit. */
export interface Weighed {
  readonly candidate: Candidate;
  readonly verdict: 'wait' | 'step' | 'count';
}

/**
 * Adds a reading that does not fit to the candidate it confirms, or begins one.
 *
 * - `step`: confirmed by a second look, and what it rises by can have been made: all of it counts.
 * - `count`: after an hour of daylight in which it has counted, the ECU stands by it: it counts from its first reading on.
 *   What never rises is no counter.
 *
 * Anything said while no inverter is online takes no part in that hour. A reading is consistent with those before as
 * long as it stays, or rises as inverters can.
 */
export function weigh(state: CounterState, told: number, kind: Kind, interval: Interval): Weighed | null {
  const before = state.candidate !== null && isConsistent(state.candidate, told, interval) ? state.candidate : null;
  switch (kind.kind) {
    case 'zero':
    case 'same':
      return null;
    case 'rise':
      // What could not be true does not become so because time goes by.
      return before?.kind === 'implausible' ? confirmed(state, before, told, interval) : null;
    case 'dip':
      // A counter that began anew comes by here on its way up.
      return before === null ? null : stoodBy(before, told, interval);
    default: {
      const isOther = kind.kind === 'return' && (before?.kind !== 'return' || before.offset !== kind.offset);
      return before === null || isOther
        ? { candidate: begun(state, told, kind, interval), verdict: 'wait' }
        : confirmed(state, before, told, interval);
    }
  }
}

function confirmed(state: CounterState, before: Candidate, told: number, interval: Interval): Weighed {
  if (before.kind === 'return') {
    return { candidate: grown(before, told, 0, interval), verdict: 'step' };
  }
  const { unseen } = limitsOf(state.allowance, interval);
  if (before.kind === 'implausible' && fits(before.missing, unseen)) {
    return { candidate: grown(before, told, 0, interval), verdict: 'step' };
  }
  return stoodBy(before, told, interval);
}

function stoodBy(before: Candidate, told: number, interval: Interval): Weighed {
  if (!interval.now.anyOnline) {
    return { candidate: before, verdict: 'wait' };
  }
  const candidate = grown(before, told, interval.isWatched ? interval.elapsedMs : 0, interval);
  return { candidate, verdict: candidate.coveredMs >= HOUR_MS && told > before.first ? 'count' : 'wait' };
}

function isConsistent(candidate: Candidate, told: number, interval: Interval): boolean {
  const { usual, unseen } = limitsOf(candidate.allowance, interval);
  return told >= candidate.told && fits(told - candidate.told, usual + unseen);
}

function begun(
  state: CounterState,
  told: number,
  kind: Exclude<Kind, { kind: 'zero' | 'dip' | 'same' | 'rise' }>,
  interval: Interval,
): Candidate {
  // A reset counts from 0: what it has come to by now is part of what it adds.
  const gain = kind.kind === 'reset' ? told : 0;
  return {
    kind: kind.kind,
    first: told,
    told,
    offset: kind.kind === 'return' ? kind.offset : rounded(state.value - told),
    // Unwatched time of before explains what it begins with, not what it grows by.
    allowance: { ...spend(state.allowance, gain, interval), left: 0, leftMs: 0 },
    coveredMs: 0,
    missing: kind.kind === 'implausible' ? kind.missing : 0,
  };
}

function grown(candidate: Candidate, told: number, coveredMs: number, interval: Interval): Candidate {
  const gain = told - candidate.told;
  return {
    ...candidate,
    told,
    allowance: gain > 0 ? spend(candidate.allowance, gain, interval) : candidate.allowance,
    coveredMs: candidate.coveredMs + coveredMs,
  };
}
