import { IANAZone } from 'luxon';
import { nearest } from '../nearest.ts';
import type { RawOptions, UnknownKey } from './check.ts';
import { fromPythonKeys, PYTHON_KEYS, type PythonKey, pythonName } from './python.ts';
import type { MachineDefaults } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that other readers and the program itself use. */
const OTHER_NAMES = ['CONFIG_FILE', 'DEBUG', 'APS_OPTIONS_FILE', 'APS_HEARTBEAT_FILE'];

/** Reads the Python program's environment variables, and the ones that came later. */
export function readEnvironment(environment: Environment): RawOptions {
  const found = new Map<PythonKey, unknown>();
  for (const known of PYTHON_KEYS) {
    const value = environment[known.name];
    if (value !== undefined) {
      found.set(known, value);
    }
  }
  return {
    values: fromPythonKeys(found),
    typedName: (path) => pythonName(path, PYTHON_KEYS)?.name ?? path,
    unknown: unknownVariables(environment),
    problems: [],
  };
}

/**
 * Variables that look like ours. Others may well have their own `MQTT_…`, so a name of theirs counts only when it is
 * nearly one of ours.
 */
function unknownVariables(environment: Environment): UnknownKey[] {
  const candidates = PYTHON_KEYS.map(({ name }) => name);
  const known = new Set([...candidates, ...OTHER_NAMES]);
  return Object.keys(environment)
    .filter((name) => !known.has(name) && /^(?:APS_|MQTT_)/i.test(name))
    .filter((name) => /^APS_/i.test(name) || nearest(name, candidates) !== null)
    .map((name) => ({ name, candidates }));
}

/** `TZ` where it names a zone that is known, else the machine's own. */
export function systemZone({ TZ }: Environment): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [TZ, own].find((zone) => zone !== undefined && IANAZone.isValidZone(zone)) ?? 'UTC';
}

/** What the machine or the container tells, wherever the options come from. */
export function machineDefaults(environment: Environment): MachineDefaults {
  const { APS_HEARTBEAT_FILE, SSL_CERT_FILE } = environment;
  return {
    timezone: systemZone(environment),
    heartbeatFile: APS_HEARTBEAT_FILE || null,
    systemCaFile: SSL_CERT_FILE || null,
  };
}

/** Whether a terminal may be coloured, by what https://no-color.org asks of programs. */
export function allowsColour({ NO_COLOR }: Environment): boolean {
  return !NO_COLOR;
}
