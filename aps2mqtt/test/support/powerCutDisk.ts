import type { Files } from '../../src/site/stateStore.ts';

export class PowerCut extends Error {}

/** Decides what a file that was written but not synced holds after a power cut. */
export type Loss = (text: string) => string;

/**
 * A disk that can lose power at each step. What was synced stays; what was not may be lost in part (its text) or as a
 * whole (a rename whose folder was not synced), whichever is worse for the test at hand.
 */
export class PowerCutDisk implements Files {
  /** What programs see. */
  readonly seen: Map<string, string>;
  #steps = 0;
  #unsynced = new Set<string>();
  #beforeRename: Map<string, string> | null = null;
  readonly #cutAt: number;

  /** @param cutAt power goes with this step, from 1 */
  constructor(files: ReadonlyMap<string, string> = new Map(), cutAt = Number.POSITIVE_INFINITY) {
    this.seen = new Map(files);
    this.#cutAt = cutAt;
  }

  get steps(): number {
    return this.#steps;
  }

  async read(path: string): Promise<string> {
    const text = this.seen.get(path);
    if (text === undefined) {
      throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
    }
    return text;
  }

  async open(path: string, flags: 'r' | 'w') {
    this.#step();
    const isFolder = flags === 'r';
    if (!isFolder) {
      this.seen.set(path, '');
      this.#unsynced.add(path);
    }
    return {
      writeFile: async (text: unknown) => {
        // Half of it may be out when power goes.
        this.seen.set(path, String(text).slice(0, String(text).length / 2));
        this.#step();
        this.seen.set(path, String(text));
      },
      sync: async () => {
        this.#step();
        if (isFolder) {
          this.#beforeRename = null;
        } else {
          this.#unsynced.delete(path);
        }
      },
      close: async () => this.#step(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    this.#beforeRename = new Map(this.seen);
    const text = await this.read(from);
    this.seen.delete(from);
    this.seen.set(to, text);
    if (this.#unsynced.delete(from)) {
      this.#unsynced.add(to);
    }
  }

  async remove(path: string): Promise<void> {
    this.#step();
    this.seen.delete(path);
  }

  /** What the next start finds. */
  afterCut(isRenameLost: boolean, loss: Loss): Map<string, string> {
    const files = new Map(isRenameLost && this.#beforeRename !== null ? this.#beforeRename : this.seen);
    for (const path of this.#unsynced) {
      const text = files.get(path);
      if (text !== undefined) {
        files.set(path, loss(text));
      }
    }
    return files;
  }

  #step(): void {
    this.#steps++;
    if (this.#steps >= this.#cutAt) {
      throw new PowerCut('no power');
    }
  }
}
