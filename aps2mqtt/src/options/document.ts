import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { messageOf, OptionsError } from '../errors.ts';
import type { RawOptions, UnknownKey } from './check.ts';
import { fromPythonKeys, PYTHON_KEYS, type PythonKey, pythonName } from './python.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';

type Section = Readonly<Record<string, unknown>>;

/** A YAML file's options, and whether they stand under the Python program's `ecu:`. */
export interface FileOptions extends RawOptions {
  readonly isPython: boolean;
}

/**
 * Reads a YAML file: the Python program's (`ecu:` and `mqtt:` with upper-case keys) or the app's structure.
 *
 * @throws OptionsError when it can't be read or is no YAML
 */
export function readFile(path: string): FileOptions {
  return readDocument(parseFile(path));
}

function parseFile(path: string): Section {
  let root: unknown;
  try {
    // All as texts, so that a password 0012 stays one; and the parser's own words would quote lines with secrets in them.
    root = parse(readFileSync(path, 'utf8'), unsetNull, { schema: 'failsafe', prettyErrors: true, logLevel: 'error' });
  } catch (error) {
    throw new OptionsError([`${path} ${problemOf(error)}`], { cause: error });
  }
  if (!isSection(root)) {
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

/** @param root the app's structure, the Python program's, or the one with the other's `mqtt:` */
export function readDocument(root: Section): FileOptions {
  const isPython = isSection(root.ecu);
  const found = new Map<PythonKey, unknown>();
  const unknown: UnknownKey[] = [];
  const problems: string[] = [];
  const app: Record<string, unknown> = {};

  for (const [name, value] of Object.entries(root)) {
    if ((name === 'ecu' || name === 'mqtt') && isSection(value)) {
      takeSection(name, value);
    } else if (name === 'ecu') {
      problems.push('ecu: found no settings in it; allowed is at least APS_ECU_IP');
    } else {
      app[name] = value;
    }
  }
  unknown.push(...unknownKeys(app, optionsSchema, ''));

  const python = isPython || found.size > 0 ? fromPythonKeys(found) : {};
  const { ecus: pythonEcus, mqtt: pythonMqtt, ...pythonTop } = python as { ecus?: unknown; mqtt?: Section };
  const mqtt = isSection(app.mqtt) ? { ...app.mqtt, ...pythonMqtt } : (app.mqtt ?? pythonMqtt ?? {});
  const ecus = isPython ? { ecus: pythonEcus } : {};
  return {
    isPython,
    values: { ...app, ...pythonTop, ...ecus, mqtt },
    typedName: (path) => {
      const known = pythonName(path, found.keys()) ?? (isPython ? pythonName(path, ecuKeys) : null);
      return known === null ? path : `${known.section}.${known.name}`;
    },
    unknown,
    problems,
  };

  function takeSection(section: 'ecu' | 'mqtt', values: Section): void {
    const known = PYTHON_KEYS.filter((candidate) => candidate.section === section);
    const rest: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values)) {
      const match = known.find((candidate) => candidate.name === name);
      if (match !== undefined) {
        found.set(match, value);
      } else if (section === 'mqtt' && optionsSchema.properties?.mqtt?.properties?.[name] !== undefined) {
        rest[name] = value;
      } else {
        const isUpper = name === name.toUpperCase();
        const appNames = Object.keys(optionsSchema.properties?.mqtt?.properties ?? {});
        const candidates = isUpper || section === 'ecu' ? known.map((candidate) => candidate.name) : appNames;
        unknown.push({
          name: `${section}.${name}`,
          candidates: candidates.map((candidate) => `${section}.${candidate}`),
        });
      }
    }
    if (section === 'mqtt') {
      app.mqtt = rest;
    }
  }
}

const ecuKeys = PYTHON_KEYS.filter(({ section }) => section === 'ecu');

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that the schema does not have, at any depth, with the names that it has there. */
function unknownKeys(value: unknown, schema: OptionSchema, path: string): UnknownKey[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => unknownKeys(item, items, `${path}[${index}]`));
  }
  if (!isSection(value) || schema.properties === undefined) {
    return [];
  }
  const { properties } = schema;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = properties[name];
    return known === undefined
      ? [{ name: at(name), candidates: Object.keys(properties).map(at) }]
      : unknownKeys(inner, known, at(name));
  });
}
