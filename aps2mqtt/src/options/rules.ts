import { isIP } from 'node:net';
import { IANAZone } from 'luxon';
import { asObject, type JsonObject } from '../json.ts';
import { isNetwork, NetworkError, parseNetwork } from '../network.ts';
import type { Defaults } from './values.ts';

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
    return [`${typedName(`ecus[${index}].timezone`)}: found "${zone}"; must be a time zone such as Europe/Paris`];
  });

/** Digits and dots, or the colons of IPv6: nobody means a name with that. Nothing else is in what is shown. */
const LIKE_AN_ADDRESS = /^(?:\d[\d.]*\.[\d.]*|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*)$/;

/** What looks like an address and is none would be asked of the name server for ever. */
export const hostRule: Rule = (values, typedName) => {
  const hosts: readonly (readonly [path: string, host: unknown])[] = [
    ...ecusOf(values).map(({ host }, index) => [`ecus[${index}].host`, host] as const),
    ['mqtt.host', asObject(values.mqtt).host],
  ];
  return hosts.flatMap(([path, host]) =>
    typeof host === 'string' && LIKE_AN_ADDRESS.test(host) && isIP(host) === 0
      ? [`${typedName(path)}: found "${host}"; it looks like an IP address, but is none`]
      : [],
  );
};

/** One ECU asked from two sides would be asked twice as often as it can bear. */
export const addressRule: Rule = (values, typedName) => {
  const ecus = ecusOf(values);
  const addresses = ecus.map(({ host, port }) => JSON.stringify([host, port]));
  return ecus.flatMap(({ host }, index) => {
    const isTwice = host !== undefined && addresses.indexOf(addresses[index] ?? '') < index;
    return isTwice ? [`${typedName(`ecus[${index}].host`)}: ${String(host)} is there twice`] : [];
  });
};

/** Nobody is looked for among more addresses than a home has, or among those of others. */
export const networkRule: Rule = (values, typedName) =>
  ecusOf(values).flatMap(({ host }, index) => {
    if (typeof host !== 'string' || !isNetwork(host)) {
      return [];
    }
    try {
      parseNetwork(host);
      return [];
    } catch (error) {
      if (!(error instanceof NetworkError)) {
        throw error;
      }
      return [`${typedName(`ecus[${index}].host`)}: ${error.message}`];
    }
  });

/** An entry without an address stands for the ECU that is found: of two, nobody could tell which is whose. */
export const loneSearchRule: Rule = (values, typedName) => {
  const without = ecusOf(values).flatMap(({ host }, index) => (host === undefined ? [index] : []));
  return without
    .slice(1)
    .map((index) => `${typedName(`ecus[${index}].host`)}: missing; only one ECU may be without an address`);
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
    const missing = Object.entries({ latitude, longitude }).filter(([, value]) => value === undefined);
    const need = `${typedName('stop_at_night')} needs it to know when the sun is down`;
    return missing.map(([name]) => `${typedName(name)}: missing; ${isHalf ? 'it goes with the other one' : need}`);
  };
}

function ecusOf({ ecus }: JsonObject): JsonObject[] {
  return Array.isArray(ecus) ? ecus.map(asObject) : [];
}
