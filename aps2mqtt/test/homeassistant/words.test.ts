import { describe, expect, it, test } from 'vitest';
import { devicesOf } from '../../src/homeassistant/devices.ts';
import { deviceMessage } from '../../src/homeassistant/discovery.ts';
import { defaultEntityId } from '../../src/homeassistant/entityId.ts';
import { translated } from '../../src/homeassistant/translated.ts';
import { inLanguage, WORDS } from '../../src/homeassistant/words.ts';
import { LANGUAGES, languageOf } from '../../src/language.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { optionsSchema } from '../../src/options/schema.ts';
import { missingInverter } from '../../src/site/assemble.ts';
import { withExtras } from '../support/extras.ts';
import { filesIn } from '../support/repository.ts';
import { FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const LAYOUTS = [
  { powers: 2, voltages: 2 },
  { powers: 4, voltages: 1 },
  { powers: 4, voltages: 3 },
];
const inverters = LAYOUTS.map((channels, index) => missingInverter({ id: `70400000001${index}`, channels }));
const unknown = missingInverter({ id: '999000000001', channels: null });
const plain = { ...(await snapshotOf(FOUR_INVERTERS)), name: 'Garage', inverters: [...inverters, unknown] };
const snapshot = withExtras(plain);
const devices = devicesOf([{ snapshot, canRestart: true, hasPicture: true }], createTopics(''));
const others = LANGUAGES.filter((language) => language !== 'en');
const names = devices.flatMap(({ components }) => Array.from(components.values(), ({ name }) => String(name)));

test('the languages are those of the options, and of the options page', () => {
  expect(optionsSchema.properties?.language?.enum).toEqual(LANGUAGES);
  const pages = filesIn('aps2mqtt/translations').map((name) => name.replace(/^.*\/|\.yaml$/g, ''));
  expect(pages.sort()).toEqual([...LANGUAGES].sort());
});

test.each([
  ['de', 'de'],
  ['de-CH', 'de'],
  ['es-419', 'es'],
  ['FR', 'fr'],
  ['pt-BR', 'en'],
  ['', 'en'],
  [undefined, 'en'],
])('Home Assistant in %s has names in %s', (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});

describe.each(others)('in %s', (language) => {
  test.each([...new Set(names)])('%s has a name', (name) => {
    const number = /\d+|\b[ABC]$/;
    const words = WORDS[name.replace(number, '#')]?.[language];
    expect(words).toBeDefined();
    expect(inLanguage(name, language)).toBe(words?.replace('#', number.exec(name)?.[0] ?? '#'));
    expect(inLanguage(name, language)).not.toMatch(/#|undefined/);
  });

  test('no device has a name twice', () => {
    for (const { components } of devices.map((device) => translated(device, language))) {
      const all = Array.from(components.values(), ({ name }) => name);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test('nothing but the names and the ids of new entities is different', () => {
    for (const device of devices) {
      const { device: block, ...message } = deviceMessage(translated(device, language));
      const { device: englishBlock, ...english } = deviceMessage(device);
      expect({ ...(block as object), name: '' }).toEqual({ ...(englishBlock as object), name: '' });
      const components = Object.entries(message.components as Record<string, object>).map(([suffix, component]) => {
        const { default_entity_id: _, ...rest } = component as Record<string, unknown>;
        return [suffix, { ...rest, name: '' }];
      });
      const before = Object.entries(english.components as Record<string, object>).map(([suffix, component]) => [
        suffix,
        { ...component, name: '' },
      ]);
      expect(components).toEqual(before);
    }
  });
});

test('in English nothing is different at all', () => {
  expect(devices.map((device) => translated(device, 'en'))).toEqual(devices);
});

test('an ECU and its inverters in German', () => {
  const german = devices.map((device) => translated(device, 'de'));
  expect(german.map(({ block }) => block.name)).toEqual([
    'Garage',
    'DS3 704000000010',
    'DS3 704000000011',
    'DS3 704000000012',
    'Wechselrichter 999000000001',
  ]);
  expect(german[0]?.components.get('today_energy')).toMatchObject({
    name: 'Energie heute',
    default_entity_id: 'sensor.garage_energy_today',
  });
  expect(german[1]?.components.get('panel_2_power')).toMatchObject({
    name: 'Leistung Modul 2',
    default_entity_id: 'sensor.ds3_704000000010_panel_2_power',
  });
  expect(german[4]?.components.get('online')).toMatchObject({
    default_entity_id: 'binary_sensor.inverter_999000000001_online',
  });
});

describe('an id as Home Assistant makes it', () => {
  it.each([
    ['ECU-R-Pro', 'Energy today', 'sensor.ecu_r_pro_energy_today'],
    ['Scheune Süd', 'Power', 'sensor.scheune_sud_power'],
    ['Großes Dach', 'Power', 'sensor.grosses_dach_power'],
    ["L'été à la maison", 'Power', 'sensor.lete_a_la_maison_power'],
    [' – Roof 2 – ', 'Power', 'sensor.roof_2_power'],
    ['Dach 🌞', 'Power', 'sensor.dach_power'],
  ])('%s, %s', (device, name, id) => {
    expect(defaultEntityId('sensor', device, name)).toBe(id);
  });

  it('is left to it where its letters are not known', () => {
    expect(defaultEntityId('sensor', 'Крыша', 'Power')).toBeNull();
  });
});
