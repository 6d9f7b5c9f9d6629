import { nearest } from '../../nearest.ts';

/** What was probably meant by a name that is none; else all that there are. */
export function meantAmong(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  return near === null ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
}
