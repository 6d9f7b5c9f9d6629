// Writes the table of entities into DOCS.md, from the code. test/homeassistant/docs.test.ts fails when it is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['scripts/entityDocs.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  write: false,
});
const [{ text }] = outputFiles;
const { withEntityTable } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
const file = path.join(root, 'DOCS.md');
await writeFile(file, withEntityTable(await readFile(file, 'utf8')));
