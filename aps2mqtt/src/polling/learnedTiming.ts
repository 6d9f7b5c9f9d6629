import { isObject } from '../json.ts';

/** What is learned of an ECU's poll rounds. Small and serialisable: with it a restart begins settled. All in ms. */
export interface LearnedTiming {
  /** From one round's stamp to the next. */
  readonly roundMs: number;
  /** Our time by which nearly all rounds show, minus their stamps read as UTC: zones and clock errors are in it. */
  readonly offsetMs: number;
}

export const MINUTE_MS = 60_000;
/** Rounds take 5 minutes or more. Stamps nearer or further apart than these are of a clock that was set. */
export const SHORTEST_ROUND_MS = 2 * MINUTE_MS;
export const LONGEST_ROUND_MS = 120 * MINUTE_MS;

/** Reads what was saved, by 3.0.0 as well, which kept an early moment and how much later is sure; null for anything else. */
export function parseTiming(value: unknown): LearnedTiming | null {
  if (!isObject(value)) {
    return null;
  }
  const { roundMs, offsetMs, spreadMs = 0 } = value;
  return isWithin(roundMs, SHORTEST_ROUND_MS, LONGEST_ROUND_MS) &&
    isWithin(offsetMs, -1e14, 1e14) &&
    isWithin(spreadMs, 0, MINUTE_MS)
    ? { roundMs, offsetMs: offsetMs + spreadMs }
    : null;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
