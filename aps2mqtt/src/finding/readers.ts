import type { EcuOptions } from '../options/options.ts';
import type { SavedEcu } from '../site/savedState.ts';

/** An address where somebody reads an ECU, or tries to. */
export interface Reader {
  readonly ecu: EcuOptions;
  /** The address in the options that it stands for: its own, or the one that its ECU has left. Null for a found one. */
  readonly typed: string | null;
  /** The ECU that was found there; null where somebody has typed the address. */
  readonly ecuId: string | null;
}

/** Those who read ECUs. Addresses are as `hostAndPort` has them. */
export interface Readers {
  /** Null where nobody reads. */
  at(address: string): Reader | null;
  /** The address that speaks for this ECU now; null while it does not answer. */
  ownerOf(ecuId: string): string | null;
  /** All ECUs that are known, each with the address where it was read last. */
  known(): readonly SavedEcu[];
  /** Begins to read there. */
  read(reader: Reader): void;
}
