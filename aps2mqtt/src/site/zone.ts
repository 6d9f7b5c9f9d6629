import { IANAZone } from 'luxon';
import type { EcuSummary } from '../ecu/summary.ts';

/** Where an ECU says it is. One that runs RTOS says `Etc/GMT-8` wherever it is: no word on that. */
export function ownZone({ timeZone }: EcuSummary): string | null {
  return timeZone !== null && timeZone !== 'Etc/GMT-8' && IANAZone.isValidZone(timeZone) ? timeZone : null;
}

/** The ECU's own zone, where its clock shows another time by it than by the one of the options; else null. */
export function otherZone(summary: EcuSummary, timezone: string, at: Date): string | null {
  const own = ownZone(summary);
  const offset = (zone: string) => IANAZone.create(zone).offset(at.getTime());
  return own !== null && offset(own) !== offset(timezone) ? own : null;
}
