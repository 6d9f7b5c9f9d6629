import { IANAZone } from 'luxon';
import { UsageError } from '../errors.ts';
import { systemZone } from '../options/environment.ts';
import type { Environment } from '../options/environmentType.ts';

/**
 * The zone of an ECU's clock: the one that was typed, else this computer's.
 *
 * @throws UsageError when there is no such zone
 */
export function timezoneOf(typed: string | undefined, environment: Environment): string {
  const zone = typed ?? systemZone(environment);
  if (!IANAZone.isValidZone(zone)) {
    throw new UsageError(`--timezone ${zone}: a time zone looks like Europe/Paris`);
  }
  return zone;
}
