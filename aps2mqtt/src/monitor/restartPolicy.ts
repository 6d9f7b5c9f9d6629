import { type EcuError, EcuSilentError, EcuUnreachableError } from '../errors.ts';

/** How long the ECU at one address has not answered, and what was done about it. */
export interface Outage {
  /** Polls in a row to which not one byte came back. */
  readonly polls: number;
  /** When it was restarted, ms since 1970; the newest last. */
  readonly restarts: readonly number[];
  /** The person was told to power-cycle it. */
  readonly isTold: boolean;
}

export const NO_OUTAGE: Outage = { polls: 0, restarts: [], isTold: false };

export type Remedy = 'none' | 'restart' | 'powerCycle';

/** Polls in a row without an answer, after which something is done. */
export const SILENT_POLLS = 5;
const RESTARTS_A_DAY = 2;
const DAY_MS = 24 * 3_600_000;
/** A restart that is further ahead was made while our clock was wrong. Nearer ones count, so that nobody restarts more. */
const WRONG_CLOCK_MS = 7 * DAY_MS;
/** A restarted ECU has no data for so long. */
const GRACE_MS = 10 * 60_000;

/**
 * @param error of the poll; null for an answer. A reply that we can't read is an answer as well; where nothing of ours
 *   has arrived, the ECU could not have answered
 */
export function afterPoll(outage: Outage, error: EcuError | null): Outage {
  if (error instanceof EcuUnreachableError) {
    return outage;
  }
  return error instanceof EcuSilentError
    ? { ...outage, polls: outage.polls + 1 }
    : { ...outage, polls: 0, isTold: outage.isTold && error !== null };
}

/** @param isGap in the nightly half hour in which ECUs are silent (`isMaintenanceGap`) */
export function remedyFor(outage: Outage, at: Date, isGap: boolean, isRestartable: boolean): Remedy {
  const { polls, restarts, isTold } = outage;
  if (polls < SILENT_POLLS || isGap || isInGrace(outage, at)) {
    return 'none';
  }
  const today = restarts.map((ms) => at.getTime() - ms).filter((ago) => ago < DAY_MS && ago > -WRONG_CLOCK_MS);
  if (isRestartable && today.length < RESTARTS_A_DAY) {
    return 'restart';
  }
  return isTold ? 'none' : 'powerCycle';
}

/** Was it restarted a moment ago? Then its silence means nothing yet. */
export function isInGrace({ restarts }: Outage, at: Date): boolean {
  // A clock that has been set back since must not make it last.
  return restarts.some((ms) => Math.abs(at.getTime() - ms) < GRACE_MS);
}

/** Silence counts anew, and the day's restarts add up whether they helped or not. */
export function afterRestart(outage: Outage, at: Date): Outage {
  return { ...outage, polls: 0, restarts: [...outage.restarts, at.getTime()].slice(-RESTARTS_A_DAY) };
}
