import { UsageError } from '../../errors.ts';
import type { LyingSource } from './lies.ts';
import type { SimulatedModbus } from './modbusServer.ts';
import type { Simulator } from './simulator.ts';
import type { SimulatedSite } from './siteState.ts';
import type { SimulatedWeb } from './webServer.ts';

/** One of the ECUs that `simulate` runs. */
export interface SimulatedEcu {
  readonly simulator: Simulator;
  readonly lies: LyingSource;
  /** Null while captures are replayed. */
  readonly site: SimulatedSite | null;
  /** Null where they are not served. */
  readonly modbus: SimulatedModbus | null;
  readonly web: SimulatedWeb | null;
}

/** All that runs. */
export interface Stage {
  readonly ecus: readonly SimulatedEcu[];
  /** Whether a fault joins those before it; otherwise it takes their place. */
  readonly faultsAddUp: boolean;
  /** Ends the simulator. */
  end(): void;
}

/** What a line is understood as: something for each ECU that it is about, or for all of them together. */
export type Act =
  | { readonly kind: 'each'; readonly act: (ecu: SimulatedEcu, stage: Stage) => Promise<string> | string }
  | { readonly kind: 'together'; readonly act: (stage: Stage) => Promise<string> | string };

/** A word that a person can type or write into a script. */
export interface Word {
  /** With what stands behind it. */
  readonly usage: string;
  readonly meaning: string;
  /**
   * @param words behind this one, in small letters
   * @param sites that it is about; null for a replay
   * @throws UsageError
   */
  parse(words: readonly string[], sites: readonly (SimulatedSite | null)[]): Act;
}

export type Words = Readonly<Record<string, Word>>;

export const each = (act: (ecu: SimulatedEcu, stage: Stage) => Promise<string> | string): Act => ({
  kind: 'each',
  act,
});
export const together = (act: (stage: Stage) => Promise<string> | string): Act => ({ kind: 'together', act });

/** @throws UsageError where captures are replayed, which are served as they are */
export function siteFor(word: string, site: SimulatedSite | null | undefined): SimulatedSite {
  if (site == null) {
    throw new UsageError(`${word}: captured replies are served as they are`);
  }
  return site;
}

/** What a word does with a site, once it is clear that there is one. */
export function eachSite(
  word: string,
  sites: readonly (SimulatedSite | null)[],
  act: (site: SimulatedSite) => string,
): Act {
  for (const site of sites) {
    siteFor(word, site);
  }
  return each(({ site }) => act(siteFor(word, site)));
}
