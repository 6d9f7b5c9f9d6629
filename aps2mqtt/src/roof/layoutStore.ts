import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../errors.ts';
import { fileProblem, writeProblem } from '../fileProblem.ts';
import { parseJson } from '../json.ts';
import type { Logger } from '../logger.ts';
import type { Layout } from './layout.ts';
import { parseLayout } from './parseLayout.ts';

/** Beside the saved state. */
export const layoutFile = (stateFile: string | null) =>
  stateFile === null ? null : path.join(path.dirname(stateFile), 'roof.json');

/** The layout that a person made, kept over a restart. */
export class LayoutStore {
  readonly #path: string | null;
  readonly #log: Logger;
  #layout: Layout | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** @param path null keeps it in memory */
  constructor(path: string | null, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** Null while nobody has made one. */
  get layout(): Layout | null {
    return this.#layout;
  }

  /** Never rejects: a broken file is set aside, and told. */
  async load(): Promise<void> {
    const path = this.#path;
    if (path === null) {
      return;
    }
    try {
      this.#layout = parseLayout(parseJson(await readFile(path, 'utf8')));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return;
      }
      const moved = await rename(path, `${path}.broken`).then(
        () => ` It is set aside as ${path}.broken`,
        () => '',
      );
      this.#log.warn(`The roof's layout in ${path} cannot be used: ${fileProblem(error)}.${moved}`);
    }
  }

  /**
   * Takes it at once, and writes it: the file is whole at every moment.
   *
   * @returns false where it could not be written, which is told: then it holds until the next start
   */
  async save(layout: Layout): Promise<boolean> {
    this.#layout = layout;
    let isKept = this.#path === null;
    this.#writing = this.#writing.then(async () => {
      isKept ||= await this.#write(layout);
    });
    await this.#writing;
    return isKept;
  }

  async #write(layout: Layout): Promise<boolean> {
    const path = this.#path ?? '';
    const fresh = `${path}.new`;
    try {
      await writeFile(fresh, JSON.stringify(layout), { flush: true });
      await rename(fresh, path);
      return true;
    } catch (error) {
      this.#log.warn(`The roof's layout cannot be saved: ${writeProblem(error, path)}. It holds until the next start`);
      await rm(fresh, { force: true }).catch(() => {});
      return false;
    }
  }
}
