// Writes the tables of entities into DOCS.md, from the code. test/homeassistant/docs.test.ts fails when they are out of date.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['scripts/docTables.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  write: false,
});
const [{ text }] = outputFiles;
const { withTables } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
const file = path.join(root, 'DOCS.md');
await writeFile(file, withTables(await readFile(file, 'utf8')));
