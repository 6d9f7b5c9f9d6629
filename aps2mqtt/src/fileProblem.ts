import path from 'node:path';
import { codeOf, messageOf } from './errors.ts';

const IS_FOLDER = 'it is a folder; name a file in it';

const READING: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', IS_FOLDER],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
]);

const WRITING: ReadonlyMap<string, string> = new Map([
  ['EISDIR', IS_FOLDER],
  ['EACCES', 'no permission to write there'],
  ['EPERM', 'no permission to write there'],
  ['EROFS', 'nothing can be written there: it is mounted read-only'],
  ['EEXIST', 'there is a file where the folder should be'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
]);

/** Why a file could not be read, in plain words; the error's own where it is none of the usual cases. */
export function fileProblem(error: unknown): string {
  return READING.get(codeOf(error)) ?? messageOf(error);
}

/** Why a file could not be written, in plain words; the error's own where it is none of the usual cases. */
export function writeProblem(error: unknown, file: string): string {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `the folder ${path.dirname(file)} does not exist: create it`;
  }
  return WRITING.get(code) ?? messageOf(error);
}
