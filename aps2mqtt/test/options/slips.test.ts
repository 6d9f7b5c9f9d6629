import { describe, expect, it } from 'vitest';
import { allNames } from '../../src/options/names.ts';
import { PYTHON_KEYS } from '../../src/options/python.ts';
import { fromApp, fromEnvironment, fromYaml, problemsOf } from '../support/loadedOptions.ts';

const ECU = 'ecus: [{host: a}]';

describe('blanks and quotes around a value', () => {
  const slips = [(text: string) => ` ${text} `, (text: string) => `"${text}"`, (text: string) => ` ' ${text}' `];

  it.each(slips)('are no part of it (%#)', (slip) => {
    const { options, warnings } = fromEnvironment({
      APS_ECU_IP: slip('192.168.1.42, 192.168.1.43'),
      APS_ECU_PORT: slip('8899'),
      APS_ECU_TIMEZONE: slip('Europe/Madrid'),
      APS_ECU_STOP_AT_NIGHT: slip('yes'),
      APS_ECU_POSITION_LAT: slip('-33.9'),
      MQTT_BROKER_HOST: slip('broker.local'),
      MQTT_BROKER_USER: slip('solar'),
      MQTT_BROKER_PASSWD: 'made-up',
      MQTT_CLIENT_ID: slip('roof'),
      MQTT_TOPIC_PREFIX: slip('home'),
      APS_LOG_LEVEL: slip('Debug'),
    });
    expect(options).toMatchObject({
      ecus: [{ host: '192.168.1.42', port: 8899, timezone: 'Europe/Madrid' }, { host: '192.168.1.43' }],
      stopAtNight: true,
      position: { latitude: -33.9 },
      mqtt: { host: 'broker.local', username: 'solar', clientId: 'roof', topicPrefix: 'home' },
      logLevel: 'debug',
    });
    expect(warnings).toEqual([]);
  });

  it('are cut in a file, too', () => {
    expect(fromYaml(`ecus: [{host: " ecu "}]\nmqtt: {host: "'broker'"}`).options).toMatchObject({
      ecus: [{ host: 'ecu' }],
      mqtt: { host: 'broker' },
    });
  });

  it.each([
    ['topsecret ', 'a blank'],
    ['"topsecret"', 'a quote'],
    ["'topsecret'", 'a quote'],
  ])('count in the secret %j, and that is told', (secret, what) => {
    const { options, warnings } = fromEnvironment({
      APS_ECU_IP: 'a',
      MQTT_BROKER_USER: 'me',
      MQTT_BROKER_PASSWD: secret,
      APS_ECU_WIFI_PASSWD: secret,
    });
    expect(options).toMatchObject({ mqtt: { password: secret }, ecus: [{ wifiPassword: secret }] });
    expect(warnings).toEqual(
      ['MQTT_BROKER_PASSWD', 'APS_ECU_WIFI_PASSWD'].map(
        (name) => `${name}: begins or ends with ${what}, which counts as a part of it`,
      ),
    );
  });
});

describe('an address with more around it', () => {
  it.each([
    ['192.168.1.42:8899', 'Write 192.168.1.42: the port has a field of its own, 8899'],
    ['http://192.168.1.42', 'Write 192.168.1.42'],
    ['http://192.168.1.42/', 'Write 192.168.1.42'],
    ['https://ecu.local:80/index.php', 'Write ecu.local: the port has a field of its own, 80'],
    ['[fe80::1]:8899', 'Write fe80::1: the port has a field of its own, 8899'],
    ['mqtt://broker:1883', 'Write broker: the port has a field of its own, 1883'],
    ['mqtts://broker', 'Write broker, and switch the encrypted connection (tls) on'],
    ['192.168.1.42/', 'Write 192.168.1.42'],
  ])('%s', (host, advice) => {
    const found = `found "${host}"`;
    expect(problemsOf(() => fromEnvironment({ APS_ECU_IP: host }))).toEqual([`APS_ECU_IP: ${found}. ${advice}`]);
    expect(problemsOf(() => fromYaml(`${ECU}\nmqtt: {host: "${host}"}`))).toEqual([`mqtt.host: ${found}. ${advice}`]);
  });

  it('shows no login that is in it', () => {
    const problems = problemsOf(() => fromEnvironment({ APS_ECU_IP: 'a', MQTT_BROKER_HOST: 'mqtt://me:pw@broker' }));
    expect(problems).toEqual(['MQTT_BROKER_HOST: found "mqtt://…@broker". Write broker']);
  });

  it.each(['my ecu', 'a..b c', '?'])('%j: nobody knows what is meant', (host) => {
    expect(problemsOf(() => fromEnvironment({ APS_ECU_IP: host }))[0]).toContain(
      'must be an IP address or a host name',
    );
  });
});

describe("another program's name of an option", () => {
  it.each([
    [`${ECU}\nmqtt: {server: b}`, 'mqtt.server', 'mqtt.host'],
    [`${ECU}\nmqtt: {broker: b}`, 'mqtt.broker', 'mqtt.host'],
    [`${ECU}\nmqtt: {user: b}`, 'mqtt.user', 'mqtt.username'],
    [`${ECU}\nmqtt: {pass: b}`, 'mqtt.pass', 'mqtt.password'],
    [`${ECU}\nmqtt: {ssl: true}`, 'mqtt.ssl', 'mqtt.tls'],
    [`${ECU}\nmqtt: {prefix: b}`, 'mqtt.prefix', 'mqtt.topic_prefix'],
    [`${ECU}\nmqtt: {base_topic: b}`, 'mqtt.base_topic', 'mqtt.topic_prefix'],
    [`${ECU}\nmqtt: {clientId: b}`, 'mqtt.clientId', 'mqtt.client_id'],
    ['ecus: [{host: a, tz: UTC}]', 'ecus[0].tz', 'ecus[0].timezone'],
    ['ecu: {APS_ECU_IP: a, address: b}', 'ecu.address', 'ecu.APS_ECU_IP'],
    [`${ECU}\nscan_interval: 60`, 'scan_interval', 'poll_interval'],
    [`${ECU}\nhistory: 60`, 'history', 'history_days'],
    [`${ECU}\npage_port: 8080`, 'page_port', 'http_port'],
    [`${ECU}\nmqtt: {image: true}`, 'mqtt.image', 'mqtt.picture'],
    [`${ECU}\nlat: 60`, 'lat', 'latitude'],
    ['ecu: {APS_ECU_IP: a}\nmqtt: {SERVER: b}', 'mqtt.SERVER', 'mqtt.MQTT_BROKER_HOST'],
  ])('%j', (text, name, ours) => {
    expect(fromYaml(text).warnings).toEqual([`${name}: no such option, ignored. Did you mean ${ours}?`]);
  });

  it.each([
    ['MQTT_SSL', 'MQTT_BROKER_SECURED_CONNECTION'],
    ['MQTT_BROKER_SSL', 'MQTT_BROKER_SECURED_CONNECTION'],
    ['MQTT_BASE_TOPIC', 'MQTT_TOPIC_PREFIX'],
    ['MQTT_CA_CERT', 'MQTT_BROKER_CACERTS_PATH'],
    ['MQTT_DISCOVERY', 'MQTT_DISCOVERY_ENABLED'],
    ['mqtt_server', 'MQTT_BROKER_HOST'],
    ['APS_SCAN_INTERVAL', 'APS_POLL_INTERVAL'],
    ['APS_HISTORY', 'APS_HISTORY_DAYS'],
    ['APS_PAGE_PORT', 'APS_HTTP_PORT'],
    ['APS_HISTORY_FOLDER', 'APS_HISTORY_DIR'],
    ['APS_ECU_ADDRESS', 'APS_ECU_IP'],
    ['APS_TIMEZONE', 'APS_ECU_TIMEZONE'],
  ])('%s', (name, ours) => {
    expect(fromEnvironment({ APS_ECU_IP: 'a', [name]: 'x' }).warnings).toEqual([
      `${name}: no such option, ignored. Did you mean ${ours}?`,
    ]);
  });
});

describe('what nobody set, and people look for', () => {
  it('is told outside Home Assistant, with what to set', () => {
    expect(fromEnvironment({ APS_ECU_IP: 'a' }).notes).toEqual([
      'No broker is set: taking 127.0.0.1, this computer. For another one, set MQTT_BROKER_HOST',
      expect.stringMatching(/^Home Assistant discovery is off: .* set MQTT_DISCOVERY_ENABLED to true$/),
      expect.stringMatching(/^Nothing is kept over a restart: .* set APS_STATE_FILE to the path of a file$/),
      'Only today is kept of what is read. To keep more, set APS_HISTORY_DIR to a folder',
    ]);
    expect(fromYaml(`${ECU}\nmqtt: {discovery: false}`).notes.join()).toMatch(
      /mqtt\.host.*mqtt\.discovery.*state_file/,
    );
  });

  it('is nothing where all is set, and in the app', () => {
    const all = { MQTT_BROKER_HOST: 'b', MQTT_DISCOVERY_ENABLED: 'true', APS_STATE_FILE: '/data/state.json' };
    expect(fromEnvironment({ APS_ECU_IP: 'a', ...all }).notes).toEqual([]);
    expect(fromApp({ ecus: [{ host: 'a' }], mqtt: {} }).notes).toEqual([]);
  });
});

describe('names', () => {
  it('in the app are those of its page, too', () => {
    const wrong = () => fromApp({ ecus: [{ host: '1.2.3' }], stop_at_night: 'maybe', mqtt: { port: 0 } });
    expect(problemsOf(wrong)).toEqual([
      'Rest at night (stop_at_night): found "maybe"; must be true or false',
      'Broker port (mqtt.port): found 0; must be a port number, 1 to 65535',
      'Address (ecus[0].host): found "1.2.3"; it looks like an IP address, but is none',
    ]);
  });

  it.each(PYTHON_KEYS)('of $path are all told', ({ name, path }) => {
    expect(allNames(path)).toMatch(new RegExp(`^[A-Z].* \\(${path.replace(/^.*\./, '')}, ${name}\\)$`));
  });
});
