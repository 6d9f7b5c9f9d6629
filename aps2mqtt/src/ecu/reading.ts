import type { InvertersReply } from './inverters.ts';
import type { EcuSummary } from './summary.ts';

/** What one poll brought home. */
export interface EcuReading {
  readonly summary: EcuSummary;
  readonly inverters: InvertersReply;
  /** Raw signal by inverter id; null when it could not be read, or the ECU has none. */
  readonly signal: ReadonlyMap<string, number> | null;
}

/** Does any inverter work? By its records, or by the summary where there are none to read. */
export function isAnyOnline({ summary, inverters }: EcuReading): boolean {
  return inverters.kind === 'data' ? inverters.records.some(({ online }) => online) : summary.invertersOnline > 0;
}
