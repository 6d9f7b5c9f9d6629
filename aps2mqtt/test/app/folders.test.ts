import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, read, repository } from '../support/repository.ts';

const map = read('aps2mqtt/src/README.md');

test('the map has every folder, and no other', () => {
  const entries = readdirSync(path.join(repository, 'aps2mqtt/src'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(Array.from(map.matchAll(/^\| `(\w+)\/` \|/gm), ([, name]) => name)).toEqual(folders.sort());
});

test('every file that it names is there', () => {
  const files = filesIn('aps2mqtt');
  const named = Array.from(map.matchAll(/`((?:[\w-]+\/)*[\w-]+\.(?:ts|mjs|md|yaml))`/g), ([, name = '']) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(
    named.filter((name) => !files.includes(`aps2mqtt/src/${name}`) && !files.includes(`aps2mqtt/${name}`)),
  ).toEqual([]);
});
