import type { EcuSearch } from '../options/options.ts';
import type { SavedEcu } from '../site/savedState.ts';
import { Follower } from './follower.ts';
import { type FinderWorld, Lookout } from './lookout.ts';
import type { Reader, Readers } from './readers.ts';
import { Searcher } from './searcher.ts';
import { SearchGroup } from './searchGroup.ts';

/** Finds the ECUs that nobody has typed an address of, and those that have left theirs. */
export interface Finder {
  /** Has those that were found before this start read where they were, and looks for others. Runs until the signal. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Nobody has answered at an address for three polls or more, or another ECU does. Not to be called while silence is
   * usual.
   */
  wake(): void;
}

export function createFinder(searches: readonly EcuSearch[], readers: Readers, world: FinderWorld): Finder {
  const groups = searches.map((search) => new SearchGroup(search));
  const lookout = new Lookout(readers, world);
  const searcher = new Searcher(groups, lookout);
  const follower = new Follower(groups, lookout);
  return {
    wake: () => follower.wake(),
    async run(signal) {
      resume(groups, readers);
      await Promise.all([searcher.run(signal), follower.run(signal)]);
    },
  };
}

/** Where an ECU was found before this start. */
function resume(groups: readonly SearchGroup[], readers: Readers): void {
  const places = readers.known().flatMap((ecu) => {
    const { host, port } = hostAndPortOf(ecu);
    if (readers.at(ecu.address) !== null) {
      return [];
    }
    const entry = readers.at(ecu.typedAddress ?? '');
    const group = entry === null ? groups.find((one) => one.covers(host, port)) : undefined;
    // All of a group's are known before one of them gets what only one can have.
    group?.add(ecu.ecuId);
    return [{ ecuId: ecu.ecuId, host, port, entry, group }];
  });
  for (const { ecuId, host, port, entry, group } of places) {
    const reader: Reader | null =
      entry !== null
        ? { ecu: { ...entry.ecu, host, port }, typed: entry.typed, ecuId }
        : ((group && { ecu: group.settingsAt(host), typed: null, ecuId }) ?? null);
    if (reader !== null) {
      readers.read(reader);
    }
  }
}

/** What was found has an IPv4 address; of all others the host is empty. */
function hostAndPortOf({ address }: SavedEcu): { host: string; port: number } {
  const { host = '', port = '' } = /^(?<host>[\d.]+):(?<port>\d+)$/.exec(address)?.groups ?? {};
  return { host, port: Number(port) };
}
