import type { KeptDiscovery } from '../homeassistant/keptDiscovery.ts';
import type { RemovedDevice } from '../site/savedState.ts';

/** More than an ECU has: anybody on the broker can name inverters to remove. */
const MOST = 200;

interface Entry extends RemovedDevice {
  /** The connection on which its topics were emptied, and when; null for not yet. */
  readonly emptied: { readonly connection: number; readonly at: number } | null;
}

/** A connection that goes on for so long, ms, has delivered what was said on it. */
const DELIVERED_MS = 60_000;

/**
 * What was removed. It is remembered, over restarts too, until the broker has heard of it, or it is there again: once
 * forgotten, nobody would know what to look for.
 */
export class Removed {
  readonly #entries = new Map<string, Entry>();

  constructor(saved: readonly RemovedDevice[]) {
    for (const one of saved) {
      this.add(one);
    }
  }

  get all(): readonly RemovedDevice[] {
    return Array.from(this.#entries.values(), ({ ecuId, inverterId }) => ({ ecuId, inverterId }));
  }

  get ids(): readonly string[] {
    return this.all.map(({ ecuId, inverterId }) => inverterId ?? ecuId);
  }

  add({ ecuId, inverterId }: RemovedDevice): void {
    const key = keyOf(ecuId, inverterId);
    // The newest comes last.
    this.#entries.delete(key);
    this.#entries.set(key, { ecuId, inverterId, emptied: null });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }

  /** They are there again. */
  restore(ecuId: string, inverterIds: readonly string[]): void {
    for (const inverterId of this.#entries.size === 0 ? [] : [null, ...inverterIds]) {
      this.#entries.delete(keyOf(ecuId, inverterId));
    }
  }

  /** Is this the discovery of something that was removed, and not moved to another ECU? */
  covers({ deviceId, ecuId }: KeptDiscovery): boolean {
    return this.all.some((one) =>
      one.inverterId === null
        ? one.ecuId === deviceId || one.ecuId === ecuId
        : one.inverterId === deviceId && (ecuId === null || ecuId === one.ecuId),
    );
  }

  /** Those whose topics are to be emptied now: each once on a connection. */
  take(connection: number, now: Date): readonly RemovedDevice[] {
    const due = [...this.#entries].filter(([, { emptied }]) => emptied?.connection !== connection);
    for (const [key, entry] of due) {
      this.#entries.set(key, { ...entry, emptied: { connection, at: now.getTime() } });
    }
    return due.map(([, entry]) => entry);
  }

  /** @returns those that the broker has heard of, which are forgotten herewith */
  takeDelivered(connection: number, now: Date): readonly RemovedDevice[] {
    const done = [...this.#entries].filter(
      ([, { emptied }]) => emptied?.connection === connection && Math.abs(now.getTime() - emptied.at) >= DELIVERED_MS,
    );
    for (const [key] of done) {
      this.#entries.delete(key);
    }
    return done.map(([, entry]) => entry);
  }
}

const keyOf = (ecuId: string, inverterId: string | null) => `${ecuId}/${inverterId ?? ''}`;
