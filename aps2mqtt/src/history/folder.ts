import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from '../errors.ts';

// Loaded when it is used: once a day, and by who looks at earlier days.
const pack = async (bytes: Buffer): Promise<Buffer> => promisify((await import('node:zlib')).gzip)(bytes);
const unpack = async (bytes: Buffer): Promise<Buffer> =>
  promisify((await import('node:zlib')).gunzip)(bytes, { maxOutputLength: MOST_BYTES });

/** Far more than a day of the largest array: 4 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Where the history of each ECU lies: `<ecu>/<day>.csv`, `.csv.gz` when the day is over, and `<ecu>/energies.csv`. */
export interface Folder {
  dayFile(ecuId: string, day: string): string;
  energiesFile(ecuId: string): string;
  /** Makes the ECU's folder where there is none. @returns whether it did */
  prepare(ecuId: string): Promise<boolean>;
  /** ECUs that have one. */
  ecus(): Promise<string[]>;
  /** Days of which there are rounds, oldest first. */
  days(ecuId: string): Promise<string[]>;
  /** The text of a day; null for none, or where it can't be read. */
  read(ecuId: string, day: string): Promise<string | null>;
  readEnergies(ecuId: string): Promise<string | null>;
  /** Compresses a day that is over. @returns false where it was not there, or is compressed */
  close(ecuId: string, day: string): Promise<boolean>;
  remove(ecuId: string, day: string): Promise<void>;
}

const DAY_FILE = /^(\d{4}-\d\d-\d\d)\.csv(?:\.gz)?$/;

export function historyFolder(root: string): Folder {
  const dayFile = (ecuId: string, day: string) => path.join(root, ecuId, `${day}.csv`);
  const energiesFile = (ecuId: string) => path.join(root, ecuId, 'energies.csv');

  async function readPacked(file: string): Promise<string | null> {
    const bytes = await readOrNull(file);
    try {
      return bytes && (await unpack(bytes)).toString('utf8');
    } catch {
      return null;
    }
  }

  return {
    dayFile,
    energiesFile,
    prepare: async (ecuId) => {
      return (await mkdir(path.join(root, ecuId), { recursive: true })) !== undefined;
    },
    ecus: async () => (await list(root)).filter((name) => /^\d{12}$/.test(name)).sort(),
    days: async (ecuId) => {
      const names = await list(path.join(root, ecuId));
      return [...new Set(names.flatMap((name) => DAY_FILE.exec(name)?.[1] ?? []))].sort();
    },
    read: async (ecuId, day) => {
      const file = dayFile(ecuId, day);
      const [packed, plain] = [await readPacked(`${file}.gz`), await readOrNull(file)];
      return packed === null && plain === null ? null : wholeLines(packed ?? '') + (plain?.toString('utf8') ?? '');
    },
    readEnergies: async (ecuId) => (await readOrNull(energiesFile(ecuId)))?.toString('utf8') ?? null,
    close: async (ecuId, day) => {
      const file = dayFile(ecuId, day);
      const text = await readOrNull(file);
      if (text === null) {
        return false;
      }
      const packed = await readPacked(`${file}.gz`);
      if (packed === null) {
        // What is there and can't be unpacked is not ours to throw away.
        await rename(`${file}.gz`, `${file}.gz.broken`).catch(() => {});
      }
      // Both are there after a power cut between the two steps, or by somebody's hand.
      if (packed === null || !packed.endsWith(text.toString('utf8'))) {
        await replace(`${file}.gz`, await pack(Buffer.concat([Buffer.from(wholeLines(packed ?? '')), text])));
      }
      await rm(file, { force: true });
      return true;
    },
    remove: async (ecuId, day) => {
      const file = dayFile(ecuId, day);
      await rm(file, { force: true });
      await rm(`${file}.gz`, { force: true });
    },
  };
}

/** Without a last line that was cut. */
const wholeLines = (text: string) => text.slice(0, text.lastIndexOf('\n') + 1);

/** A whole new file takes the place in one step, so that a power cut leaves the one or the other. */
async function replace(file: string, bytes: Buffer): Promise<void> {
  const fresh = `${file}.new`;
  try {
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      return [];
    }
    throw error;
  }
}
