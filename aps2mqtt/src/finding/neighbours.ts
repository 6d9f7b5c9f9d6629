import { isPrivateAddress } from '../network.ts';
import type { Neighbour } from './networks.ts';

/** Makers of an ECU's network cards: Ethernet of all, WiFi of an ECU-R-Pro and ECU-C. */
const ECU_CARDS = ['80:97:1b:', '60:c5:a8:'];
/** The WiFi module of an ECU-R and ECU-B calls itself so, as many other devices do. */
const MODULE_NAME = /^esp_[0-9a-f]{6}$/i;

/** A device whose card only an ECU has. */
export function isEcuCard({ mac }: Neighbour): boolean {
  return ECU_CARDS.some((prefix) => mac.startsWith(prefix));
}

/** Addresses at which an ECU may be, the likeliest first. */
export function likelyAddresses(neighbours: readonly Neighbour[]): string[] {
  const owned = neighbours.filter(({ address }) => isPrivateAddress(address));
  const cards = owned.filter(isEcuCard);
  const modules = owned.filter(({ hostName }) => MODULE_NAME.test(hostName));
  return [...new Set([...cards, ...modules].map(({ address }) => address))];
}
