import { isIP } from 'node:net';

/** Names that no stranger's name server can point to us: of the home network alone. */
const OWN_ENDINGS = ['.local', '.lan', '.home.arpa'];

/**
 * Is the name by which somebody reached us one of ours? A foreign page whose own name was made to point to our address
 * (DNS rebinding) comes with that name.
 *
 * @param host the `Host` header, with or without port
 * @param allowed further names, in lower case
 */
export function isOwnHost(host: string | undefined, allowed: readonly string[]): boolean {
  const name = hostName(host);
  if (name === null) {
    return false;
  }
  const isPlain = /^[a-z0-9_-]+$/.test(name);
  return isIP(name) !== 0 || isPlain || OWN_ENDINGS.some((ending) => isBelow(name, ending)) || allowed.includes(name);
}

/** Without port and brackets, in lower case; null for what is no host name. */
export function hostName(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '');
  const name = (match?.[1] ?? match?.[2] ?? '').toLowerCase().replace(/\.$/, '');
  return name === '' || (match?.[1] !== undefined && isIP(name) !== 6) ? null : name;
}

function isBelow(name: string, ending: string): boolean {
  return name.endsWith(ending) && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name.slice(0, -ending.length));
}
