import type { EcuError } from '../errors.ts';
import type { InvertersReply } from './inverters.ts';
import type { EcuSummary } from './summary.ts';

/** All that an ECU says at one moment. */
export interface EcuReading {
  readonly summary: EcuSummary;
  readonly inverters: InvertersReply;
  /** Raw signal by inverter id; null when it could not be read, or the ECU has none. */
  readonly signal: ReadonlyMap<string, number> | null;
}

/** What one poll brought home: totals and inverters of one poll round, or the half that could be read. */
export interface PolledReading {
  /** 12 digits: of the summary, else the id that the inverters' reply has answered to. */
  readonly ecuId: string;
  /** Null when it could not be read; the inverters were, then. */
  readonly summary: EcuSummary | null;
  /** Null when they could not be read; the summary was, then. */
  readonly inverters: InvertersReply | null;
  /** Why a half is missing; null when none is. */
  readonly problem: EcuError | null;
}

/** Does any inverter work? By its records, or by the summary where there are none to read. */
export function isAnyOnline({ summary, inverters }: Pick<PolledReading, 'summary' | 'inverters'>): boolean {
  return inverters?.kind === 'data'
    ? inverters.records.some(({ online }) => online)
    : (summary?.invertersOnline ?? 0) > 0;
}
