import { LOG_LEVELS, type LogLevel } from '../logger.ts';
import type { Rule } from './check.ts';
import type { EcuOptions, MqttOptions, Options, Position } from './options.ts';

/** The app's structure after the schema has passed it: any key may be missing, none has another type. */
export interface Values {
  readonly ecus: readonly {
    readonly host: string;
    readonly port?: number;
    readonly name?: string;
    readonly timezone?: string;
    readonly auto_restart?: boolean;
    readonly wifi_ssid?: string;
    readonly wifi_password?: string;
  }[];
  readonly stop_at_night?: boolean;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly poll_interval?: number;
  readonly mqtt?: {
    readonly host?: string;
    readonly port?: number;
    readonly username?: string;
    readonly password?: string;
    readonly client_id?: string;
    readonly topic_prefix?: string;
    readonly retain?: boolean;
    readonly protocol?: '3.1.1' | '5';
    readonly tls?: boolean;
    readonly tls_verify?: boolean;
    readonly ca_file?: string;
    readonly discovery?: boolean;
    readonly discovery_prefix?: string;
    readonly discovery_per_entity?: boolean;
    readonly birth_topic?: string;
  };
  readonly log_level?: string;
  readonly log_format?: 'text' | 'json';
  readonly state_file?: string;
}

/** What counts where a person set nothing. */
export interface Defaults {
  /** Null to ask the Supervisor. */
  readonly mqttHost: string | null;
  readonly discovery: boolean;
  readonly position: Position | null;
  readonly timezone: string;
  readonly stateFile: string | null;
  /** Where the position will come from when nobody typed it. */
  readonly positionComesLater: boolean;
}

const ECU_PORT = 8899;
const MQTT_PORT = 1883;
const CLIENT_ID = 'APS2MQTT';

export function buildOptions(values: Values, defaults: Defaults): Options {
  return {
    ecus: values.ecus.map((ecu) => buildEcu(ecu, defaults)),
    stopAtNight: values.stop_at_night ?? false,
    position: positionOf(values, defaults),
    pollInterval: values.poll_interval ?? null,
    mqtt: buildMqtt(values.mqtt ?? {}, defaults),
    logLevel: logLevel(values.log_level ?? 'info'),
    logFormat: values.log_format ?? 'text',
    stateFile: values.state_file ?? defaults.stateFile,
  };
}

function buildEcu(ecu: Values['ecus'][number], defaults: Defaults): EcuOptions {
  return {
    host: ecu.host,
    port: ecu.port ?? ECU_PORT,
    name: ecu.name ?? null,
    timezone: ecu.timezone ?? defaults.timezone,
    autoRestart: ecu.auto_restart ?? false,
    wifiSsid: ecu.wifi_ssid ?? '',
    wifiPassword: ecu.wifi_password ?? '',
  };
}

function buildMqtt(mqtt: NonNullable<Values['mqtt']>, defaults: Defaults): MqttOptions {
  return {
    host: mqtt.host ?? defaults.mqttHost,
    port: mqtt.port ?? MQTT_PORT,
    username: mqtt.username?.trim() ?? '',
    password: mqtt.password ?? '',
    clientId: mqtt.client_id ?? CLIENT_ID,
    topicPrefix: withoutSlashes(mqtt.topic_prefix ?? ''),
    retain: mqtt.retain ?? false,
    protocol: mqtt.protocol ?? '3.1.1',
    tls: mqtt.tls ?? false,
    caFile: mqtt.ca_file ?? null,
    tlsVerify: mqtt.tls_verify ?? true,
    discovery: mqtt.discovery ?? defaults.discovery,
    discoveryPrefix: withoutSlashes(mqtt.discovery_prefix ?? '') || 'homeassistant',
    discoveryPerEntity: mqtt.discovery_per_entity ?? false,
    birthTopic: withoutSlashes(mqtt.birth_topic ?? '') || 'homeassistant/status',
  };
}

function withoutSlashes(topic: string): string {
  return topic.trim().replace(/^\/+|\/+$/g, '');
}

function positionOf(values: Partial<Values>, { position }: Defaults): Position | null {
  const { latitude = position?.latitude, longitude = position?.longitude } = values;
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}

/** Latitude and longitude go together, and the rest at night needs them. */
export function positionRule(defaults: Defaults): Rule {
  return (values, typedName) => {
    const { latitude, longitude, stop_at_night: rests } = values as Partial<Values>;
    const isHalf = (latitude === undefined) !== (longitude === undefined);
    const isNeeded = rests === true && !defaults.positionComesLater;
    if (positionOf(values as Partial<Values>, defaults) !== null || !(isHalf || isNeeded)) {
      return [];
    }
    const missing = latitude === undefined ? 'latitude' : 'longitude';
    const why = isHalf ? 'it goes with the other one' : 'stop_at_night needs it to know when the sun is down';
    return [`${typedName(missing)}: missing; ${why}`];
  };
}

/** Home Assistant's and Python's names for the levels, as the logger's. */
function logLevel(name: string): LogLevel {
  const known: Readonly<Record<string, LogLevel>> = { notice: 'info', warning: 'warn' };
  return known[name] ?? LOG_LEVELS.find((level) => level === name) ?? 'info';
}
