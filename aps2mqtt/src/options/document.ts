import { asObject, isObject, type JsonObject } from '../json.ts';
import type { RawOptions, UnknownKey } from './check.ts';
import { rightPlace } from './places.ts';
import { countProblems, fromPythonKeys, PYTHON_KEYS, type PythonKey, pythonName } from './python.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';

/** A document's options, and whether they stand under the Python program's `ecu:`. */
export interface DocumentOptions extends RawOptions {
  readonly isPython: boolean;
}

/**
 * Understands a document of YAML or JSON.
 *
 * @param root the app's structure, the Python program's (`ecu:` and `mqtt:` with upper-case keys), or the one with the
 *   other's `mqtt:`
 */
export function readDocument(root: JsonObject): DocumentOptions {
  const isPython = isObject(root.ecu);
  const found = new Map<PythonKey, unknown>();
  const unknown: UnknownKey[] = [];
  const problems: string[] = [];
  const app: Record<string, unknown> = {};

  for (const [name, value] of Object.entries(root)) {
    if ((name === 'ecu' || name === 'mqtt') && isObject(value)) {
      takeSection(name, value);
    } else if (name === 'ecu') {
      problems.push('ecu: found no settings in it; must be a section with at least APS_ECU_IP');
    } else {
      app[name] = value;
    }
  }
  unknown.push(...unknownKeys(app, optionsSchema, '', root));
  problems.push(...countProblems(found).map(({ key, problem }) => `${key.section}.${key.name}: ${problem}`));

  const python = isPython || found.size > 0 ? fromPythonKeys(found) : {};
  const { ecus: pythonEcus, mqtt: pythonMqtt, ...pythonTop } = python as { ecus?: unknown; mqtt?: JsonObject };
  const mqtt = isObject(app.mqtt) ? { ...app.mqtt, ...pythonMqtt } : (app.mqtt ?? pythonMqtt ?? {});
  const ecus = isPython ? { ecus: pythonEcus } : {};
  // What is missing is named as its neighbours are.
  const speaksPython = [...found.keys()].some(({ section }) => section === 'mqtt');
  const otherKeys = PYTHON_KEYS.filter(({ section }) =>
    section === 'mqtt' ? speaksPython : isPython && section === 'ecu',
  );
  const isOwn = (path: string) => path.startsWith('mqtt.') && Object.hasOwn(asObject(app.mqtt), path.slice(5));
  return {
    isPython,
    values: { ...app, ...pythonTop, ...ecus, mqtt },
    typedName: (path) => {
      const known = pythonName(path, found.keys()) ?? (isOwn(path) ? null : pythonName(path, otherKeys));
      return known === null ? path : `${known.section}.${known.name}`;
    },
    unknown,
    problems,
  };

  function takeSection(section: 'ecu' | 'mqtt', values: JsonObject): void {
    const known = PYTHON_KEYS.filter((candidate) => candidate.section === section);
    const rest: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values)) {
      const match = known.find((candidate) => candidate.name === name);
      if (match !== undefined) {
        found.set(match, value);
      } else if (section === 'mqtt' && Object.hasOwn(optionsSchema.properties?.mqtt?.properties ?? {}, name)) {
        rest[name] = value;
      } else {
        const isUpper = name === name.toUpperCase();
        const appNames = Object.keys(optionsSchema.properties?.mqtt?.properties ?? {});
        const candidates = isUpper || section === 'ecu' ? known.map((candidate) => candidate.name) : appNames;
        unknown.push({
          name: `${section}.${name}`,
          candidates: candidates.map((candidate) => `${section}.${candidate}`),
          ...hintFor(section, name, root),
        });
      }
    }
    if (section === 'mqtt') {
      app.mqtt = rest;
    }
  }
}

function hintFor(section: string, name: string, root: JsonObject): Pick<UnknownKey, 'hint'> {
  const hint = rightPlace(section, name, root);
  return hint === null ? {} : { hint };
}

/** Keys that the schema does not have, at any depth, with the names that it has there. */
function unknownKeys(value: unknown, schema: OptionSchema, path: string, root: JsonObject): UnknownKey[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined
      ? []
      : value.flatMap((item, index) => unknownKeys(item, items, `${path}[${index}]`, root));
  }
  if (!isObject(value) || schema.properties === undefined) {
    return [];
  }
  const { properties } = schema;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return known === undefined
      ? [{ name: at(name), candidates: Object.keys(properties).map(at), ...hintFor(path, name, root) }]
      : unknownKeys(inner, known, at(name), root);
  });
}
