import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesIn, read, repository } from '../support/repository.ts';

const ADDRESS = 'https://raw.githubusercontent.com/aps2mqtt/aps2mqtt/main/';
const FOLDER = 'aps2mqtt/art/';
/** `scripts/art.sh` makes the app's icons of them. */
const SOURCES = ['icon.svg', 'logo.svg'];

const pictures = filesIn('aps2mqtt/art').filter((name) => !SOURCES.includes(path.basename(name)));
const kB = (name: string) => statSync(path.join(repository, name)).size / 1000;

/** Pictures and links to pictures, in Markdown and in HTML. */
function namedIn(document: string): string[] {
  const places = read(document).matchAll(/(?:\]\(|\]: |src="|srcset=")([^)"\s]+\.(?:png|svg))/g);
  // Others than ours are badges.
  return Array.from(places, ([, place = '']) => place).filter((place) => place.includes(FOLDER));
}

describe('the pictures of the documentation', () => {
  const inReadme = namedIn('README.md');
  const inDocs = namedIn('aps2mqtt/DOCS.md');

  test('the README names them by their place, as GitHub wants it', () => {
    expect(inReadme.length).toBeGreaterThan(0);
    expect(inReadme.filter((place) => !pictures.includes(place))).toEqual([]);
  });

  test("the app's documentation names them by their address, as Home Assistant wants it", () => {
    expect(inDocs.length).toBeGreaterThan(0);
    expect(inDocs.filter((place) => !pictures.some((name) => place === `${ADDRESS}${name}`))).toEqual([]);
  });

  test("what is named at the end of the app's documentation is shown in it", () => {
    const docs = read('aps2mqtt/DOCS.md');
    const labels = Array.from(docs.matchAll(/^\[(\w+)\]: \S+\.(?:png|svg)/gm), ([, label = '']) => label);
    expect(labels).toHaveLength(inDocs.length);
    expect(labels.filter((label) => !new RegExp(`!\\[[^\\]]{10,}\\]\\[${label}\\]`).test(docs))).toEqual([]);
  });

  test('none is there in vain', () => {
    const named = [...inReadme, ...inDocs.map((place) => place.replace(ADDRESS, ''))];
    expect(pictures.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('each has words for those who do not see it', () => {
    for (const document of ['README.md', 'aps2mqtt/DOCS.md']) {
      expect(read(document), document).not.toMatch(/!\[\]\(|<img(?![^>]*\balt="[^"]{10,}")/);
    }
  });

  test('they are small', () => {
    expect(pictures.filter((name) => kB(name) > 100)).toEqual([]);
    expect(pictures.reduce((sum, name) => sum + kB(name), 0)).toBeLessThan(1000);
  });

  test('neither the image nor the release carries them', () => {
    expect(read('aps2mqtt/.dockerignore')).not.toMatch(/^!art/m);
    expect(read('.github/workflows/build.yml')).not.toContain('art/');
  });
});
