import { IANAZone } from 'luxon';
import { asObject, type JsonObject } from '../json.ts';
import type { Defaults, Values } from './values.ts';

/** The person's own word for a path such as `ecus[0].host`. */
export type TypedName = (path: string) => string;

/**
 * A rule that no schema can tell: the mistakes that it finds. It sees the values whether the schema has passed them or
 * not, so that all mistakes come at once.
 */
export type Rule = (values: JsonObject, typedName: TypedName) => readonly string[];

export const zoneRule: Rule = (values, typedName) =>
  ecusOf(values).flatMap(({ timezone: zone }, index) => {
    if (typeof zone !== 'string' || IANAZone.isValidZone(zone)) {
      return [];
    }
    return [`${typedName(`ecus[${index}].timezone`)}: found "${zone}"; allowed is a time zone such as Europe/Paris`];
  });

/** One ECU asked from two sides would be asked twice as often as it can bear. */
export const addressRule: Rule = (values, typedName) => {
  const ecus = ecusOf(values);
  const addresses = ecus.map(({ host, port }) => JSON.stringify([host, port]));
  return ecus.flatMap(({ host }, index) => {
    const isTwice = host !== undefined && addresses.indexOf(addresses[index] ?? '') < index;
    return isTwice ? [`${typedName(`ecus[${index}].host`)}: ${String(host)} is there twice`] : [];
  });
};

/** Latitude and longitude go together, and the rest at night needs them. */
export function positionRule({ position, positionComesLater }: Defaults): Rule {
  return ({ latitude, longitude, stop_at_night: rests }, typedName) => {
    const isWhole = latitude !== undefined && longitude !== undefined;
    const isHalf = !isWhole && (latitude !== undefined || longitude !== undefined);
    const isNeeded = rests === true && !positionComesLater;
    if (isWhole || position !== null || !(isHalf || isNeeded)) {
      return [];
    }
    const missing = latitude === undefined ? 'latitude' : 'longitude';
    const why = isHalf ? 'it goes with the other one' : 'stop_at_night needs it to know when the sun is down';
    return [`${typedName(missing)}: missing; ${why}`];
  };
}

/** A warning for each ECU that shall be restarted and can't be: its web page takes the WiFi's name with the order. */
export function restartWarnings({ ecus }: Values, typedName: TypedName): string[] {
  return ecus.flatMap(({ auto_restart: restarts, wifi_ssid: ssid }, index) => {
    const at = (key: string) => typedName(`ecus[${index}].${key}`);
    const isInVain = restarts && ssid === undefined;
    return isInVain ? [`${at('wifi_ssid')}: missing; ${at('auto_restart')} needs it: there will be no restart`] : [];
  });
}

function ecusOf({ ecus }: JsonObject): JsonObject[] {
  return Array.isArray(ecus) ? ecus.map(asObject) : [];
}
