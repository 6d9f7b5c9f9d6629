/**
 * The one schema of the options, in the app's own structure and with the app's own names. The other readers turn what
 * they find into this structure first (python.ts).
 *
 * `allowed` is the text for people: every mistake is told with it, behind "must be". `label` is what the options page
 * calls it in English (translations/en.yaml). `secret` values are never repeated.
 */
export interface OptionSchema {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly allowed: string;
  readonly label?: string;
  /** Kept to the letter: blanks and quotes at its ends count. */
  readonly secret?: true;
  readonly isHost?: true;
  /** Blanks and slashes at its ends don't count (normalise.ts). */
  readonly isTopic?: true;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly items?: OptionSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** For Ajv, here and in scripts/bundle.mjs. The keywords are ours: it has nothing to check in them. */
export const ajvSettings = { allErrors: true, keywords: ['allowed', 'label', 'secret', 'isHost', 'isTopic'] };

const yesOrNo: OptionSchema = { type: 'boolean', allowed: 'true or false' };
const text: OptionSchema = { type: 'string', allowed: 'a text of at most 250 characters', maxLength: 250 };
const secret: OptionSchema = { ...text, secret: true };
const port: OptionSchema = { type: 'integer', allowed: 'a port number, 1 to 65535', minimum: 1, maximum: 65535 };
const host: OptionSchema = {
  type: 'string',
  isHost: true,
  allowed: 'an IP address or a host name such as 192.168.1.42, without http:// and without a port',
  // A dotted or plain name, an IPv4 address, or anything with the colons of an IPv6 address.
  pattern:
    '^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*(?:%[A-Za-z0-9]+)?)$',
};
/** No wildcard, no NUL, no empty level. */
const topic: OptionSchema = {
  type: 'string',
  isTopic: true,
  allowed: 'an MQTT topic without + or #, without an empty level, at most 100 characters',
  pattern: '^(?!.*//)[^+#\\u0000-\\u001f\\u007f]*$',
  maxLength: 100,
};

const ecu: OptionSchema = {
  type: 'object',
  allowed: 'the settings of one ECU, such as its host',
  properties: {
    host: {
      ...host,
      label: 'Address',
      allowed: `${host.allowed}; or a network to look in, such as 192.168.1.0/24`,
      pattern: `${host.pattern}|^[0-9.]+/[0-9]{1,2}$`,
    },
    port: { ...port, label: 'Port' },
    name: { type: 'string', label: 'Name', allowed: 'a name of at most 60 characters', maxLength: 60 },
    timezone: { type: 'string', label: 'Time zone', allowed: 'a time zone such as Europe/Paris' },
    auto_restart: { ...yesOrNo, label: 'Restart automatically' },
    wifi_ssid: {
      ...text,
      label: 'WiFi name',
      allowed: 'the name of a WiFi network, at most 32 characters',
      maxLength: 32,
    },
    wifi_password: {
      ...secret,
      label: 'WiFi password',
      allowed: 'a WiFi password of at most 64 characters',
      maxLength: 64,
    },
    modbus: {
      type: 'string',
      label: 'Modbus (DC values, power limit)',
      allowed: 'off, read or control',
      enum: ['off', 'read', 'control'],
    },
    modbus_port: { ...port, label: 'Modbus port' },
    web_page: {
      type: 'string',
      label: "ECU's web page (meters, switches)",
      allowed: 'off, meters or control',
      enum: ['off', 'meters', 'control'],
    },
  },
};

const mqtt: OptionSchema = {
  type: 'object',
  allowed: 'the settings of the MQTT broker',
  properties: {
    host: { ...host, label: 'Broker address' },
    port: { ...port, label: 'Broker port' },
    username: { ...text, label: 'User name' },
    password: { ...secret, label: 'Password' },
    client_id: {
      type: 'string',
      label: 'Client ID',
      allowed: 'a client id of 1 to 64 characters',
      minLength: 1,
      maxLength: 64,
    },
    topic_prefix: { ...topic, label: 'Topic prefix' },
    retain: { ...yesOrNo, label: 'Retain values' },
    protocol: { type: 'string', label: 'MQTT version', allowed: '3.1.1 or 5', enum: ['3.1.1', '5'] },
    tls: { ...yesOrNo, label: 'Encrypted connection (TLS)' },
    tls_verify: { ...yesOrNo, label: "Check the broker's certificate" },
    ca_file: {
      type: 'string',
      label: 'CA certificate file',
      allowed: "the path of a PEM file with the broker's CA certificate",
    },
    discovery: { ...yesOrNo, label: 'Home Assistant discovery' },
    discovery_prefix: { ...topic, label: 'Discovery prefix', minLength: 1 },
    discovery_per_entity: { ...yesOrNo, label: 'One discovery message per entity' },
    birth_topic: { ...topic, label: 'Birth topic', minLength: 1 },
    picture: { ...yesOrNo, label: 'Roof picture' },
  },
};

export const optionsSchema: OptionSchema = {
  type: 'object',
  allowed: 'the options',
  properties: {
    ecus: {
      type: 'array',
      allowed: 'a list of at most 256 ECUs',
      maxItems: 256,
      items: ecu,
    },
    stop_at_night: { ...yesOrNo, label: 'Rest at night' },
    latitude: { type: 'number', label: 'Latitude', allowed: 'degrees, -90 to 90', minimum: -90, maximum: 90 },
    longitude: { type: 'number', label: 'Longitude', allowed: 'degrees, -180 to 180', minimum: -180, maximum: 180 },
    poll_interval: {
      type: 'integer',
      label: 'Poll interval (seconds)',
      allowed: 'a whole number of seconds, 60 to 3600',
      minimum: 60,
      maximum: 3600,
    },
    mqtt,
    language: {
      type: 'string',
      label: 'Language of the names',
      allowed: 'en, de, fr, nl or es',
      enum: ['en', 'de', 'fr', 'nl', 'es'],
    },
    http_port: { ...port, label: 'Port of the page' },
    http_host: {
      ...host,
      label: 'Address of the page',
      allowed: 'an IP address of this machine: 0.0.0.0 for all of them, 127.0.0.1 for itself alone',
    },
    http_password: { ...secret, label: 'Password of the page' },
    http_allowed_hosts: {
      type: 'string',
      label: 'Host names of the page',
      allowed: 'host names with commas between them, such as solar.example.org',
      pattern: '^[A-Za-z0-9._, -]*$',
      maxLength: 1000,
    },
    log_level: {
      type: 'string',
      label: 'Log level',
      allowed: 'trace, debug, info, notice, warning, error or fatal',
      enum: ['trace', 'debug', 'info', 'notice', 'warning', 'warn', 'error', 'fatal'],
    },
    log_format: { type: 'string', label: 'Log format', allowed: 'text or json', enum: ['text', 'json'] },
    state_file: { type: 'string', label: 'State file', allowed: 'the path of a file to keep the state in' },
    history_dir: { type: 'string', label: 'History folder', allowed: 'the path of a folder to keep the history in' },
    history_days: {
      type: 'integer',
      label: 'Days of history',
      allowed: 'a whole number of days, 1 to 36500',
      minimum: 1,
      maximum: 36500,
    },
  },
};
