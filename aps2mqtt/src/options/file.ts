import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { messageOf, OptionsError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';

/**
 * Reads a YAML file. Every scalar in it is a text, or null.
 *
 * @throws OptionsError when it can't be read or is no YAML
 */
export function readYaml(path: string): JsonObject {
  let root: unknown;
  try {
    // All as texts, so that a password 0012 stays one; and the parser's own words would quote lines with secrets in them.
    root = parse(readFileSync(path, 'utf8'), unsetNull, { schema: 'failsafe', prettyErrors: true, logLevel: 'error' });
  } catch (error) {
    throw new OptionsError([`${path} ${problemOf(error)}`], { cause: error });
  }
  if (!isObject(root)) {
    throw new OptionsError([
      `${path}: found no options in it; allowed are the sections ecu and mqtt, or ecus and mqtt`,
    ]);
  }
  return root;
}

/** YAML's words for nothing: the option is not set. */
function unsetNull(_: unknown, value: unknown): unknown {
  return value === '~' || value === 'null' ? null : value;
}

function problemOf(error: unknown): string {
  if (!(error instanceof YAMLParseError)) {
    return `can not be read: ${messageOf(error)}`;
  }
  const [place] = error.linePos ?? [];
  return `is no valid YAML${place === undefined ? '' : `: look at line ${place.line}, column ${place.col}`}`;
}
