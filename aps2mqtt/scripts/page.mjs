import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const web = path.join(path.dirname(import.meta.dirname), 'web');
const TYPES = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

let built;

/**
 * The page of web/ as the program carries it: each file compressed, by its name. Curves come in a file of their own,
 * which a browser asks for when it needs it. Built once a process.
 *
 * @returns {Promise<Record<string, { type: string, gzip: string }>>}
 */
export function bundlePage() {
  built ??= buildPage();
  return built;
}

async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: web,
    entryPoints: { page: 'main.tsx' },
    outdir: '/',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['chrome100', 'firefox101', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    logLevel: 'warning',
  });
  const files = {};
  const names = outputFiles.map((file) => path.basename(file.path));
  for (const file of outputFiles) {
    files[path.basename(file.path)] = { type: TYPES[path.extname(file.path)], gzip: compressed(file.contents) };
  }
  const html = (await readFile(path.join(web, 'index.html'), 'utf8'))
    .replace(
      'STYLE',
      names.find((name) => name.startsWith('page-') && name.endsWith('.css')),
    )
    .replace(
      'SCRIPT',
      names.find((name) => name.startsWith('page-') && name.endsWith('.js')),
    );
  files['index.html'] = { type: 'text/html; charset=utf-8', gzip: compressed(html) };
  return files;
}

const compressed = (text) => gzipSync(text, { level: 9 }).toString('base64');
