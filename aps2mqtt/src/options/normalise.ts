import { isObject, type JsonObject } from '../json.ts';
import type { OptionSchema } from './schema.ts';

const YES = new Set(['yes', 'true', 't', 'y', '1', 'on']);
const NO = new Set(['no', 'false', 'f', 'n', '0', 'off']);

/**
 * Reads texts as what the schema wants there: environment variables are nothing but texts, and the Python program took
 * `"1883"` and `yes` in YAML. Keys that the schema does not have are left out, and so are empty texts and nulls: the
 * option was not set. What can't be read stays as it is, for the schema to complain about.
 */
export function normalise(section: JsonObject, { properties = {} }: OptionSchema): JsonObject {
  const entries = Object.entries(section).flatMap(([key, typed]) => {
    const known = properties[key];
    const value = known === undefined || typed === null ? undefined : normaliseValue(typed, known);
    return value === undefined || value === '' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(entries);
}

function normaliseValue(value: unknown, schema: OptionSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => normaliseValue(item, items));
  }
  return isObject(value) ? normalise(value, schema) : scalar(value, schema);
}

/** Null for a word that is neither. */
export function yesOrNo(typed: string): boolean | null {
  const word = bare(typed).toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : null;
}

/** Without the blanks around it, and without the quotes that a Compose file keeps when they begin behind the `=`. */
export function bare(typed: string): string {
  return typed
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim();
}

function scalar(typed: unknown, { type, enum: words, isTopic, secret }: OptionSchema): unknown {
  const value = typeof typed === 'string' && !secret ? bare(typed) : typed;
  const isText = typeof value === 'string';
  switch (type) {
    case 'string':
      if (typeof value === 'number' || typeof value === 'bigint') {
        return String(value);
      }
      if (value === false && words?.includes('off')) {
        // What YAML makes of a plain off.
        return 'off';
      }
      if (isText && isTopic) {
        // Both at once: a blank behind a dropped slash would be left at the end.
        return value.replace(/^[\s/]+|[\s/]+$/g, '');
      }
      return isText && words !== undefined ? value.toLowerCase() : value;
    case 'boolean':
      return yesOrNo(String(value)) ?? value;
    case 'integer':
    case 'number':
      return isText && /^[-+]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}
