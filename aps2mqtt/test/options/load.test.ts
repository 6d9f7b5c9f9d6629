import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOptions } from '../../src/options/load.ts';
import { fromEnvironment, fromYaml, problemsOf } from '../support/loadedOptions.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-options-'));

describe('environment', () => {
  it("needs only the address; the rest are the Python program's defaults", () => {
    expect(fromEnvironment({ APS_ECU_IP: '192.168.1.42' })).toMatchInlineSnapshot(`
      {
        "app": null,
        "notes": [
          "No broker is set: taking 127.0.0.1, this computer. For another one, set MQTT_BROKER_HOST",
          "Home Assistant discovery is off: the values go to the broker, but Home Assistant shows no devices. To see them there, set MQTT_DISCOVERY_ENABLED to true",
          "Nothing is kept over a restart: after one, the energies are unknown until the ECU answers, and inverters that it does not list at that moment are missing. To keep them, set APS_STATE_FILE to the path of a file",
          "Only today is kept of what is read. To keep more, set APS_HISTORY_DIR to a folder",
        ],
        "options": {
          "ecus": [
            {
              "autoRestart": false,
              "host": "192.168.1.42",
              "isTimezoneTyped": false,
              "modbus": "off",
              "modbusPort": 502,
              "name": null,
              "port": 8899,
              "timezone": "Europe/Paris",
              "webPage": "off",
              "wifiPassword": "",
              "wifiSsid": "",
            },
          ],
          "heartbeatFile": null,
          "historyDays": 400,
          "historyDir": null,
          "http": null,
          "language": null,
          "logFormat": "text",
          "logLevel": "info",
          "mqtt": {
            "birthTopic": "homeassistant/status",
            "caFile": null,
            "clientId": "APS2MQTT",
            "discovery": false,
            "discoveryPerEntity": false,
            "discoveryPrefix": "homeassistant",
            "host": "127.0.0.1",
            "password": "",
            "picture": true,
            "port": 1883,
            "protocol": "3.1.1",
            "retain": false,
            "systemCaFile": null,
            "tls": false,
            "tlsVerify": true,
            "topicPrefix": "",
            "typed": {},
            "username": "",
          },
          "pollInterval": null,
          "position": {
            "latitude": 48.864716,
            "longitude": 2.349014,
          },
          "searches": [],
          "stateFile": null,
          "stopAtNight": false,
        },
        "warnings": [],
      }
    `);
  });

  it('reads every variable of the Python program', () => {
    const { options, warnings } = fromEnvironment({
      APS_ECU_IP: '192.168.1.42',
      APS_ECU_PORT: '8900',
      APS_ECU_TIMEZONE: 'America/New_York',
      APS_ECU_AUTO_RESTART: 'True',
      APS_ECU_WIFI_SSID: 'My Wifi',
      APS_ECU_WIFI_PASSWD: 'secret-key',
      APS_ECU_STOP_AT_NIGHT: 'yes',
      APS_ECU_POSITION_LAT: '51.49819',
      APS_ECU_POSITION_LNG: '-0.13087',
      MQTT_BROKER_HOST: 'broker.example',
      MQTT_BROKER_PORT: '8883',
      MQTT_BROKER_USER: 'john-doe',
      MQTT_BROKER_PASSWD: '12345',
      MQTT_CLIENT_ID: 'MyClient',
      MQTT_TOPIC_PREFIX: 'my-topic',
      MQTT_RETAIN: 'T',
      MQTT_DISCOVERY_ENABLED: '1',
      MQTT_DISCOVERY_PREFIX: 'ha',
      MQTT_BROKER_SECURED_CONNECTION: 'y',
      MQTT_BROKER_CACERTS_PATH: '/certs/ca.pem',
      DEBUG: 'True',
    });
    expect(warnings).toEqual([]);
    expect(options).toMatchInlineSnapshot(`
      {
        "ecus": [
          {
            "autoRestart": true,
            "host": "192.168.1.42",
            "isTimezoneTyped": true,
            "modbus": "off",
            "modbusPort": 502,
            "name": null,
            "port": 8900,
            "timezone": "America/New_York",
            "webPage": "off",
            "wifiPassword": "secret-key",
            "wifiSsid": "My Wifi",
          },
        ],
        "heartbeatFile": null,
        "historyDays": 400,
        "historyDir": null,
        "http": null,
        "language": null,
        "logFormat": "text",
        "logLevel": "debug",
        "mqtt": {
          "birthTopic": "homeassistant/status",
          "caFile": "/certs/ca.pem",
          "clientId": "MyClient",
          "discovery": true,
          "discoveryPerEntity": false,
          "discoveryPrefix": "ha",
          "host": "broker.example",
          "password": "12345",
          "picture": true,
          "port": 8883,
          "protocol": "3.1.1",
          "retain": true,
          "systemCaFile": null,
          "tls": true,
          "tlsVerify": true,
          "topicPrefix": "my-topic",
          "typed": {
            "port": 8883,
            "tls": true,
          },
          "username": "john-doe",
        },
        "pollInterval": null,
        "position": {
          "latitude": 51.49819,
          "longitude": -0.13087,
        },
        "searches": [],
        "stateFile": null,
        "stopAtNight": true,
      }
    `);
  });

  it.each(['False', 'f', 'no', 'N', '0', 'false', ''])('takes %j for false', (word) => {
    expect(fromEnvironment({ APS_ECU_IP: 'ecu', MQTT_RETAIN: word }).options.mqtt.retain).toBe(false);
  });

  it('reads several addresses, with one port for all or one each', () => {
    const shared = fromEnvironment({ APS_ECU_IP: '10.0.0.1, 10.0.0.2', APS_ECU_PORT: '9000' }).options.ecus;
    expect(shared.map(({ host, port }) => `${host}:${port}`)).toEqual(['10.0.0.1:9000', '10.0.0.2:9000']);
    const each = fromEnvironment({ APS_ECU_IP: '10.0.0.1,10.0.0.2', APS_ECU_PORT: '1,2' }).options.ecus;
    expect(each.map(({ host, port }) => `${host}:${port}`)).toEqual(['10.0.0.1:1', '10.0.0.2:2']);
  });

  it('names every mistake at once, by the name that was typed', () => {
    const problems = problemsOf(() =>
      fromEnvironment({
        APS_ECU_IPS: '192.168.1.42',
        APS_ECU_PORT: '99999',
        APS_ECU_TIMEZONE: 'Europe/Atlantis',
        APS_ECU_POSITION_LAT: 'north',
        MQTT_RETAIN: 'maybe',
        MQTT_TOPIC_PREFIX: 'a/+/b',
        MQTT_BROKER_PASSWD: 'x'.repeat(300),
      }),
    );
    expect(problems).toMatchInlineSnapshot(`
      [
        "APS_ECU_PORT: found 99999; must be a port number, 1 to 65535",
        "APS_ECU_POSITION_LAT: found "north"; must be degrees, -90 to 90",
        "MQTT_BROKER_PASSWD: found something else (not shown, it is a secret); must be a text of at most 250 characters",
        "MQTT_TOPIC_PREFIX: found "a/+/b"; must be an MQTT topic without + or #, without an empty level, at most 100 characters",
        "MQTT_RETAIN: found "maybe"; must be true or false",
        "APS_ECU_TIMEZONE: found "Europe/Atlantis"; must be a time zone such as Europe/Paris",
        "APS_ECU_IPS: no such option. Did you mean APS_ECU_IP?",
      ]
    `);
    expect(problems.join('\n')).not.toContain('xxx');
  });

  it.each(['http://192.168.1.42', '192.168.1.42:8899', '192.168.1.42/', 'my ecu', '-'])(
    'refuses the address %s',
    (host) => {
      expect(problemsOf(() => fromEnvironment({ APS_ECU_IP: host }))[0]).toContain('APS_ECU_IP: found');
    },
  );

  it.each(['ecu.local', 'fe80::1', '::1', '192.168.1.42', 'ecu_2'])('takes the address %s', (host) => {
    expect(fromEnvironment({ APS_ECU_IP: host }).options.ecus[0]?.host).toBe(host);
  });

  it.each([
    ['solar', 'solar'],
    ['/solar/', 'solar'],
    ['  ', ''],
    [' / ', ''],
    ['a/b', 'a/b'],
    ['a/ b /', 'a/ b'],
    ['/ /a b/ /', 'a b'],
  ])('makes %j the prefix %j', (typed, prefix) => {
    expect(fromEnvironment({ APS_ECU_IP: 'ecu', MQTT_TOPIC_PREFIX: typed }).options.mqtt.topicPrefix).toBe(prefix);
  });

  it.each(['a//b', '+', 'a/#', 'a\u0000b'])('refuses the prefix %j', (prefix) => {
    const problems = problemsOf(() => fromEnvironment({ APS_ECU_IP: 'ecu', MQTT_TOPIC_PREFIX: prefix }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('MQTT_TOPIC_PREFIX');
  });

  it.each(['', '/', ' // '])('keeps the usual topics of discovery for %j', (typed) => {
    const { mqtt } = fromEnvironment({
      APS_ECU_IP: 'ecu',
      MQTT_DISCOVERY_PREFIX: typed,
      MQTT_BIRTH_TOPIC: typed,
    }).options;
    expect(mqtt).toMatchObject({ discoveryPrefix: 'homeassistant', birthTopic: 'homeassistant/status' });
  });

  it('tells of the machine, wherever the options come from', () => {
    const environment = { APS_HEARTBEAT_FILE: '/run/alive', SSL_CERT_FILE: '/certs/all.pem' };
    const told = { heartbeatFile: '/run/alive', mqtt: { systemCaFile: '/certs/all.pem' } };
    const { options, warnings } = fromEnvironment({ APS_ECU_IP: 'ecu', ...environment });
    expect(options).toMatchObject(told);
    expect(warnings).toEqual([]);
    expect(fromYaml('ecus: [{host: a}]', environment).options).toMatchObject(told);
  });

  it("warns of a name that is nearly ours, and leaves other programs' names alone", () => {
    const { warnings } = fromEnvironment({ APS_ECU_IP: 'ecu', MQTT_RETIAN: '1', MQTT_SN_GATEWAY: '1', APS_FOO: '1' });
    expect(warnings).toEqual([
      'MQTT_RETIAN: no such option, ignored. Did you mean MQTT_RETAIN?',
      'APS_FOO: no such option, ignored',
    ]);
  });
});

describe('a restart that cannot be', () => {
  it('is warned of by the names that were typed, once for all ECUs', () => {
    const restarts = { APS_ECU_IP: 'a,b', APS_ECU_AUTO_RESTART: 'yes' };
    expect(fromEnvironment(restarts).warnings).toEqual([
      'APS_ECU_WIFI_SSID and APS_ECU_WIFI_PASSWD: missing; APS_ECU_AUTO_RESTART needs them: there will be no restart',
    ]);
    expect(fromEnvironment({ ...restarts, APS_ECU_WIFI_SSID: 'home' }).warnings).toEqual([
      'APS_ECU_WIFI_PASSWD: missing; APS_ECU_AUTO_RESTART needs it: there will be no restart',
    ]);
    const wifi = { APS_ECU_WIFI_SSID: 'home', APS_ECU_WIFI_PASSWD: 'made-up' };
    expect(fromEnvironment({ ...restarts, ...wifi }).warnings).toEqual([]);
  });

  it.each([
    [
      'ecus: [{host: a}, {host: b, auto_restart: true, wifi_ssid: "", wifi_password: c}]',
      'ecus[1].wifi_ssid: missing; ecus[1].auto_restart needs it: there will be no restart',
    ],
    [
      'ecu: {APS_ECU_IP: a, APS_ECU_AUTO_RESTART: True}',
      'ecu.APS_ECU_WIFI_SSID and ecu.APS_ECU_WIFI_PASSWD: missing; ecu.APS_ECU_AUTO_RESTART needs them: there will be no restart',
    ],
  ])('is warned of in %s', (text, warning) => {
    expect(fromYaml(text).warnings).toEqual([warning]);
  });
});

describe('YAML file', () => {
  it("reads the Python program's example", () => {
    const { options, warnings } = fromYaml(`
ecu:
  APS_ECU_IP: '192.168.1.42'
  APS_ECU_TIMEZONE: 'Europe/Paris'
  APS_ECU_STOP_AT_NIGHT: True
  APS_ECU_POSITION_LAT: 47.206
  APS_ECU_POSITION_LNG: -1.5645
mqtt:
  MQTT_BROKER_HOST: '192.168.1.12'
  MQTT_BROKER_PORT: 1883
  MQTT_BROKER_USER: 'johndoe'
  MQTT_BROKER_PASSWD: 'itsasecret'
  MQTT_RETAIN: True
  MQTT_DISCOVERY_ENABLED: True
`);
    expect(warnings).toEqual([]);
    expect(options.ecus[0]).toMatchObject({ host: '192.168.1.42', port: 8899, timezone: 'Europe/Paris' });
    expect(options).toMatchObject({ stopAtNight: true, position: { latitude: 47.206, longitude: -1.5645 } });
    expect(options.mqtt).toMatchObject({ host: '192.168.1.12', username: 'johndoe', retain: true, discovery: true });
  });

  it("reads the app's structure, where discovery is on", () => {
    const { options, warnings } = fromYaml(`
ecus:
  - host: 192.168.1.42
    name: Roof
  - host: 192.168.1.43
    port: 9000
    timezone: America/New_York
mqtt:
  host: broker
  port: 8883
  tls: true
poll_interval: 300
log_level: warning
state_file: /var/lib/aps2mqtt/state.json
`);
    expect(warnings).toEqual([]);
    expect(options).toMatchInlineSnapshot(`
      {
        "ecus": [
          {
            "autoRestart": false,
            "host": "192.168.1.42",
            "isTimezoneTyped": false,
            "modbus": "off",
            "modbusPort": 502,
            "name": "Roof",
            "port": 8899,
            "timezone": "Europe/Paris",
            "webPage": "off",
            "wifiPassword": "",
            "wifiSsid": "",
          },
          {
            "autoRestart": false,
            "host": "192.168.1.43",
            "isTimezoneTyped": true,
            "modbus": "off",
            "modbusPort": 502,
            "name": null,
            "port": 9000,
            "timezone": "America/New_York",
            "webPage": "off",
            "wifiPassword": "",
            "wifiSsid": "",
          },
        ],
        "heartbeatFile": null,
        "historyDays": 400,
        "historyDir": "/var/lib/aps2mqtt/history",
        "http": null,
        "language": null,
        "logFormat": "text",
        "logLevel": "warn",
        "mqtt": {
          "birthTopic": "homeassistant/status",
          "caFile": null,
          "clientId": "APS2MQTT",
          "discovery": true,
          "discoveryPerEntity": false,
          "discoveryPrefix": "homeassistant",
          "host": "broker",
          "password": "",
          "picture": true,
          "port": 8883,
          "protocol": "3.1.1",
          "retain": false,
          "systemCaFile": null,
          "tls": true,
          "tlsVerify": true,
          "topicPrefix": "",
          "typed": {
            "port": 8883,
            "tls": true,
          },
          "username": "",
        },
        "pollInterval": 300,
        "position": null,
        "searches": [],
        "stateFile": "/var/lib/aps2mqtt/state.json",
        "stopAtNight": false,
      }
    `);
  });

  it('names every mistake by its path in the file', () => {
    const problems = problemsOf(() =>
      fromYaml(`
ecus:
  - host: 192.168.1.42
    prot: 8899
  - name: no address
  - name: nor this
mqtt:
  port: zero
  topic_prefix: 'a//b'
  password: [1, 2]
poll_interval: 5
log_level: loud
stop_at_nigth: true
`),
    );
    expect(problems).toMatchInlineSnapshot(`
      [
        "poll_interval: found 5; must be a whole number of seconds, 60 to 3600",
        "mqtt.port: found "zero"; must be a port number, 1 to 65535",
        "mqtt.password: found something else (not shown, it is a secret); must be a text of at most 250 characters",
        "mqtt.topic_prefix: found "a//b"; must be an MQTT topic without + or #, without an empty level, at most 100 characters",
        "log_level: found "loud"; must be trace, debug, info, notice, warning, error or fatal",
        "ecus[2].host: missing; only one ECU may be without an address",
        "ecus[0].prot: no such option. Did you mean ecus[0].port?",
        "stop_at_nigth: no such option. Did you mean stop_at_night?",
      ]
    `);
  });

  it("names the Python program's keys by section", () => {
    const problems = problemsOf(() => fromYaml('ecu:\n  APS_ECU_PROT: 1\nmqtt:\n  MQTT_BROKER_PORT: many\n'));
    expect(problems).toMatchInlineSnapshot(`
      [
        "mqtt.MQTT_BROKER_PORT: found "many"; must be a port number, 1 to 65535",
        "ecu.APS_ECU_PROT: no such option. Did you mean ecu.APS_ECU_PORT?",
      ]
    `);
  });

  it.each([
    ['', 'no options in it'],
    ['- a list', 'no options in it'],
    ['ecu: [', 'no valid YAML'],
    ['ecu: 192.168.1.42', 'ecu: found no settings'],
    ['ecus: 192.168.1.42', 'ecus: found "192.168.1.42"'],
    ['ecus: [{host: a}, {host: a}]', 'ecus[1].host: a is there twice'],
    ['ecus: {host: a}', 'ecus: found a section'],
    ['ecus: [{host: a}]\nmqtt: [{password: topsecret}]', 'mqtt: found a list'],
    ['mqtt:\n  password: topsecret: more', 'no valid YAML: look at line 2'],
    ['ecus: [{host: a}]\nmqtt: {host: "mqtt://me:topsecret@broker"}', '//…@broker'],
    ['ecus: [{name: House}, {name: Garage}]', 'ecus[1].host: missing; only one ECU may be without an address'],
    ['ecus: [{host: a}]\nlatitude: 5', 'longitude: missing'],
    ['ecus: [{host: a}]\nstop_at_night: true', 'stop_at_night needs it'],
    ['ecus: [{host: a}]\nmqtt: broker', 'mqtt: found "broker"'],
  ])('says what is wrong with %j', (text, expected) => {
    const problems = problemsOf(() => fromYaml(text)).join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('topsecret');
  });

  it('leaves texts that look like numbers as they are, and takes null for not set', () => {
    const { options } = fromYaml('ecus: [{host: a, port: ~}]\nmqtt: {username: 0042, password: 1e5, retain: null}');
    expect(options.mqtt).toMatchObject({ username: '0042', password: '1e5', retain: false });
    expect(options.ecus[0]?.port).toBe(8899);
  });

  it.each(['CET-1CEST', ':/etc/localtime', 'Foo/Bar', ''])('does without TZ=%s', (TZ) => {
    const zone = fromEnvironment({ APS_ECU_IP: 'ecu', TZ }).options.ecus[0]?.timezone;
    expect(zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it('says when the file is not there', () => {
    const problems = problemsOf(() => loadOptions('/nowhere/options.yaml', {}));
    expect(problems[0]).toContain('/nowhere/options.yaml cannot be read');
  });

  it('is found by CONFIG_FILE, and -c comes before it', () => {
    const file = path.join(folder, 'other.yaml');
    writeFileSync(file, 'ecus: [{host: from-variable}]');
    expect(loadOptions(undefined, { CONFIG_FILE: file }).options.ecus[0]?.host).toBe('from-variable');
    expect(fromYaml('ecus: [{host: from-flag}]', { CONFIG_FILE: file }).options.ecus[0]?.host).toBe('from-flag');
  });
});

describe('the page', () => {
  it('is off until a port is named, and then for this machine alone', () => {
    expect(load({ APS_ECU_IP: '192.168.1.42' }).http).toBeNull();
    expect(load({ APS_ECU_IP: '192.168.1.42', APS_HTTP_PORT: '8080' }).http).toEqual({
      port: 8080,
      host: '127.0.0.1',
      password: null,
      allowedHosts: [],
    });
  });

  it('takes address, password and names', () => {
    const typed = { APS_HTTP_PORT: '8080', APS_HTTP_HOST: '0.0.0.0', APS_HTTP_PASSWORD: 'secret' };
    const names = { APS_HTTP_ALLOWED_HOSTS: ' Solar.example.org, pv.example.org,' };
    expect(load({ APS_ECU_IP: '192.168.1.42', ...typed, ...names }).http).toEqual({
      port: 8080,
      host: '0.0.0.0',
      password: 'secret',
      allowedHosts: ['solar.example.org', 'pv.example.org'],
    });
  });

  it('never repeats its password', () => {
    const wrong = () => load({ APS_ECU_IP: '192.168.1.42', APS_HTTP_PORT: '0', APS_HTTP_PASSWORD: 'x'.repeat(251) });
    expect(wrong).toThrow(/APS_HTTP_PORT: .*\n.*APS_HTTP_PASSWORD: /);
    expect(wrong).not.toThrow('xxx');
  });

  const load = (environment: Record<string, string>) => loadOptions(undefined, environment).options;
});

describe('without an address', () => {
  it('ECUs are looked for: everywhere, or in the networks that were typed', () => {
    const typed = {
      MQTT_BROKER_HOST: 'broker',
      APS_ECU_IP: '192.168.1.42,192.168.2.0/24',
      APS_ECU_NAME: 'House,Garage',
    };
    expect(fromEnvironment(typed).options).toMatchObject({
      ecus: [{ host: '192.168.1.42', name: 'House' }],
      searches: [{ network: '192.168.2.0/24', name: 'Garage', port: 8899, timezone: 'Europe/Paris' }],
    });
    expect(fromEnvironment({ MQTT_BROKER_HOST: 'broker', APS_ECU_PORT: '9000' }).options).toMatchObject({
      ecus: [],
      searches: [{ network: null, port: 9000 }],
    });
    expect(fromYaml('mqtt: {host: broker}').options).toMatchObject({ ecus: [], searches: [{ network: null }] });
  });

  it('nobody is looked for beside ECUs that have theirs', () => {
    expect(fromYaml('ecus: [{host: a}, {host: b}]').options.searches).toEqual([]);
  });
});
