import type { LearnedTiming } from '../polling/learnedTiming.ts';
import type { Place } from '../site/assemble.ts';

/** An address where an ECU is read. */
export interface Source {
  readonly address: string;
  readonly place: Place;
  /** Whether this ECU can be restarted from here, and the person wants that. */
  mayRestart(ecuId: string): boolean;
  /** Asks soon: the ECU may be read here now. */
  refresh(): void;
  /** What is learned at this address, to be kept over a restart. */
  learned(): { readonly timing: LearnedTiming | null; readonly restarts: readonly number[] };
}
