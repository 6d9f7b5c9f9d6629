import { OptionsError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import { normalise } from './normalise.ts';
import { addressRule, type Rule, restartWarnings, type TypedName, zoneRule } from './rules.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';
import { type Mistake, validateOptions } from './validator.ts';
import type { Values } from './values.ts';

/** What a reader found: the app's structure, the names that the person used for it, and what it did not know. */
export interface RawOptions {
  readonly values: JsonObject;
  readonly typedName: TypedName;
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
  readonly values: Values;
  /** One line each: unknown keys with the nearest known one, and what will not work. */
  readonly warnings: readonly string[];
}

/** @throws OptionsError with every mistake at once */
export function checkOptions(raw: RawOptions, rules: readonly Rule[]): CheckedOptions {
  const values = normalise(raw.values, optionsSchema);
  const unknown = raw.unknown.map(describeUnknown);
  const isValid = validateOptions(values);
  const mistakes = isValid
    ? []
    : (validateOptions.errors ?? []).map((one) => describeMistake(one, values, raw.typedName));
  const broken = [zoneRule, addressRule, ...rules].flatMap((rule) => rule(values, raw.typedName));
  const problems = [...raw.problems, ...mistakes, ...broken];
  if (!isValid || problems.length > 0) {
    throw new OptionsError([...new Set(problems), ...unknown]);
  }
  return { values, warnings: [...new Set([...unknown, ...restartWarnings(values, raw.typedName)])] };
}

function describeMistake({ instancePath, params }: Mistake, values: JsonObject, typedName: TypedName): string {
  const keys = instancePath.split('/').slice(1);
  if (params.missingProperty !== undefined) {
    keys.push(params.missingProperty);
  }
  const { schema, value } = lookUp(keys, values);
  const path = keys.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
  return `${typedName(path) || 'options'}: ${show(value, schema)}; allowed is ${schema.allowed}`;
}

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
