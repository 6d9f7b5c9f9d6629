import { describe, expect, it } from 'vitest';
import { fromApp, fromEnvironment, fromYaml, problemsOf } from '../support/loadedOptions.ts';

const ECU = 'ecus: [{host: a}]';

describe('a key in the wrong place', () => {
  it.each([
    ['ecus: [{host: a, stop_at_night: true}]', 'ecus[0].stop_at_night', 'It belongs to the top level'],
    ['ecus: [{host: a, username: me}]', 'ecus[0].username', 'It belongs below mqtt:'],
    ['ecu: {APS_ECU_IP: a, MQTT_BROKER_HOST: b}', 'ecu.MQTT_BROKER_HOST', 'It belongs below mqtt:'],
    ['ecu: {APS_ECU_IP: a, poll_interval: 60}', 'ecu.poll_interval', 'It belongs to the top level'],
    ['ecu: {APS_ECU_IP: a, port: 1}', 'ecu.port', 'Did you mean ecu.APS_ECU_PORT?'],
    ['ecu: {APS_ECU_IP: a, APS_LOG_LEVEL: info}', 'ecu.APS_LOG_LEVEL', 'Did you mean log_level?'],
    ['ecu: {APS_ECU_IP: a}\nAPS_ECU_PORT: 1', 'APS_ECU_PORT', 'It belongs below ecu:'],
    [`${ECU}\nAPS_ECU_STOP_AT_NIGHT: true`, 'APS_ECU_STOP_AT_NIGHT', 'Did you mean stop_at_night?'],
    [`${ECU}\nAPS_ECU_NAME: x`, 'APS_ECU_NAME', 'Did you mean ecus[0].name?'],
    [`${ECU}\nhost: b`, 'host', 'It belongs below ecus: or mqtt:'],
    [`${ECU}\nmqtt: {stop_at_night: true}`, 'mqtt.stop_at_night', 'It belongs to the top level'],
    [`${ECU}\nmqtt: {wifi_ssid: x}`, 'mqtt.wifi_ssid', 'It belongs below ecus:'],
    [`${ECU}\nmqtt: {constructor: x}`, 'mqtt.constructor', null],
    [`${ECU}\nconstructor: x`, 'constructor', null],
  ])('%j', (text, name, hint) => {
    const warning = `${name}: no such option, ignored${hint === null ? '' : `. ${hint}`}`;
    expect(fromYaml(text).warnings).toEqual([warning]);
  });

  it('is told with what is wrong', () => {
    expect(problemsOf(() => fromYaml('APS_ECU_IP: a\nlog_level: x'))).toContain(
      'APS_ECU_IP: no such option. It belongs below ecu:',
    );
    expect(problemsOf(() => fromYaml('ecu:\n  host: a\nlog_level: x'))).toContain(
      'ecu.host: no such option. Did you mean ecus: with - host: …?',
    );
  });
});

describe('variables', () => {
  it.each([
    ['MQTT_HOST', 'MQTT_BROKER_HOST'],
    ['MQTT_SERVER', 'MQTT_BROKER_HOST'],
    ['MQTT_PORT', 'MQTT_BROKER_PORT'],
    ['MQTT_USER', 'MQTT_BROKER_USER'],
    ['MQTT_USERNAME', 'MQTT_BROKER_USER'],
    ['MQTT_PASS', 'MQTT_BROKER_PASSWD'],
    ['MQTT_PASSWORD', 'MQTT_BROKER_PASSWD'],
    ['MQTT_BROKER_PASSWORD', 'MQTT_BROKER_PASSWD'],
    ['MQTT_TLS', 'MQTT_BROKER_SECURED_CONNECTION'],
  ])('%s is not ours', (name, ours) => {
    expect(fromEnvironment({ APS_ECU_IP: 'a', [name]: 'topsecret' }).warnings).toEqual([
      `${name}: no such option, ignored. Did you mean ${ours}?`,
    ]);
  });

  it("of other programs are none of ours, and DEBUG may be another's", () => {
    const others = { MQTT_SERVICE_HOST: 'x', MQTT_SN_GATEWAY: 'x', HOST: 'x', USERNAME: 'x', PASSWORD: 'x' };
    expect(fromEnvironment({ APS_ECU_IP: 'a', ...others, DEBUG: '' }).warnings).toEqual([]);
    const { options, warnings } = fromEnvironment({ APS_ECU_IP: 'a', DEBUG: 'maybe' });
    expect(warnings).toEqual(['DEBUG: neither true nor false, ignored']);
    expect(options.logLevel).toBe('info');
  });

  it('are not read beside a file, but for those of the machine', () => {
    const set = {
      APS_STATE_FILE: '/s',
      APS_HISTORY_DIR: '/y',
      APS_HEARTBEAT_FILE: '/h',
      CONFIG_FILE: '/c',
      DEBUG: 'no',
      APS_ECU_PORT: '',
    };
    expect(fromYaml(ECU, set).warnings).toEqual([]);
    expect(fromYaml(ECU, { ...set, MQTT_BROKER_PASSWD: 'topsecret', APS_ECU_IP: 'b' }).warnings).toEqual([
      expect.stringMatching(
        /^APS_ECU_IP, MQTT_BROKER_PASSWD: not read, since the options come from \S+options-\d+\.yaml$/,
      ),
    ]);
  });
});

describe('a broker', () => {
  it.each([
    [`${ECU}\nmqtt: {ca_file: /ca}`, 'mqtt.ca_file is set, but mqtt.tls is off'],
    [`${ECU}\nmqtt: {ca_file: /ca, tls: false}`, 'mqtt.ca_file is set, but mqtt.tls is off'],
    [
      'ecu: {APS_ECU_IP: a}\nmqtt: {MQTT_BROKER_CACERTS_PATH: /ca}',
      'mqtt.MQTT_BROKER_CACERTS_PATH is set, but mqtt.MQTT_BROKER_SECURED_CONNECTION is off',
    ],
    [
      'ecu: {APS_ECU_IP: a}\nmqtt: {MQTT_BROKER_CACERTS_PATH: /ca, tls: false}',
      'mqtt.MQTT_BROKER_CACERTS_PATH is set, but mqtt.tls is off',
    ],
  ])('without encryption: %j', (text, warning) => {
    expect(fromYaml(text).warnings).toEqual([`${warning}: the connection is not encrypted`]);
  });

  it('without encryption in the app only where it is known that there will be none', () => {
    const ecus = [{ host: 'a' }];
    expect(fromApp({ ecus, mqtt: { ca_file: '/ca' } }).warnings).toEqual([]);
    expect(fromApp({ ecus, mqtt: { ca_file: '/ca', tls: false } }).warnings).toHaveLength(1);
    expect(fromApp({ ecus, mqtt: { ca_file: '/ca', host: 'b' } }).warnings).toHaveLength(1);
    expect(fromApp({ ecus, mqtt: { ca_file: '/ca', host: 'b', tls: true } }).warnings).toEqual([]);
  });

  it.each(['', ' '])('with a password and %j for a user', (MQTT_BROKER_USER) => {
    const typed = { APS_ECU_IP: 'a', MQTT_BROKER_PASSWD: 'topsecret' };
    expect(fromEnvironment({ ...typed, MQTT_BROKER_USER }).warnings).toEqual([
      'MQTT_BROKER_PASSWD: ignored, since MQTT_BROKER_USER is missing',
    ]);
    expect(fromEnvironment({ ...typed, MQTT_BROKER_USER: 'me' }).warnings).toEqual([]);
  });

  it.each([
    ['/home/', 'topics begin with home/aps'],
    ['home/ ', 'topics begin with home/aps'],
    ['/', 'topics begin with aps'],
  ])('with slashes around the prefix %j', (typed, what) => {
    expect(fromEnvironment({ APS_ECU_IP: 'a', MQTT_TOPIC_PREFIX: typed }).warnings).toEqual([
      `MQTT_TOPIC_PREFIX: the slashes at its ends are dropped: ${what}`,
    ]);
  });

  it('with slashes around other topics', () => {
    expect(
      fromYaml(`${ECU}\nmqtt: {birth_topic: /ha/up, discovery_prefix: /, topic_prefix: " a/b "}`).warnings,
    ).toEqual([
      'mqtt.discovery_prefix: the slashes at its ends are dropped: nothing is left',
      'mqtt.birth_topic: the slashes at its ends are dropped: it is ha/up',
    ]);
  });
});
