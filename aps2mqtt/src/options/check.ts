import { closest, distance } from 'fastest-levenshtein';
import { IANAZone } from 'luxon';
import { OptionsError } from '../errors.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';
import { validateOptions } from './validator.ts';

/** What a reader found: the app's structure, the names that the person used for it, and what it did not know. */
export interface RawOptions {
  readonly values: Readonly<Record<string, unknown>>;
  /** The person's own word for a path such as `ecus[0].host`. */
  readonly typedName: (path: string) => string;
  /** Keys that no option has, each with the names that would be known in its place. */
  readonly unknown: readonly UnknownKey[];
  /** Mistakes that the reader saw itself. */
  readonly problems: readonly string[];
}

export interface UnknownKey {
  readonly name: string;
  readonly candidates: readonly string[];
}

/** Options that keep the schema, with texts turned into numbers and booleans where the schema asks for them. */
export interface CheckedOptions {
  readonly values: Readonly<Record<string, unknown>>;
  /** One line each: unknown keys, with the nearest known one. */
  readonly warnings: readonly string[];
}

/** A rule between options, which no schema can tell: the mistakes that it finds. */
export type Rule = (values: Readonly<Record<string, unknown>>, typedName: RawOptions['typedName']) => readonly string[];

/** @throws OptionsError with every mistake at once */
export function checkOptions(raw: RawOptions, rules: readonly Rule[]): CheckedOptions {
  const values = normalise(raw.values, optionsSchema) as Record<string, unknown>;
  const warnings = raw.unknown.map(describeUnknown);
  const broken = [zoneRule, addressRule, ...rules].flatMap((rule) => rule(values, raw.typedName));
  const problems = [...raw.problems, ...schemaProblems(values, raw.typedName), ...broken];
  if (problems.length > 0) {
    throw new OptionsError([...new Set(problems), ...warnings]);
  }
  return { values, warnings };
}

const YES = new Set(['yes', 'true', 't', 'y', '1', 'on']);
const NO = new Set(['no', 'false', 'f', 'n', '0', 'off']);

/**
 * Reads texts as what the schema wants there: environment variables are nothing but texts, and the Python program took
 * `"1883"` and `yes` in YAML. Empty texts and nulls are left out: the option was not set. What can't be read stays as
 * it is, for the schema to complain about.
 */
function normalise(value: unknown, schema: OptionSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => normalise(item, items));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([key, inner]) => inner !== null && inner !== '' && inner !== undefined && schema.properties?.[key])
      .map(([key, inner]) => [key, normalise(inner, schema.properties?.[key] ?? schema)]);
    return Object.fromEntries(entries);
  }
  return scalar(value, schema);
}

function scalar(value: unknown, { type, enum: words }: OptionSchema): unknown {
  const isText = typeof value === 'string';
  switch (type) {
    case 'string':
      if (typeof value === 'number' || typeof value === 'bigint') {
        return String(value);
      }
      return isText && words !== undefined ? value.trim().toLowerCase() : value;
    case 'boolean': {
      const word = String(value).trim().toLowerCase();
      return YES.has(word) ? true : NO.has(word) ? false : value;
    }
    case 'integer':
    case 'number':
      return isText && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
    default:
      return value;
  }
}

function schemaProblems(values: unknown, typedName: RawOptions['typedName']): string[] {
  if (validateOptions(values)) {
    return [];
  }
  return (validateOptions.errors ?? []).map(({ instancePath, params }) => {
    const keys = instancePath.split('/').slice(1);
    if (params.missingProperty !== undefined) {
      keys.push(params.missingProperty);
    }
    const { schema, value } = lookUp(keys, values);
    const path = keys.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
    return `${typedName(path) || 'options'}: ${show(value, schema)}; allowed is ${schema.allowed}`;
  });
}

const zoneRule: Rule = (values, typedName) => {
  const ecus = Array.isArray(values.ecus) ? values.ecus : [];
  return ecus.flatMap((ecu: { timezone?: unknown } | null, index) => {
    const zone = ecu?.timezone;
    if (typeof zone !== 'string' || IANAZone.isValidZone(zone)) {
      return [];
    }
    return [`${typedName(`ecus[${index}].timezone`)}: found "${zone}"; allowed is a time zone such as Europe/Paris`];
  });
};

/** One ECU asked from two sides would be asked twice as often as it can bear. */
const addressRule: Rule = (values, typedName) => {
  const ecus: { host?: unknown; port?: unknown }[] = Array.isArray(values.ecus) ? values.ecus : [];
  const addresses = ecus.map((ecu) => JSON.stringify([ecu?.host, ecu?.port]));
  return addresses.flatMap((address, index) => {
    const first = addresses.indexOf(address);
    const isTwice = first < index && ecus[index]?.host !== undefined;
    return isTwice ? [`${typedName(`ecus[${index}].host`)}: ${String(ecus[index]?.host)} is there twice`] : [];
  });
};

function lookUp(keys: readonly string[], values: unknown): { schema: OptionSchema; value: unknown } {
  let schema: OptionSchema = optionsSchema;
  let value = values;
  for (const key of keys) {
    schema = schema.items ?? schema.properties?.[key] ?? schema;
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return { schema, value };
}

const LONGEST_SHOWN = 60;

function show(value: unknown, schema: OptionSchema): string {
  if (value === undefined) {
    return 'missing';
  }
  if (schema.secret) {
    return 'found something else (not shown, it is a secret)';
  }
  if (typeof value === 'object') {
    // What is in it may be a secret.
    return !Array.isArray(value) ? 'found a section' : value.length === 0 ? 'found an empty list' : 'found a list';
  }
  const json = JSON.stringify(value).replace(/\/\/[^@/]*@/, '//…@');
  return `found ${json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json}`;
}

function describeUnknown({ name, candidates }: UnknownKey): string {
  const near = nearest(name, candidates);
  return near === null ? `${name}: no such option, ignored` : `${name}: no such option, ignored. Did you mean ${near}?`;
}

/** The known name that somebody may have meant, or null when none is near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) {
    return null;
  }
  const best = closest(
    name.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const near = candidates.find((candidate) => candidate.toLowerCase() === best);
  const limit = Math.max(2, Math.floor(name.length / 3));
  return near !== undefined && distance(name.toLowerCase(), best) <= limit ? near : null;
}
