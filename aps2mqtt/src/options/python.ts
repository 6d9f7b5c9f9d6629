import { bare } from './normalise.ts';

/** The Python program's names for the options, in its environment variables and in its YAML file. */

export interface PythonKey {
  readonly name: string;
  /** Section of the Python program's YAML file; null for names that came later and stand in the environment only. */
  readonly section: 'ecu' | 'mqtt' | null;
  /** Path in the app's structure; `ecu.` stands for each ECU. */
  readonly path: string;
}

const key = (section: PythonKey['section'], name: string, path: string): PythonKey => ({ section, name, path });

export const PYTHON_KEYS: readonly PythonKey[] = [
  key('ecu', 'APS_ECU_IP', 'ecu.host'),
  key('ecu', 'APS_ECU_PORT', 'ecu.port'),
  key('ecu', 'APS_ECU_NAME', 'ecu.name'),
  key('ecu', 'APS_ECU_TIMEZONE', 'ecu.timezone'),
  key('ecu', 'APS_ECU_AUTO_RESTART', 'ecu.auto_restart'),
  key('ecu', 'APS_ECU_WIFI_SSID', 'ecu.wifi_ssid'),
  key('ecu', 'APS_ECU_WIFI_PASSWD', 'ecu.wifi_password'),
  key('ecu', 'APS_ECU_MODBUS', 'ecu.modbus'),
  key('ecu', 'APS_ECU_MODBUS_PORT', 'ecu.modbus_port'),
  key('ecu', 'APS_ECU_WEB_PAGE', 'ecu.web_page'),
  key('ecu', 'APS_ECU_STOP_AT_NIGHT', 'stop_at_night'),
  key('ecu', 'APS_ECU_POSITION_LAT', 'latitude'),
  key('ecu', 'APS_ECU_POSITION_LNG', 'longitude'),
  key('ecu', 'APS_POLL_INTERVAL', 'poll_interval'),
  key('ecu', 'APS_STATE_FILE', 'state_file'),
  key('ecu', 'APS_HISTORY_DIR', 'history_dir'),
  key('ecu', 'APS_HISTORY_DAYS', 'history_days'),
  key('mqtt', 'MQTT_BROKER_HOST', 'mqtt.host'),
  key('mqtt', 'MQTT_BROKER_PORT', 'mqtt.port'),
  key('mqtt', 'MQTT_BROKER_USER', 'mqtt.username'),
  key('mqtt', 'MQTT_BROKER_PASSWD', 'mqtt.password'),
  key('mqtt', 'MQTT_CLIENT_ID', 'mqtt.client_id'),
  key('mqtt', 'MQTT_TOPIC_PREFIX', 'mqtt.topic_prefix'),
  key('mqtt', 'MQTT_RETAIN', 'mqtt.retain'),
  key('mqtt', 'MQTT_PROTOCOL', 'mqtt.protocol'),
  key('mqtt', 'MQTT_DISCOVERY_ENABLED', 'mqtt.discovery'),
  key('mqtt', 'MQTT_DISCOVERY_PREFIX', 'mqtt.discovery_prefix'),
  key('mqtt', 'MQTT_DISCOVERY_PER_ENTITY', 'mqtt.discovery_per_entity'),
  key('mqtt', 'MQTT_BIRTH_TOPIC', 'mqtt.birth_topic'),
  key('mqtt', 'MQTT_PICTURE', 'mqtt.picture'),
  key('mqtt', 'MQTT_BROKER_SECURED_CONNECTION', 'mqtt.tls'),
  key('mqtt', 'MQTT_BROKER_CACERTS_PATH', 'mqtt.ca_file'),
  key('mqtt', 'MQTT_BROKER_TLS_VERIFY', 'mqtt.tls_verify'),
  key(null, 'APS_LANGUAGE', 'language'),
  key(null, 'APS_HTTP_PORT', 'http_port'),
  key(null, 'APS_HTTP_HOST', 'http_host'),
  key(null, 'APS_HTTP_PASSWORD', 'http_password'),
  key(null, 'APS_HTTP_ALLOWED_HOSTS', 'http_allowed_hosts'),
  key(null, 'APS_LOG_LEVEL', 'log_level'),
  key(null, 'APS_LOG_FORMAT', 'log_format'),
];

/** The Python program's defaults, where they are not the app's. */
export const PYTHON_DEFAULTS = {
  latitude: 48.864716,
  longitude: 2.349014,
  mqtt: { host: '127.0.0.1', discovery: false },
} as const;

/** Values by the Python program's names, as the app's structure. A comma in the address makes several ECUs. */
export function fromPythonKeys(found: ReadonlyMap<PythonKey, unknown>): Record<string, unknown> {
  const top: Record<string, unknown> = {};
  const mqtt: Record<string, unknown> = {};
  const shared: Record<string, unknown> = {};
  for (const [{ path }, value] of found) {
    const [head, tail] = path.split('.');
    const target = head === 'ecu' ? shared : head === 'mqtt' ? mqtt : top;
    target[tail ?? path] = value;
  }
  const hosts = listOf(shared.host);
  const ecus = hosts.map((host, index) => {
    const entries = Object.entries({ ...shared, host }).map(([name, value]) => [
      name,
      nth(name, value, index, hosts.length),
    ]);
    return Object.fromEntries(entries);
  });
  return ecus.length > 0 ? { ...top, ecus, mqtt } : { ...top, ecus: [shared], mqtt };
}

/** Lists that are not as long as the list of addresses: the key, and what is wrong with it. */
export function countProblems(found: ReadonlyMap<PythonKey, unknown>): { key: PythonKey; problem: string }[] {
  const entries = [...found];
  const addresses = listOf(entries.find(([{ path }]) => path === 'ecu.host')?.[1]).length;
  return entries.flatMap(([key, value]) => {
    const word = LISTS[key.path];
    const count = listOf(value).length;
    const isWrong = word !== undefined && addresses > 1 && count > 1 && count !== addresses;
    return isWrong ? [{ key, problem: `${count} ${word} for ${addresses} addresses` }] : [];
  });
}

function listOf(value: unknown): string[] {
  return typeof value === 'string'
    ? bare(value)
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : [];
}

/** These may be lists as long as the list of addresses; a single one serves all. */
const LISTS: Readonly<Record<string, string>> = {
  'ecu.port': 'ports',
  'ecu.name': 'names',
  'ecu.timezone': 'time zones',
  'ecu.modbus': 'settings',
  'ecu.modbus_port': 'ports',
  'ecu.web_page': 'settings',
};

function nth(name: string, value: unknown, index: number, count: number): unknown {
  const list = LISTS[`ecu.${name}`] !== undefined && count > 1 ? listOf(value) : [];
  // Too short or too long, it is told once (`countProblems`), and not for each of its parts.
  return list.length > 1 ? (list[index] ?? list[0]) : value;
}

/** The person's name for a path of the app's structure, where it came by the Python program's names. */
export function pythonName(path: string, keys: Iterable<PythonKey>): PythonKey | null {
  const wanted = path.replace(/^ecus(?:\[\d+\])?/, 'ecu').replace(/^ecu$/, 'ecu.host');
  for (const known of keys) {
    if (known.path === wanted) {
      return known;
    }
  }
  return null;
}
