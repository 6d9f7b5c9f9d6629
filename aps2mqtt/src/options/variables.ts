import { nearest } from '../nearest.ts';
import type { UnknownKey } from './check.ts';
import type { Environment } from './environment.ts';
import { yesOrNo } from './normalise.ts';
import { PYTHON_KEYS } from './python.ts';

/** Variables that other readers and the program itself use. */
const OTHER_NAMES = ['CONFIG_FILE', 'DEBUG', 'APS_OPTIONS_FILE', 'APS_HEARTBEAT_FILE', 'APS_INGRESS_PORT'];

/** What other programs call our options. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    APS_ECU_IP: ['APS_ECU_HOST', 'APS_ECU_ADDRESS', 'APS_HOST', 'APS_IP'],
    APS_ECU_PORT: ['APS_PORT'],
    MQTT_BROKER_HOST: ['MQTT_HOST', 'MQTT_SERVER', 'MQTT_BROKER', 'MQTT_ADDRESS', 'MQTT_IP', 'MQTT_BROKER_IP'],
    MQTT_BROKER_PORT: ['MQTT_PORT'],
    MQTT_BROKER_USER: ['MQTT_USER', 'MQTT_USERNAME', 'MQTT_BROKER_USERNAME', 'MQTT_LOGIN'],
    MQTT_BROKER_PASSWD: ['MQTT_PASS', 'MQTT_PASSWD', 'MQTT_PASSWORD', 'MQTT_BROKER_PASS', 'MQTT_BROKER_PASSWORD'],
    MQTT_BROKER_SECURED_CONNECTION: ['MQTT_TLS', 'MQTT_SSL', 'MQTT_BROKER_TLS', 'MQTT_BROKER_SSL'],
    MQTT_BROKER_CACERTS_PATH: ['MQTT_CA_FILE', 'MQTT_CA_CERT', 'MQTT_CACERT'],
    MQTT_TOPIC_PREFIX: ['MQTT_TOPIC', 'MQTT_PREFIX', 'MQTT_BASE_TOPIC'],
    MQTT_DISCOVERY_ENABLED: ['MQTT_DISCOVERY'],
  }).flatMap(([ours, others]) => others.map((other) => [other, ours] as const)),
);

/**
 * Variables that look like ours. Others may well have their own `MQTT_…`, so a name of theirs counts only when it is
 * nearly one of ours, or what they call one of ours.
 */
export function unknownVariables(environment: Environment): UnknownKey[] {
  const candidates = PYTHON_KEYS.map(({ name }) => name);
  const known = new Set([...candidates, ...OTHER_NAMES]);
  return Object.keys(environment)
    .filter((name) => !known.has(name) && /^(?:APS_|MQTT_)/i.test(name))
    .flatMap((name) => {
      const ours = ALIASES.get(name.toUpperCase());
      if (ours !== undefined) {
        return [{ name, candidates, hint: `Did you mean ${ours}?` }];
      }
      return /^APS_/i.test(name) || nearest(name, candidates) !== null ? [{ name, candidates }] : [];
    });
}

/** Warnings of variables that a person may count on. @param file where the options come from instead; null for none */
export function variableWarnings(environment: Environment, file: string | null): string[] {
  const { DEBUG } = environment;
  const unread = file === null ? [] : variablesSet(environment);
  return [
    ...(unread.length > 0 ? [`${unread.join(', ')}: not read, since the options come from ${file}`] : []),
    ...(DEBUG && yesOrNo(DEBUG) === null ? ['DEBUG: neither true nor false, ignored'] : []),
  ];
}

/** Where things are kept: our image says so, and a file leaves it to the machine. */
const PLACES = ['APS_STATE_FILE', 'APS_HISTORY_DIR'];

/** The options that the environment sets. */
export function variablesSet(environment: Environment): string[] {
  return PYTHON_KEYS.map(({ name }) => name).filter((name) => environment[name] && !PLACES.includes(name));
}
