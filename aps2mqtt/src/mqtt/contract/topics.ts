import type { Setting } from '../../site/order.ts';

/** The MQTT contract's topics. The ids are 12 digits and the prefix has been checked, so none can be odd. */
export interface Topics {
  /** What stands in front of all of them, without slashes at its ends; empty for nothing. */
  readonly prefix: string;
  /** Are we here? Also the last will. */
  readonly status: string;
  /** Does this ECU answer? */
  readonly availability: (ecuId: string) => string;
  readonly ecu: (ecuId: string) => string;
  readonly inverter: (ecuId: string, inverterId: string) => string;
  /** State of the ECU's meters. */
  readonly meter: (ecuId: string) => string;
  /** The roof as a picture. */
  readonly picture: (ecuId: string) => string;
  /** Of all ECUs that this program reads, where there are several: with the first one, since another copy has its own. */
  readonly pictureOfAll: (firstEcuId: string) => string;
  /** Where people and Home Assistant's buttons tell us what to do. */
  readonly refresh: (ecuId: string) => string;
  readonly restart: (ecuId: string) => string;
  readonly remove: (ecuId: string, inverterId: string) => string;
  readonly removeEcu: (ecuId: string) => string;
  /** Where settings are told: an ECU's, or one of its inverters'. */
  readonly setting: (ecuId: string, what: Setting, inverterId?: string | null) => string;
  readonly capture: (ecuId: string) => string;
  /** Where a capture comes out. */
  readonly captured: (ecuId: string) => string;
  /** Filter that hears the availability of all ECUs, whoever they are. */
  readonly availabilities: string;
  /** The ECU whose availability this topic tells; null for another topic. */
  readonly ecuOfAvailability: (topic: string) => string | null;
  /** Filters that hear all commands. */
  readonly commands: readonly string[];
}

const AVAILABILITY = /(\d{12})\/availability$/;

/** @param prefix without slashes at its ends; empty for none */
export function createTopics(prefix: string): Topics {
  const base = prefix === '' ? 'aps' : `${prefix}/aps`;
  return {
    prefix,
    status: `${base}/status`,
    availability: (ecuId) => `${base}/${ecuId}/availability`,
    ecu: (ecuId) => `${base}/${ecuId}`,
    inverter: (ecuId, inverterId) => `${base}/${ecuId}/${inverterId}`,
    picture: (ecuId) => `${base}/${ecuId}/roof`,
    pictureOfAll: (firstEcuId) => `${base}/${firstEcuId}/roof_of_all`,
    refresh: (ecuId) => `${base}/${ecuId}/refresh`,
    restart: (ecuId) => `${base}/${ecuId}/restart`,
    remove: (ecuId, inverterId) => `${base}/${ecuId}/${inverterId}/remove`,
    removeEcu: (ecuId) => `${base}/${ecuId}/remove`,
    meter: (ecuId) => `${base}/${ecuId}/meter`,
    setting: (ecuId, what, inverterId = null) =>
      `${base}/${ecuId}/${inverterId === null ? '' : `${inverterId}/`}${what}${what === 'release_limit' ? '' : '/set'}`,
    capture: (ecuId) => `${base}/${ecuId}/capture`,
    captured: (ecuId) => `${base}/${ecuId}/captured`,
    availabilities: `${base}/+/availability`,
    ecuOfAvailability: (topic) => {
      const [, ecuId = ''] = AVAILABILITY.exec(topic) ?? [];
      return topic === `${base}/${ecuId}/availability` ? ecuId : null;
    },
    commands: ['refresh', 'restart', 'capture', 'remove', '+/remove', 'release_limit', '+/set', '+/+/set'].map(
      (end) => `${base}/+/${end}`,
    ),
  };
}
