import { OptionsError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import { hostAdvice } from './hostAdvice.ts';
import { normalise } from './normalise.ts';
import { addressRule, hostRule, loneSearchRule, networkRule, type Rule, type TypedName, zoneRule } from './rules.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';
import { isSecretReference, secretRule } from './secretReference.ts';
import { type Mistake, validateOptions } from './validator.ts';
import type { Values } from './values.ts';
import { warningsOf } from './warnings.ts';

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
  /** What to do about it, as a sentence, where that is known for sure. */
  readonly hint?: string;
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
  const isValid = validateOptions(values);
  // Where the rule for `!secret` is asked, it has more to say of such a value than the schema.
  const isTold = (one: Mistake) => rules.includes(secretRule) && isSecretReference(lookUp(keysOf(one), values).value);
  const mistakes = (isValid ? [] : (validateOptions.errors ?? []))
    .filter((one) => !isTold(one))
    .map((one) => describeMistake(one, values, raw.typedName));
  const broken = [zoneRule, hostRule, networkRule, addressRule, loneSearchRule, ...rules].flatMap((rule) =>
    rule(values, raw.typedName),
  );
  const problems = [...raw.problems, ...mistakes, ...broken];
  if (!isValid || problems.length > 0) {
    throw new OptionsError([...new Set(problems), ...raw.unknown.map((one) => describeUnknown(one))]);
  }
  const ignored = raw.unknown.map((one) => describeUnknown(one, ', ignored'));
  return { values, warnings: [...new Set([...ignored, ...warningsOf(values, raw.values, raw.typedName)])] };
}

function keysOf({ instancePath, params }: Mistake): string[] {
  const keys = instancePath.split('/').slice(1);
  return params.missingProperty === undefined ? keys : [...keys, params.missingProperty];
}

function describeMistake(mistake: Mistake, values: JsonObject, typedName: TypedName): string {
  const keys = keysOf(mistake);
  const { schema, value } = lookUp(keys, values);
  const path = keys.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
  const dash = path === 'ecus' && isObject(value) ? 'Write a dash: - host: 192.168.1.42' : null;
  const advice = dash ?? (schema.isHost && typeof value === 'string' ? hostAdvice(value) : null);
  const found = `${typedName(path) || 'options'}: ${show(value, schema)}`;
  // What to write in its place says it all.
  return advice === null ? `${found}; must be ${schema.allowed}` : `${found}. ${advice}`;
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

/** @param fate what becomes of it, where the program goes on */
export function describeUnknown({ name, candidates, hint }: UnknownKey, fate = ''): string {
  const near = nearest(name, candidates);
  const advice = hint ?? (near === null ? null : `Did you mean ${near}?`);
  return `${name}: no such option${fate}${advice === null ? '' : `. ${advice}`}`;
}
