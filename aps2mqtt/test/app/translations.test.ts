import { describe, expect, test } from 'vitest';
import { optionsSchema } from '../../src/options/schema.ts';
import { flatten, NOT_IN_APP } from '../support/appSchema.ts';
import { filesIn, readMapping } from '../support/repository.ts';

interface Entry {
  readonly name: string;
  readonly description: string;
  readonly fields?: Readonly<Record<string, Entry>>;
}

const LANGUAGES = ['de', 'en', 'es', 'fr', 'nl'];

/** Every entry by its path: `ecus`, `ecus.host`. */
function entries(fields: Readonly<Record<string, Entry>>, path = ''): [string, Entry][] {
  return Object.entries(fields).flatMap(([name, entry]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [[here, entry] as [string, Entry], ...entries(entry.fields ?? {}, here)];
  });
}

function translation(language: string): Map<string, Entry> {
  const file = readMapping('aps2mqtt/translations', `${language}.yaml`);
  return new Map(entries(file.configuration as Readonly<Record<string, Entry>>));
}

const scalars = [...flatten(optionsSchema).keys()].map((path) => path.replace('[]', ''));
const wanted = ['ecus', 'mqtt', ...scalars].filter((path) => !NOT_IN_APP.includes(path)).sort();
const english = translation('en');

test("the log's names of the options are those of the page", () => {
  const labels = [...flatten(optionsSchema)].map(([path, { label }]) => [path.replace('[]', ''), label] as const);
  for (const [path, label] of labels.filter(([path]) => wanted.includes(path))) {
    expect(label, path).toBe(english.get(path)?.name);
  }
});

test('these languages and no others', () => {
  expect(filesIn('aps2mqtt/translations').sort()).toEqual(
    LANGUAGES.map((name) => `aps2mqtt/translations/${name}.yaml`),
  );
});

test.each(LANGUAGES.filter((language) => language !== 'en'))('%s is not English', (language) => {
  const same = [...translation(language)].filter(
    ([path, { description }]) => english.get(path)?.description === description,
  );
  expect(same).toEqual([]);
});

describe.each(LANGUAGES)('%s', (language) => {
  const texts = translation(language);

  test('has every option, the nested ones too, and no other', () => {
    expect([...texts.keys()].sort()).toEqual(wanted);
  });

  test('nothing but what the Supervisor reads', () => {
    expect(Object.keys(readMapping('aps2mqtt/translations', `${language}.yaml`))).toEqual(['configuration']);
    const keys = [...texts.values()].flatMap((entry) => Object.keys(entry));
    expect([...new Set(keys)].sort()).toEqual(['description', 'fields', 'name']);
  });

  test.each([...texts])('%s is short and in whole sentences', (_, { name, description }) => {
    expect(name.length).toBeLessThanOrEqual(50);
    expect(name).toMatch(/^[^\s.].*[^\s.]$/);
    expect(description.length).toBeLessThanOrEqual(230);
    expect(description).toMatch(/^\S.*\.$/);
    expect(description).not.toMatch(/\s\s/);
  });

  test('values and file names are the same in every language', () => {
    const literals =
      /\b(?:\d[\d.]{2,}|aps\/status|\/ssl\/ca\.crt|homeassistant(?:\/status)?|APS2MQTT|http:\/\/|ECU-[A-Z](?:-Pro)?)/g;
    const literalsOf = (text: string) => (text.match(literals) ?? []).sort();
    for (const [path, { description }] of texts) {
      expect(literalsOf(description), path).toEqual(literalsOf(english.get(path)?.description ?? ''));
    }
  });
});
