import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OptionSchema, optionsSchema } from '../../src/options/schema.ts';
import { validateOptions } from '../../src/options/validator.ts';
import { buildOptions, type Values } from '../../src/options/values.ts';
import { type AppType, appTypes, flatten, NOT_IN_APP } from '../support/appSchema.ts';
import { readMapping } from '../support/repository.ts';

const config = readMapping('aps2mqtt', 'config.yaml');
const schema = appTypes(config.schema);

const options = flatten(optionsSchema);
for (const name of NOT_IN_APP) {
  options.delete(name);
}
const typeOf = (path: string): AppType => schema.get(path) ?? expect.unreachable(`config.yaml has no ${path}`);
const both = [...options].filter(([path]) => schema.has(path)).map(([path, option]) => ({ path, option }));

test('the app has every option of the program, and no other', () => {
  expect([...schema.keys()].sort()).toEqual([...options.keys()].sort());
});

test('nothing is to be filled in', () => {
  expect([...schema].filter(([, { optional }]) => !optional)).toEqual([]);
  expect(config.options).toMatchObject({ ecus: [] });
});

test('lists and sections have a default: the Supervisor takes none of them for optional', () => {
  const sections = Object.entries(config.schema as object).filter(([, type]) => typeof type === 'object');
  for (const [name] of sections) {
    expect(config.options, name).toHaveProperty(name);
  }
});

describe('types and ranges', () => {
  test.each(both)('$path', ({ path, option }) => {
    const { kind, min, max, words } = typeOf(path);
    const { minimum, maximum, maxLength } = option;
    switch (option.type) {
      case 'boolean':
        expect(kind).toBe('bool');
        break;
      case 'integer':
        expect({ min, max }).toEqual({ min: minimum, max: maximum });
        expect(kind).toBe(maximum === 65535 ? 'port' : 'int');
        break;
      case 'number':
        expect({ kind, min, max }).toEqual({ kind: 'float', min: minimum, max: maximum });
        break;
      default:
        expect(kind).toBe(option.enum ? 'list' : option.pattern ? 'match' : option.secret ? 'password' : 'str');
        expect(max, 'longest').toBe(maxLength);
        expect(option.enum ?? []).toEqual(expect.arrayContaining([...(words ?? [])]));
    }
  });
});

test('only secrets are masked, and all of them are', () => {
  const masked = [...schema].filter(([, { kind }]) => kind === 'password').map(([path]) => path);
  const secret = [...options].filter(([, option]) => option.secret).map(([path]) => path);
  expect(masked.sort()).toEqual(secret.sort());
});

describe('what the program takes, the app takes', () => {
  const hosts = [
    '192.168.1.42',
    'ecu',
    'ecu-r.fritz.box',
    'my_ecu.local',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '192.168.1.0/24',
  ];
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...hosts, 'home', 'a/b', '/a/'));

  test.each(both.filter(({ option }) => option.pattern !== undefined))('$path', ({ path, option }) => {
    const takes = accepts(option);
    const { pattern } = typeOf(path);
    fc.assert(fc.property(texts.filter(takes), (value) => pattern?.test(value) === true));
  });

  test.each(['http://192.168.1.42', '192.168.1.42/', ' 192.168.1.42', 'ecu/24'])(
    'neither takes %j for an ECU',
    (host) => {
      expect(typeOf('ecus[].host').pattern?.test(host)).toBe(false);
      expect(validateOptions({ ecus: [{ host }] })).toBe(false);
    },
  );

  test.each(['a/+', '#', 'a/#/b'])('neither takes the topic %j', (topic) => {
    for (const { path, option } of both.filter(({ path }) => /topic|prefix/.test(path))) {
      expect(typeOf(path).pattern?.test(topic), path).toBe(false);
      expect(accepts(option)(topic), path).toBe(false);
    }
  });

  test.each(both.filter(({ option }) => option.type === 'string'))('an empty $path means not set', ({ path }) => {
    const { kind, min, pattern } = typeOf(path);
    expect(kind === 'list' || pattern?.test('') || min === 0 || min === undefined).toBe(true);
  });
});

test('a default that the options page shows is what counts without it', () => {
  const host = '192.168.1.42';
  const defaults = {
    mqttHost: null,
    discovery: true,
    position: null,
    timezone: 'Europe/Paris',
    stateFile: null,
    historyDir: null,
    certificateFolder: '/ssl',
    heartbeatFile: null,
    systemCaFile: null,
    positionComesLater: true,
  };
  const shown = { ...(config.options as Values), ecus: [{ host }] };
  expect(validateOptions(shown)).toBe(true);
  const build = (values: Values) => buildOptions(values, defaults);
  expect(build(shown)).toEqual(build({ ecus: [{ host }] }));
});

function accepts({ pattern = '', minLength = 0, maxLength = Number.MAX_SAFE_INTEGER }: OptionSchema) {
  const expression = new RegExp(pattern, 'u');
  return (value: string) => expression.test(value) && value.length >= minLength && value.length <= maxLength;
}
