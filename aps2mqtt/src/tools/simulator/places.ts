import { UsageError } from '../../errors.ts';
import type { Place } from './simulator.ts';

/**
 * An address for each ECU, all with the same port; or ports one behind the other at a single address.
 *
 * @throws UsageError
 */
export function placesFor(ecus: number, host: string, port: number): [Place, ...Place[]] {
  const hosts = host.split(',').map((one) => one.trim());
  const [first = host] = hosts;
  if (hosts.length > 1 && hosts.length !== ecus) {
    throw new UsageError(`--host: ${hosts.length} addresses for ${ecus === 1 ? 'one ECU' : `${ecus} ECUs`}`);
  }
  const isCounting = hosts.length === 1 && port !== 0;
  const place = (index: number) => ({ host: hosts[index] ?? first, port: isCounting ? port + index : port });
  if (place(ecus - 1).port > 65_535) {
    throw new UsageError(`--port ${port}: no room for ${ecus} ports up to 65535`);
  }
  return [place(0), ...Array.from({ length: ecus - 1 }, (_, index) => place(index + 1))];
}
