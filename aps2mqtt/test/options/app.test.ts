import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { appPlace } from '../../src/options/app.ts';
import { loadOptions } from '../../src/options/load.ts';

function appOptions(text: string) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'aps2mqtt-app-')), 'options.json');
  writeFileSync(file, text);
  return loadOptions(undefined, { SUPERVISOR_TOKEN: 'token', APS_OPTIONS_FILE: file, TZ: 'Europe/Paris' });
}

describe('the app', () => {
  it('is one only where the Supervisor gives a token', () => {
    expect(appPlace({})).toBeNull();
    expect(appPlace({ SUPERVISOR_TOKEN: 'token' })).toEqual({
      optionsFile: '/data/options.json',
      stateFile: '/data/state.json',
      supervisor: { url: 'http://supervisor', token: 'token' },
      ingress: { host: '0.0.0.0', port: 8099, onlyFrom: '172.30.32.2' },
    });
  });

  it('answers the Supervisor alone: another one only where it is on loopback itself', () => {
    const at = (SUPERVISOR_API: string) => appPlace({ SUPERVISOR_TOKEN: 'token', SUPERVISOR_API })?.ingress.onlyFrom;
    expect(at('http://127.0.0.1:4000')).toBe('127.0.0.1');
    expect(at('http://192.168.1.7')).toBe('172.30.32.2');
    expect(at('http://127.0.0.1.evil.example')).toBe('172.30.32.2');
  });

  it('has discovery on, the broker and the position from outside, and its state beside its options', () => {
    const { options, app } = appOptions('{"ecus": [{"host": "192.168.1.42"}], "mqtt": {}, "stop_at_night": true}');
    expect(options.mqtt).toMatchObject({ host: null, discovery: true });
    expect(options).toMatchObject({ stopAtNight: true, position: null, stateFile: app?.stateFile });
    expect(options.ecus[0]?.timezone).toBe('Europe/Paris');
  });

  it.each(['null', '{}', '{"ecus": []}', '{"ecus": [{}]}', '{"ecus": [{"host": null}]}', '{"ecus": [{"host": ""}]}'])(
    'looks for ECUs with options of %s',
    (text) => {
      const { ecus, searches } = appOptions(text).options;
      expect({ ecus, searches }).toMatchObject({ ecus: [], searches: [{ network: null, port: 8899, name: null }] });
    },
  );

  it.each([
    ['ca.crt', '/ssl/ca.crt'],
    ['ssl/ca.crt', '/ssl/ca.crt'],
    [' broker/ca.crt ', '/ssl/broker/ca.crt'],
    ['/ssl/ca.crt', '/ssl/ca.crt'],
    ['/data/ca.crt', '/data/ca.crt'],
  ])("finds the broker's certificate at %s in the folder ssl", (typed, found) => {
    const { options } = appOptions(JSON.stringify({ ecus: [{ host: 'ecu' }], mqtt: { ca_file: typed, tls: true } }));
    expect(options.mqtt.caFile).toBe(found);
  });

  it('repeats nothing of options that are no JSON', () => {
    const broken = () => appOptions('{"mqtt": {"password": topsecret}}');
    expect(broken).toThrow('options.json cannot be read: it is not JSON');
    expect(broken).not.toThrow('topsecret');
  });
});
