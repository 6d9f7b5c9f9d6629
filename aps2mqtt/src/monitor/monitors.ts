import type { EcuTransport } from '../ecu/transport.ts';
import { faultOf } from '../errors.ts';
import type { Reader, Readers } from '../finding/readers.ts';
import type { EcuOptions } from '../options/options.ts';
import type { SavedEcu } from '../site/savedState.ts';
import { EcuMonitor, type MonitorWorld } from './ecuMonitor.ts';
import type { Registry } from './registry.ts';
import { addressOf } from './source.ts';

interface Watched {
  readonly monitor: EcuMonitor;
  readonly reader: Reader;
  readonly run: Promise<void>;
}

/** One monitor for each address where an ECU is read, side by side. More may come while they run. */
export class Monitors implements Readers {
  readonly #watched = new Map<string, Watched>();
  readonly #transport: (ecu: EcuOptions) => EcuTransport;
  readonly #registry: Registry;
  readonly #world: MonitorWorld;
  readonly #signal: AbortSignal;

  /** @param signal that ends them all */
  constructor(
    transport: (ecu: EcuOptions) => EcuTransport,
    registry: Registry,
    world: MonitorWorld,
    signal: AbortSignal,
  ) {
    this.#transport = transport;
    this.#registry = registry;
    this.#world = world;
    this.#signal = signal;
  }

  read(reader: Reader): void {
    const address = addressOf(reader.ecu);
    const monitor = new EcuMonitor(reader, this.#transport(reader.ecu), this.#registry, this.#world);
    const run = monitor
      .run(this.#signal)
      .catch((error: unknown) => this.#world.log.error(faultOf(error)))
      .finally(() => this.#watched.delete(address));
    this.#watched.set(address, { monitor, reader, run });
  }

  /** Resolves when all of them have ended. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#watched.values(), ({ run }) => run));
  }

  at(address: string): Reader | null {
    return this.#watched.get(address)?.reader ?? null;
  }

  ownerOf(ecuId: string): string | null {
    return this.#registry.ownerOf(ecuId);
  }

  known(): readonly SavedEcu[] {
    return this.#registry.known();
  }

  /** Who watches over this ECU: where it is read, or was read last. */
  find(ecuId: string): EcuMonitor | undefined {
    const address = this.#registry.ownerOf(ecuId) ?? this.#registry.saved(ecuId)?.address;
    const monitor = address === undefined ? undefined : this.#watched.get(address)?.monitor;
    return monitor?.knownId() === ecuId ? monitor : undefined;
  }
}
