import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadOptions } from '../../src/options/load.ts';
import { fromApp, fromEnvironment, fromYaml, problemsOf } from '../support/loadedOptions.ts';

describe('a file that is no YAML: the reason, and nothing of what is in it', () => {
  it.each([
    ['mqtt:\n\tpassword: topsecret', 'line 2, column 1: indent with blanks, not with a tab'],
    ['mqtt:\n  password: topsecret\n  password: topsecret', 'line 3, column 3: this key is there twice'],
    ['mqtt:\n  password: topsecret\n port: 1', 'line 3, column 1: wrong indentation, or a bracket'],
    ['mqtt:\n  password: topsecret: more', 'line 2, column 13: wrong indentation, or a value with a colon'],
    ['mqtt:\n  password: "topsecret', 'line 2, column 23: a quote, a bracket or a dash is missing'],
    ['mqtt:\n  password: @topsecret', 'line 2, column 13: a value that begins with this character needs quotes'],
    ['mqtt:\n  password: "\\q topsecret"', 'a backslash between double quotes'],
    ["mqtt:\n  password: 'it's topsecret'", 'something unexpected. Are the quotes right?'],
    ['mqtt\n  password: topsecret', 'line 1, column 1: a colon is missing'],
    ['a: 1\n---\npassword: topsecret', 'a second document begins here'],
    ['mqtt:\n  password: !topsecret', 'line 2, column 13: a value that begins with ! needs quotes'],
    ['mqtt:\n  password: *topsecret', 'is no valid YAML: a value that begins with * needs quotes'],
  ])('%j', (text, expected) => {
    const problems = problemsOf(() => fromYaml(text)).join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('topsecret');
  });

  it('and one that cannot be read', () => {
    expect(problemsOf(() => loadOptions('/nowhere/a.yaml', {}))).toEqual([
      '/nowhere/a.yaml cannot be read: there is no such file',
    ]);
    expect(problemsOf(() => loadOptions(tmpdir(), {}))[0]).toContain(
      'cannot be read: it is a folder; name a file in it',
    );
  });

  it('takes the tags that YAML itself has', () => {
    expect(fromYaml('ecus: [{host: a}]\nmqtt: {username: me, password: !!str 12}').options.mqtt.password).toBe('12');
  });
});

describe("Home Assistant's !secret", () => {
  it.each([
    ['ecus: [{host: a}]\nmqtt: {password: !secret foo}', 'mqtt.password', 'password'],
    ['ecus: [{host: a}]\nmqtt: {password: "!secret foo"}', 'mqtt.password', 'password'],
    ['ecu: {APS_ECU_IP: a}\nmqtt: {MQTT_BROKER_PASSWD: !secret foo}', 'mqtt.MQTT_BROKER_PASSWD', 'password'],
    ['ecus: [{host: a}, {host: !secret foo}]', 'ecus[1].host', 'value'],
    ['ecus: [{host: a}]\nmqtt: {port: !secret foo}', 'mqtt.port', 'value'],
  ])('is refused in %j', (text, name, what) => {
    expect(problemsOf(() => fromYaml(text))).toEqual([
      `${name}: !secret works in Home Assistant only. Write the ${what} itself`,
    ]);
  });

  it('is refused in a variable, and left to the Supervisor in the app', () => {
    const set = () => fromEnvironment({ APS_ECU_IP: 'a', MQTT_BROKER_PASSWD: '!secret foo' });
    expect(problemsOf(set)[0]).toContain('MQTT_BROKER_PASSWD: !secret works in Home Assistant only');
    expect(problemsOf(() => fromApp({ ecus: [{ host: '!secret foo' }] }))).toHaveLength(1);
    const { options } = fromApp({ ecus: [{ host: 'a' }], mqtt: { username: 'me', password: '!secret foo' } });
    expect(options.mqtt.password).toBe('!secret foo');
  });
});

describe('what is missing or wrong', () => {
  it.each([{}, { APS_ECU_IP: '', APS_STATE_FILE: '/data/state.json' }])('is everything (%j)', (environment) => {
    expect(problemsOf(() => fromEnvironment(environment))).toEqual([
      'None of our variables is set: set MQTT_BROKER_HOST at least. The ECU is found, or APS_ECU_IP says where it is',
      'Start it with --help to see how, or with probe and an address to see what an ECU says',
    ]);
  });

  it('is everything, by our names', () => {
    expect(problemsOf(() => fromEnvironment({ APS_ECU_HOST: '192.168.1.42' }))).toContain(
      'APS_ECU_HOST: no such option. Did you mean APS_ECU_IP?',
    );
  });

  it('is a dash', () => {
    expect(problemsOf(() => fromYaml('ecus:\n  host: 192.168.1.42'))).toEqual([
      'ecus: found a section. Write a dash: - host: 192.168.1.42',
    ]);
  });

  it.each([
    ['8.8.8.0/24', '8.8.8.0/24 is no private network: ECUs are looked for in those that begin with 10,'],
    ['10.0.0.0/8', '10.0.0.0/8 has 16777216 addresses: at most 1024 are looked through, such as 10.0.0.0/22'],
    ['192.168.1.0/33', '192.168.1.0/33 is no network: it looks like 192.168.1.0/24'],
  ])('is the network %s, by whatever name', (network, words) => {
    const [inFile, asVariable, ...others] = [
      ...problemsOf(() => fromYaml(`ecus: [{host: a}, {host: ${network}}]`)),
      ...problemsOf(() => fromEnvironment({ APS_ECU_IP: `a,${network}` })),
    ];
    expect(others).toEqual([]);
    expect(inFile).toContain(`ecus[1].host: ${words}`);
    expect(asVariable).toContain(`APS_ECU_IP: ${words}`);
  });

  it('is the whole position', () => {
    const need = 'missing; stop_at_night needs it to know when the sun is down';
    expect(problemsOf(() => fromYaml('ecus: [{host: a}]\nstop_at_night: true'))).toEqual([
      `latitude: ${need}`,
      `longitude: ${need}`,
    ]);
  });

  it.each(['192.168.1.300', '192.168.1', '192.168.1.042', '1.2.3.4.5', 'fe80:::1', 'a:b:c'])('is %s', (host) => {
    const what = `found "${host}"; it looks like an IP address, but is none`;
    expect(problemsOf(() => fromEnvironment({ APS_ECU_IP: host }))).toEqual([`APS_ECU_IP: ${what}`]);
    expect(problemsOf(() => fromYaml(`ecus: [{host: a}]\nmqtt: {host: "${host}"}`))).toEqual([`mqtt.host: ${what}`]);
  });

  it.each(['ecu', '42', 'ecu.1', 'fe80::1', 'fe80::1%eth0', '::ffff:10.0.0.1', '10.0.0.1'])('is not %s', (host) => {
    expect(fromEnvironment({ APS_ECU_IP: host }).options.ecus[0]?.host).toBe(host);
  });

  it('is the length of a list', () => {
    const lists = { APS_ECU_IP: 'a,b', APS_ECU_NAME: 'x,y,z', APS_ECU_PORT: '1,2,3', APS_ECU_TIMEZONE: 'UTC,UTC,UTC' };
    expect(problemsOf(() => fromEnvironment(lists))).toEqual([
      'APS_ECU_PORT: 3 ports for 2 addresses',
      'APS_ECU_NAME: 3 names for 2 addresses',
      'APS_ECU_TIMEZONE: 3 time zones for 2 addresses',
    ]);
    expect(problemsOf(() => fromYaml('ecu: {APS_ECU_IP: "a,b,c", APS_ECU_NAME: "x,y"}'))).toEqual([
      'ecu.APS_ECU_NAME: 2 names for 3 addresses',
    ]);
    expect(fromEnvironment({ APS_ECU_IP: 'a', APS_ECU_NAME: 'Roof, south' }).options.ecus[0]?.name).toBe('Roof, south');
  });
});
