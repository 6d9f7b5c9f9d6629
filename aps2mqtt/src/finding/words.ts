import { ECU_PORT, hostAndPort } from '../address.ts';
import { ecuModel } from '../ecu/models.ts';
import type { Network } from '../network.ts';
import { allNames } from '../options/names.ts';
import { namesOf } from './networks.ts';
import type { OtherDevice } from './scan.ts';

/** An address as people know it: the port is told where it is not every ECU's. */
export function shownAt(host: string, port: number): string {
  return port === ECU_PORT ? host : hostAndPort(host, port);
}

export function foundWords(ecuId: string, host: string, port: number): string {
  return `Found an ${ecuModel(ecuId).name} at ${shownAt(host, port)}`;
}

/** An ECU that is there, and not wanted. */
export function otherWords(ecuId: string, host: string, port: number): string {
  return `There is an ${ecuModel(ecuId).name} at ${shownAt(host, port)}, too, which is not in the options`;
}

export function movedWords(ecuId: string, from: { host: string; port: number }, host: string, port: number): string {
  return `${ecuModel(ecuId).name} ${ecuId} has moved from ${shownAt(from.host, from.port)} to ${shownAt(host, port)}`;
}

export function lostWords(ecuId: string, networks: readonly Network[]): string {
  return (
    `${ecuModel(ecuId).name} ${ecuId} is silent, and was not found at another address of ${namesOf(networks)}. ` +
    'Looking again every 30 minutes while it is silent'
  );
}

export function severalWords(count: number): string {
  return (
    `${count} ECUs were found for one entry of the options: its name, restart and WiFi count for none of them. ` +
    'Give each ECU an entry with its address'
  );
}

export const NO_NETWORK =
  'There is no private network to look for ECUs in. ' +
  `Set ${allNames('ecu.host')} to the address of your ECU, or to a network such as 192.168.1.0/24`;

/** What Docker gives to a container, and hardly anybody to a home. */
const DOCKER = /\b172\.(?:1[7-9]|2\d|3[01])\./;

export function nothingFoundWords(networks: readonly Network[], others: readonly OtherDevice[]): string {
  const odd = others.length === 0 ? '' : ` (${others.map(({ host }) => host).join(', ')}: no ECU, but the same port)`;
  const isContainer = networks.every(({ name }) => DOCKER.test(name));
  const container = isContainer ? "That is Docker's network. Name your own: APS_ECU_IP=192.168.1.0/24. " : '';
  return (
    `No ECU found in ${namesOf(networks)}${odd}. ${container}` +
    'An ECU-R (2160…) and an ECU-B (2163…) answer on their WiFi only, with the network cable out; ' +
    'an ECU-R-Pro (2162…) and an ECU-C (215…) on cable or WiFi. Check that, and unplug the ECU for ten seconds. ' +
    'Looking again in 10 minutes, then every hour'
  );
}
