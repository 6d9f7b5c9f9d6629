import type { Readings } from './counters.ts';
import { type Ledger, type RoundInverter, rounded, sum } from './ledger.ts';

/** A poll round as it is counted. */
export interface CountingRound {
  /** The ECU's, `yyyy-mm-dd hh:mm:ss` by its clock; null where that is not set. */
  readonly stamp: string | null;
  /** When we had it, ms since 1970. */
  readonly at: number;
  /** At the site by our clock, `yyyy-mm-dd`. */
  readonly day: string;
  /** Of that day, 0 to 1439. */
  readonly minute: number;
  /** kWh, as the guard of the ECU's counters accepts it; null for what was not told with this round. */
  readonly lifetime: number | null;
  /** kWh, the same. */
  readonly today: number | null;
  readonly inverters: readonly RoundInverter[];
}

const HOUR_MS = 3_600_000;
/** Of the strongest panel: no counter has grown by more. */
const WATTS_PER_PANEL = 1_000;

/**
 * What the round tells of the counters. Beside an inverter that works and whose powers can't be read they tell nothing of
 * the others: null, as if they were not told, would let its energy come out later.
 */
export function readingsOf(round: CountingRound, { rows }: Ledger, ms: number, isBlind: boolean): Readings {
  const panels = Math.max(1, sum(rows.map(({ powers }) => powers.length)));
  const most = isBlind ? -1 : panels * WATTS_PER_PANEL * (ms / HOUR_MS + 1);
  return { lifetime: toWh(round.lifetime), today: toWh(round.today), most };
}

function toWh(kWh: number | null): number | null {
  return kWh === null ? null : rounded(kWh * 1_000);
}

/** It works, and what it makes is not known. */
export function isUnread(round: CountingRound) {
  const told = new Map(round.inverters.map(({ id, powers }) => [id, powers]));
  return ({ id, online }: { readonly id: string; readonly online: boolean | null }) => {
    const powers = told.get(id) ?? [];
    return online === true && (powers.length === 0 || powers.includes(null));
  };
}

/** Of its day, 0 to 23. */
export const hourOf = ({ minute }: CountingRound) => Math.floor(minute / 60);

/** By the ECU's clock. */
export const dayOf = (stamp: string | null) => stamp?.slice(0, 10) ?? null;
