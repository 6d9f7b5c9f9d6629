import { readFileSync } from 'node:fs';
import type { Captured } from '../capture/captured.ts';
import { UsageError } from '../errors.ts';
import { fileProblem } from '../fileProblem.ts';
import { isObject, parseJson } from '../json.ts';

/** A capture as it stands in a file (JSON). */
export interface CaptureFile extends Captured {
  /** Where it was found, for a capture that somebody published. */
  readonly source?: string;
  /** What decoding should give, for tests. */
  readonly expected?: Readonly<Record<string, unknown>>;
}

/** @throws UsageError that says what is wrong with the file */
export function readCapture(path: string): CaptureFile {
  let content: unknown;
  try {
    content = parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${fileProblem(error)}`, { cause: error });
  }
  const problem = problemOf(content);
  if (problem !== null) {
    throw new UsageError(`${path} holds no captured replies: ${problem}`);
  }
  return content as CaptureFile;
}

/** The bytes of the reply to a command; null where it was not captured. */
export function capturedReply({ replies }: CaptureFile, command: string): Buffer | null {
  const hex = replies[command];
  return hex === undefined ? null : Buffer.from(hex, 'hex');
}

function problemOf(content: unknown): string | null {
  if (!isObject(content)) {
    return 'it should be an object with model and replies';
  }
  if (typeof content.model !== 'string') {
    return 'model should be a text';
  }
  const { replies } = content;
  if (!isObject(replies) || Object.keys(replies).length === 0) {
    return 'replies should name at least one command, such as "0001", with its bytes';
  }
  for (const [command, hex] of Object.entries(replies)) {
    if (!/^\d{4}$/.test(command)) {
      return `replies names "${command}", and a command is four digits`;
    }
    if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})+$/i.test(hex)) {
      return `the reply to ${command} should be hexadecimal bytes, two digits each`;
    }
  }
  return null;
}
