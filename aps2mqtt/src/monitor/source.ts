import { hostAndPort } from '../address.ts';
import type { EcuOptions } from '../options/options.ts';
import type { Place } from '../site/assemble.ts';
import type { SavedEcu } from '../site/savedState.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';

/** An address where an ECU is read. */
export interface Source {
  readonly address: string;
  /** The address in the options that it stands for, itself or another one; null for one that was found. */
  readonly typedAddress: string | null;
  readonly place: Place;
  /** Whether this ECU can be restarted from here, and the person wants that. */
  mayRestart(ecuId: string): boolean;
  /** Asks soon: the ECU may be read here now. */
  refresh(): void;
  /** What is learned at this address, to be kept over a restart. */
  learned(): Pick<SavedEcu, 'timing' | 'restarts' | 'sides'>;
  /** The snapshot with what comes from elsewhere than port 8899. */
  extend(snapshot: EcuSnapshot): EcuSnapshot;
}

/** Does the address stand in the options? */
export function isTyped({ address, typedAddress }: Pick<Source, 'address' | 'typedAddress'>): boolean {
  return typedAddress === address;
}

/** How an ECU is called before its id is known, and found again in the saved state. */
export function addressOf({ host, port }: Pick<EcuOptions, 'host' | 'port'>): string {
  return hostAndPort(host, port);
}
