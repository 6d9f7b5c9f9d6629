import { ECU_PORT } from '../address.ts';
import { ecuModel } from '../ecu/models.ts';
import { parseNetwork } from '../network.ts';
import type { EcuSearch } from '../options/options.ts';
import { type Home, hostsOf, networksOf } from './networks.ts';
import type { scan } from './scan.ts';

/** What serves the ECU's port. */
export interface Seen {
  readonly host: string;
  /** 12 digits; null where something else answers. */
  readonly ecu: string | null;
  readonly model: string | null;
  readonly inverters: number | null;
  /** What it did in place of an ECU's answer. */
  readonly problem: string | null;
}

/**
 * Looks once, by a person's word, and changes nothing: in the networks of the options, else in the home's.
 *
 * @throws Error with the reason, for people, while nobody can tell the home's networks
 */
export async function lookNow(
  searches: readonly EcuSearch[],
  world: { readonly scan: typeof scan; readonly home: (signal: AbortSignal) => Promise<Home> },
  signal: AbortSignal,
): Promise<{ readonly networks: readonly string[]; readonly found: readonly Seen[] }> {
  const typed = searches.flatMap(({ network }) => (network === null ? [] : [parseNetwork(network)]));
  const networks = typed.length > 0 ? typed : networksOf((await world.home(signal)).adapters);
  const port = searches[0]?.port ?? ECU_PORT;
  const { ecus, others } = await world.scan({ hosts: hostsOf(networks), port }, signal);
  const nobody = { ecu: null, model: null, inverters: null };
  return {
    networks: networks.map(({ name }) => name),
    found: [
      ...ecus.map(({ host, summary: { ecuId, invertersRegistered } }) => ({
        host,
        ecu: ecuId,
        model: ecuModel(ecuId).name,
        inverters: invertersRegistered,
        problem: null,
      })),
      ...others.map(({ host, problem }) => ({ ...nobody, host, problem })),
    ],
  };
}
