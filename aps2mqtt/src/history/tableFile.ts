import { type FileHandle, open } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import { lastColumns } from './table.ts';

/** What a table file asks of a file system; Node's own is the default. */
export interface TableFiles {
  open(
    path: string,
    flags: 'a' | 'r+',
  ): Promise<Pick<FileHandle, 'readFile' | 'truncate' | 'writeFile' | 'sync' | 'close'>>;
}

const nodeTableFiles: TableFiles = { open };

/**
 * A table that only grows by lines at its end. After a power cut, or a disk that was full, its last line may be torn: that
 * is cut off before the next one is written.
 */
export class TableFile {
  readonly path: string;
  readonly #key: string;
  readonly #files: TableFiles;
  /** Of the header that counts at the end of the file; null where the file has not been looked at. */
  #columns: readonly string[] | null = null;

  /** @param key name of the first column */
  constructor(path: string, key: string, files: TableFiles = nodeTableFiles) {
    this.path = path;
    this.#key = key;
    this.#files = files;
  }

  /**
   * Adds a line, and a header before it where the columns are others than before.
   *
   * @param isSynced to be there after a power cut as well
   * @throws Error of the file system; what was half written is put right by the next one
   */
  async append(first: string, fields: ReadonlyMap<string, string>, isSynced = false): Promise<void> {
    const before = this.#columns ?? (await this.#lookAtEnd());
    const isSame = before.length === fields.size && before.every((column) => fields.has(column));
    const columns = isSame && before.length > 0 ? before : [...fields.keys()];
    const header = columns === before ? '' : `${[this.#key, ...columns].join(',')}\n`;
    const line = [first, ...columns.map((column) => fields.get(column) ?? '')].join(',');
    this.#columns = null;
    const handle = await this.#files.open(this.path, 'a');
    try {
      await handle.writeFile(`${header}${line}\n`);
      if (isSynced) {
        await handle.sync();
      }
    } finally {
      await handle.close();
    }
    this.#columns = columns;
  }

  /** Cuts off what is torn. @returns the columns of the last header; none where there is none */
  async #lookAtEnd(): Promise<readonly string[]> {
    let handle: Awaited<ReturnType<TableFiles['open']>>;
    try {
      handle = await this.#files.open(this.path, 'r+');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return [];
      }
      throw error;
    }
    try {
      const bytes = await handle.readFile();
      const end = bytes.lastIndexOf('\n'.charCodeAt(0)) + 1;
      if (end < bytes.length) {
        await handle.truncate(end);
      }
      return lastColumns(bytes.toString('utf8', 0, end), this.#key) ?? [];
    } finally {
      await handle.close();
    }
  }
}
