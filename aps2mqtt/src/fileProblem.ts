import { codeOf, messageOf } from './errors.ts';

const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder; name a file in it'],
  ['EACCES', 'no permission to read it'],
]);

/** Why a file could not be read, in plain words; the error's own where it is none of the usual cases. */
export function fileProblem(error: unknown): string {
  return PROBLEMS.get(codeOf(error)) ?? messageOf(error);
}
