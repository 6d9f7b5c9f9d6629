import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, messageOf } from '../errors.ts';
import { fileProblem, writeProblem } from '../fileProblem.ts';
import type { Logger } from '../logger.ts';
import { NOTHING_SAVED, parseSavedState, printSavedState, type SavedState } from './savedState.ts';

/** All that the store needs of a file system. */
export interface Files {
  read(path: string): Promise<string>;
  open(path: string, flags: 'r' | 'w'): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export const nodeFiles: Files = {
  read: (path) => readFile(path, 'utf8'),
  open,
  rename,
  remove: (path) => rm(path, { force: true }),
};

/**
 * Keeps the saved state in a file. At every moment, a power cut's included, the file is whole: the old one or the new
 * one. Whatever goes wrong is told once and never stops the program.
 */
export class StateStore {
  readonly #path: string | null;
  readonly #files: Files;
  readonly #log: Logger;
  /** The text that the file has; null where that is not known. */
  #written: string | null = null;
  #wanted: SavedState | null = null;
  #writing: Promise<void> | null = null;
  #isFailing = false;

  /** @param path null keeps nothing */
  constructor(path: string | null, files: Files, log: Logger) {
    this.#path = path;
    this.#files = files;
    this.#log = log;
  }

  async load(): Promise<SavedState> {
    const path = this.#path;
    const text = path === null ? null : await this.#read(path);
    if (path === null || text === null) {
      return NOTHING_SAVED;
    }
    try {
      const state = parseSavedState(text);
      this.#written = text;
      return state;
    } catch (error) {
      await this.#setAside(path, messageOf(error));
      return NOTHING_SAVED;
    }
  }

  /**
   * Writes what has changed, one write at a time: of the states that come in the meantime only the newest is written.
   * Never rejects. Resolves when the newest is written, or could not be.
   */
  save(state: SavedState): Promise<void> {
    if (this.#path === null) {
      return Promise.resolve();
    }
    this.#wanted = state;
    this.#writing ??= this.#writeWanted(this.#path);
    return this.#writing;
  }

  get isWriting(): boolean {
    return this.#writing !== null;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #read(path: string): Promise<string | null> {
    try {
      return await this.#files.read(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        this.#log.warn(`The saved state cannot be read: ${fileProblem(error)}. Starting without it`);
      }
      return null;
    }
  }

  async #setAside(path: string, reason: string): Promise<void> {
    const aside = `${path}.broken`;
    const moved = await this.#files.rename(path, aside).then(
      () => `It is set aside as ${aside}`,
      () => 'It will be written anew',
    );
    this.#log.warn(`The saved state in ${path} cannot be used: ${reason}. ${moved}`);
  }

  async #writeWanted(path: string): Promise<void> {
    // What many ECUs save at the same moment is printed and written once.
    await Promise.resolve();
    while (this.#wanted !== null) {
      const text = printSavedState(this.#wanted);
      this.#wanted = null;
      if (text !== this.#written) {
        await this.#tryToWrite(path, text);
      }
    }
    // In the same breath as the last look at what is wanted: nothing comes in between.
    this.#writing = null;
  }

  async #tryToWrite(path: string, text: string): Promise<void> {
    try {
      await this.#write(path, text);
      this.#written = text;
      this.#tellEdge(false, `The state is saved to ${path} again`);
    } catch (error) {
      this.#tellEdge(
        true,
        `The state cannot be saved: ${writeProblem(error, path)}. It is kept in memory; trying again`,
      );
    }
  }

  /** A whole new file takes the old one's place in one step. The order of syncs makes that hold in a power cut. */
  async #write(path: string, text: string): Promise<void> {
    const fresh = `${path}.new`;
    try {
      await this.#synced(fresh, 'w', (handle) => handle.writeFile(text));
      await this.#files.rename(fresh, path);
    } catch (error) {
      this.#written = null;
      await this.#files.remove(fresh).catch(() => {});
      throw error;
    }
    // Some file systems can't sync a folder. The file is whole all the same.
    await this.#synced(dirname(path), 'r', async () => {}).catch(() => {});
  }

  async #synced(
    path: string,
    flags: 'r' | 'w',
    use: (handle: Awaited<ReturnType<Files['open']>>) => Promise<void>,
  ): Promise<void> {
    const handle = await this.#files.open(path, flags);
    try {
      await use(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  #tellEdge(isFailing: boolean, text: string): void {
    if (isFailing !== this.#isFailing) {
      this.#isFailing = isFailing;
      this.#log[isFailing ? 'warn' : 'info'](text);
    }
  }
}
