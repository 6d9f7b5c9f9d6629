import { codeOf } from './errors.ts';

/** Every ECU that can be read serves this port. */
export const ECU_PORT = 8899;

/** An address as people read and type it: one of IPv6 stands in brackets, or its port would look like a part of it. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What Node's codes mean to a person who has typed an address. */
const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection reset'],
  ['EHOSTUNREACH', 'no device at this address'],
  ['ETIMEDOUT', 'no device at this address'],
  ['ENETUNREACH', 'no way to this network'],
  ['EADDRNOTAVAIL', 'no network card here has this address'],
  ['ENOTFOUND', 'no such host name'],
  ['EAI_AGAIN', 'the host name cannot be looked up'],
]);

/** Why a connection could not be made or broke, in plain words; the error's own where it is none of the usual cases. */
export function connectionProblem(error: Error): string {
  return PROBLEMS.get(codeOf(error)) ?? error.message;
}
