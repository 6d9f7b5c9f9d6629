import { networkInterfaces } from 'node:os';

/** All addresses that a computer has. */
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/**
 * An address that others reach a server at.
 *
 * @param host where it listens, which may be everywhere
 * @param interfaces of this computer
 */
export function reachableAt(
  host: string,
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string {
  if (!EVERYWHERE.includes(host)) {
    return host;
  }
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return own?.address ?? 'ADDRESS-OF-THIS-COMPUTER';
}
