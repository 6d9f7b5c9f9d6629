import { IANAZone } from 'luxon';
import { OptionsError } from '../errors.ts';
import type { LogFormat } from '../logger.ts';
import { describeUnknown, type RawOptions } from './check.ts';
import type { Environment } from './environmentType.ts';
import { countProblems, fromPythonKeys, PYTHON_KEYS, type PythonKey, pythonName } from './python.ts';
import type { MachineDefaults } from './values.ts';
import { unknownVariables, variablesSet } from './variables.ts';

const HELP = 'Start it with --help to see how, or with probe and an address to see what an ECU says';

/**
 * Reads the Python program's environment variables, and the ones that came later.
 *
 * @throws OptionsError where there is none at all
 */
export function readEnvironment(environment: Environment): RawOptions {
  const unknown = unknownVariables(environment);
  if (variablesSet(environment).length === 0) {
    const missing =
      'None of our variables is set: set MQTT_BROKER_HOST at least. The ECU is found, or APS_ECU_IP says where it is';
    throw new OptionsError([missing, ...unknown.map((one) => describeUnknown(one)), HELP]);
  }
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
    unknown,
    problems: countProblems(found).map(({ key, problem }) => `${key.name}: ${problem}`),
  };
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

/** Before the options are known, or where they can't be used. */
export function logFormat({ APS_LOG_FORMAT }: Environment): LogFormat {
  return APS_LOG_FORMAT?.trim().toLowerCase() === 'json' ? 'json' : 'text';
}

/** Whether a terminal may be coloured, by what https://no-color.org asks of programs. */
export function allowsColour({ NO_COLOR }: Environment): boolean {
  return !NO_COLOR;
}
