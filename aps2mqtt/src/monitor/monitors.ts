import type { EcuTransport } from '../ecu/transport.ts';
import type { EcuOptions } from '../options/options.ts';
import { addressOf, EcuMonitor, type MonitorWorld } from './ecuMonitor.ts';
import type { Registry } from './registry.ts';

/** One monitor for each address where an ECU is read, side by side. */
export class Monitors {
  readonly #monitors = new Map<string, EcuMonitor>();
  readonly #transport: (ecu: EcuOptions) => EcuTransport;
  readonly #registry: Registry;
  readonly #world: MonitorWorld;

  constructor(transport: (ecu: EcuOptions) => EcuTransport, registry: Registry, world: MonitorWorld) {
    this.#transport = transport;
    this.#registry = registry;
    this.#world = world;
  }

  /** Watches over an address until the signal. */
  async watch(ecu: EcuOptions, signal: AbortSignal): Promise<void> {
    const monitor = new EcuMonitor(ecu, this.#transport(ecu), this.#registry, this.#world);
    this.#monitors.set(addressOf(ecu), monitor);
    try {
      await monitor.run(signal);
    } finally {
      this.#monitors.delete(addressOf(ecu));
    }
  }

  /** Who watches over this ECU: where it is read, or was read last. */
  find(ecuId: string): EcuMonitor | undefined {
    const address = this.#registry.ownerOf(ecuId) ?? this.#registry.saved(ecuId)?.address;
    const monitor = address === undefined ? undefined : this.#monitors.get(address);
    return monitor?.knownId() === ecuId ? monitor : undefined;
  }
}
