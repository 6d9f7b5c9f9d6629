import path from 'node:path';
import { ECU_PORT } from '../address.ts';
import type { Language } from '../language.ts';
import { LOG_LEVELS, type LogLevel } from '../logLevels.ts';
import { isNetwork } from '../network.ts';
import type { EcuOptions, EcuSearch, HttpOptions, MqttOptions, Options, Position } from './options.ts';

/** The app's structure after the schema has passed it (validator.ts): any key may be missing, none has another type. */
export interface Values {
  readonly ecus?: readonly {
    readonly host?: string;
    readonly port?: number;
    readonly name?: string;
    readonly timezone?: string;
    readonly auto_restart?: boolean;
    readonly wifi_ssid?: string;
    readonly wifi_password?: string;
    readonly modbus?: 'off' | 'read' | 'control';
    readonly modbus_port?: number;
    readonly web_page?: 'off' | 'meters' | 'control';
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
    readonly picture?: boolean;
  };
  readonly language?: Language;
  readonly http_port?: number;
  readonly http_host?: string;
  readonly http_password?: string;
  readonly http_allowed_hosts?: string;
  readonly log_level?: string;
  readonly log_format?: 'text' | 'json';
  readonly state_file?: string;
  readonly history_dir?: string;
  readonly history_days?: number;
}

/** What the machine tells; of these only the time zone is an option as well. */
export interface MachineDefaults {
  readonly timezone: string;
  readonly heartbeatFile: string | null;
  readonly systemCaFile: string | null;
}

/** What counts where a person set nothing. */
export interface Defaults extends MachineDefaults {
  /** Null to ask the Supervisor. */
  readonly mqttHost: string | null;
  readonly discovery: boolean;
  readonly position: Position | null;
  readonly stateFile: string | null;
  /** Null for beside the state. */
  readonly historyDir: string | null;
  /** Where a certificate file is whose path does not begin at the root; null for where the program was started. */
  readonly certificateFolder: string | null;
  /** Where the position will come from when nobody typed it. */
  readonly positionComesLater: boolean;
}

const MQTT_PORT = 1883;
const MODBUS_PORT = 502;
const CLIENT_ID = 'APS2MQTT';
/** A year, to compare with the same month, and a bit. */
const HISTORY_DAYS = 400;

export function buildOptions(values: Values, defaults: Defaults): Options {
  const { ecus = [] } = values;
  // Who types no ECU at all has the program look for all there are.
  const entries = ecus.length === 0 ? [{}] : ecus;
  return {
    ecus: entries.flatMap((ecu) => buildEcu(ecu, defaults)),
    searches: entries.flatMap((ecu) => buildSearch(ecu, defaults)),
    stopAtNight: values.stop_at_night ?? false,
    position: positionOf(values, defaults),
    pollInterval: values.poll_interval ?? null,
    mqtt: buildMqtt(values.mqtt ?? {}, defaults),
    language: values.language ?? null,
    http: buildHttp(values),
    logLevel: logLevel(values.log_level ?? 'info'),
    logFormat: values.log_format ?? 'text',
    stateFile: values.state_file ?? defaults.stateFile,
    historyDir: historyDir(values, defaults),
    historyDays: values.history_days ?? HISTORY_DAYS,
    heartbeatFile: defaults.heartbeatFile,
  };
}

type EcuValues = NonNullable<Values['ecus']>[number];

/** None of an entry without an address. */
function buildEcu(ecu: EcuValues, defaults: Defaults): EcuOptions[] {
  const { host } = ecu;
  return host === undefined || isNetwork(host) ? [] : [{ host, ...ecuSettings(ecu, defaults) }];
}

/** None of an entry with an address. */
function buildSearch(ecu: EcuValues, defaults: Defaults): EcuSearch[] {
  const { host: network = null } = ecu;
  return network === null || isNetwork(network) ? [{ network, ...ecuSettings(ecu, defaults) }] : [];
}

function ecuSettings(ecu: EcuValues, defaults: Defaults): Omit<EcuOptions, 'host'> {
  return {
    port: ecu.port ?? ECU_PORT,
    name: ecu.name ?? null,
    timezone: ecu.timezone ?? defaults.timezone,
    isTimezoneTyped: ecu.timezone !== undefined,
    autoRestart: ecu.auto_restart ?? false,
    wifiSsid: ecu.wifi_ssid ?? '',
    wifiPassword: ecu.wifi_password ?? '',
    modbus: ecu.modbus ?? 'off',
    modbusPort: ecu.modbus_port ?? MODBUS_PORT,
    webPage: ecu.web_page ?? 'off',
  };
}

function buildMqtt(mqtt: NonNullable<Values['mqtt']>, defaults: Defaults): MqttOptions {
  return {
    host: mqtt.host ?? defaults.mqttHost,
    port: mqtt.port ?? MQTT_PORT,
    typed: {
      ...(mqtt.port === undefined ? {} : { port: mqtt.port }),
      ...(mqtt.tls === undefined ? {} : { tls: mqtt.tls }),
    },
    username: mqtt.username ?? '',
    password: mqtt.password ?? '',
    clientId: mqtt.client_id ?? CLIENT_ID,
    topicPrefix: mqtt.topic_prefix ?? '',
    retain: mqtt.retain ?? false,
    protocol: mqtt.protocol ?? '3.1.1',
    tls: mqtt.tls ?? false,
    caFile: mqtt.ca_file === undefined ? null : certificateFile(mqtt.ca_file, defaults),
    systemCaFile: defaults.systemCaFile,
    tlsVerify: mqtt.tls_verify ?? true,
    discovery: mqtt.discovery ?? defaults.discovery,
    discoveryPrefix: mqtt.discovery_prefix ?? 'homeassistant',
    discoveryPerEntity: mqtt.discovery_per_entity ?? false,
    birthTopic: mqtt.birth_topic ?? 'homeassistant/status',
    picture: mqtt.picture ?? true,
  };
}

/** `ca.crt` and `ssl/ca.crt` are what people write who see the folder `ssl` in Home Assistant. */
function certificateFile(typed: string, { certificateFolder: folder }: Defaults): string {
  return folder === null ? typed : path.resolve(path.dirname(folder), inFolder(typed, path.basename(folder)));
}

function inFolder(typed: string, name: string): string {
  return typed.startsWith('/') || typed.startsWith(`${name}/`) ? typed : `${name}/${typed}`;
}

function buildHttp(values: Values): HttpOptions | null {
  const { http_port: port, http_host: host = '127.0.0.1', http_password: password = null } = values;
  const names = (values.http_allowed_hosts ?? '').split(/[\s,]+/).map((name) => name.toLowerCase());
  return port === undefined ? null : { port, host, password, allowedHosts: names.filter((name) => name !== '') };
}

function positionOf(values: Values, { position }: Defaults): Position | null {
  const { latitude = position?.latitude, longitude = position?.longitude } = values;
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}

/** Beside the saved state, unless told. */
function historyDir({ history_dir, state_file }: Values, defaults: Defaults): string | null {
  const state = state_file ?? defaults.stateFile;
  const own = history_dir ?? defaults.historyDir;
  return own ?? (state === null ? null : path.join(path.dirname(state), 'history'));
}

/** Home Assistant's and Python's names for the levels, as the logger's. */
function logLevel(name: string): LogLevel {
  const known: Readonly<Record<string, LogLevel>> = { notice: 'info', warning: 'warn' };
  return known[name] ?? LOG_LEVELS.find((level) => level === name) ?? 'info';
}
