import { asObject, type JsonObject } from '../json.ts';
import type { TypedName } from './rules.ts';
import type { Values } from './values.ts';

/** What is allowed, and yet will not do what the person may think. `typed` are the texts before they were tidied. */
export function warningsOf(values: Values, typed: JsonObject, typedName: TypedName): string[] {
  return [
    ...restartWarnings(values, typedName),
    ...passwordWarnings(values, typedName),
    ...secretWarnings(values, typedName),
    ...slashWarnings(values, asObject(typed.mqtt), typedName),
  ];
}

/** Each ECU that shall be restarted and can't be: its web page takes the WiFi's name and password with the order. */
function restartWarnings({ ecus = [] }: Values, typedName: TypedName): string[] {
  return ecus.flatMap((ecu, index) => {
    const at = (key: string) => typedName(`ecus[${index}].${key}`);
    const missing = (['wifi_ssid', 'wifi_password'] as const).filter((key) => ecu[key] === undefined).map(at);
    const needs = `${at('auto_restart')} needs ${missing.length === 1 ? 'it' : 'them'}`;
    return ecu.auto_restart && missing.length > 0
      ? [`${missing.join(' and ')}: missing; ${needs}: there will be no restart`]
      : [];
  });
}

function passwordWarnings({ mqtt = {} }: Values, typedName: TypedName): string[] {
  const isLost = mqtt.password !== undefined && (mqtt.username ?? '').trim() === '';
  return isLost ? [`${typedName('mqtt.password')}: ignored, since ${typedName('mqtt.username')} is missing`] : [];
}

/** A secret is taken as it is. What probably came with it by a slip is told, and nothing of the rest. */
function secretWarnings({ ecus = [], mqtt = {} }: Values, typedName: TypedName): string[] {
  const secrets = [
    ['mqtt.password', mqtt.password],
    ...ecus.map((ecu, index) => [`ecus[${index}].wifi_password`, ecu.wifi_password]),
  ] as const;
  return secrets.flatMap(([path = '', secret = '']) => {
    const slip = /^\s|\s$/.test(secret) ? 'a blank' : /^(["']).*\1$/s.test(secret) ? 'a quote' : null;
    return slip === null ? [] : [`${typedName(path)}: begins or ends with ${slip}, which counts as a part of it`];
  });
}

/** @param host of the broker; null where the Supervisor tells later whether it wants TLS */
export function tlsWarnings({ mqtt = {} }: Values, host: string | null, typedName: TypedName): string[] {
  const isLater = (mqtt.host ?? host) === null && mqtt.tls === undefined;
  const isInVain = mqtt.ca_file !== undefined && mqtt.tls !== true && !isLater;
  return isInVain ? [caFileInVain(typedName('mqtt.ca_file'), typedName('mqtt.tls'))] : [];
}

export function caFileInVain(caFile: string, tls: string): string {
  return `${caFile} is set, but ${tls} is off: the connection is not encrypted`;
}

function slashWarnings({ mqtt = {} }: Values, typed: JsonObject, typedName: TypedName): string[] {
  return (['topic_prefix', 'discovery_prefix', 'birth_topic'] as const).flatMap((key) => {
    const text = typed[key];
    const isCut = typeof text === 'string' && /^\s*\/|\/\s*$/.test(text);
    const left = mqtt[key];
    const begin = key === 'topic_prefix' ? `topics begin with ${left === undefined ? 'aps' : `${left}/aps`}` : null;
    const result = begin ?? (left === undefined ? 'nothing is left' : `it is ${left}`);
    return isCut ? [`${typedName(`mqtt.${key}`)}: the slashes at its ends are dropped: ${result}`] : [];
  });
}
