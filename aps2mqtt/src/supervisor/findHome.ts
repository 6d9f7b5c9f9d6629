import type { Adapter, Home, Neighbour } from '../finding/networks.ts';
import { asObject, type JsonObject } from '../json.ts';
import type { SupervisorAccess } from '../options/app.ts';
import { withCoreSocket } from './coreSocket.ts';

/** What is known of devices is a hint: it is not waited for any longer, ms. */
const HINTS_MS = 2_000;

/**
 * The home's networks as Home Assistant knows them, and the devices that it has seen there. The app itself sits on
 * Docker's own network, and reaches the home's by way of it.
 *
 * @throws SupervisorError, also while Home Assistant starts
 * @throws the signal's reason when it is aborted
 */
export function findHome({ url, token }: SupervisorAccess, signal: AbortSignal, hintsMs = HINTS_MS): Promise<Home> {
  return withCoreSocket(url, token, signal, async (core) => {
    const hints = core.firstEvent('dhcp/subscribe_discovery').then(readNeighbours, () => []);
    const adapters = readAdapters(await core.ask('network'));
    return { adapters, neighbours: await atMost(hintsMs, hints, []) };
  });
}

/** Of the cards that Home Assistant uses: `{adapters: [{name, enabled, ipv4: [{address, network_prefix}]}]}`. */
function readAdapters({ adapters }: JsonObject): Adapter[] {
  return objects(adapters)
    .filter(({ enabled }) => enabled === true)
    .flatMap(({ name, ipv4 }) =>
      objects(ipv4).flatMap(({ address, network_prefix: prefix }) =>
        typeof address === 'string' && typeof prefix === 'number' ? [{ name: String(name), address, prefix }] : [],
      ),
    );
}

/** `{add: [{mac_address, hostname, ip_address}]}` */
function readNeighbours({ add }: JsonObject): Neighbour[] {
  return objects(add).flatMap(({ mac_address: mac, hostname, ip_address: address }) =>
    typeof mac === 'string' && typeof address === 'string'
      ? [{ mac: mac.toLowerCase(), hostName: typeof hostname === 'string' ? hostname : '', address }]
      : [],
  );
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

async function atMost<T>(ms: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
