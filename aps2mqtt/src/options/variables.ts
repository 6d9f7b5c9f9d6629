import { nearest } from '../nearest.ts';
import { aliasPath } from './aliases.ts';
import type { UnknownKey } from './check.ts';
import type { Environment } from './environmentType.ts';
import { yesOrNo } from './normalise.ts';
import { PYTHON_KEYS } from './python.ts';

/** Variables that other readers and the program itself use. */
const OTHER_NAMES = ['CONFIG_FILE', 'DEBUG', 'APS_OPTIONS_FILE', 'APS_HEARTBEAT_FILE', 'APS_INGRESS_PORT'];

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
      const ours = otherName(name);
      if (ours !== null) {
        return [{ name, candidates, hint: `Did you mean ${ours}?` }];
      }
      return /^APS_/i.test(name) || nearest(name, candidates) !== null ? [{ name, candidates }] : [];
    });
}

/** `MQTT_SERVER`, `MQTT_BROKER_SERVER`, `APS_IP`: what other programs call one of ours. */
function otherName(name: string): string | null {
  const [, head = '', tail = ''] = /^(APS|MQTT)_(.*)$/i.exec(name) ?? [];
  const isMqtt = head.toUpperCase() === 'MQTT';
  const words = [tail, tail.replace(/^(?:BROKER|ECU)_/i, '')];
  const found = words.map((word) => aliasPath(word, (path) => path.startsWith('mqtt.') === isMqtt));
  const path = found.find((one) => one !== null);
  return PYTHON_KEYS.find((known) => known.path === path)?.name ?? null;
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
