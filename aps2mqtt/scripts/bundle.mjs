// Makes dist/aps2mqtt.js: the whole program in one file that needs nothing but Node.
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { loadLater } from './loadLater.mjs';
import { bundlePage } from './page.mjs';
import { shortNames } from './shortNames.mjs';

const require = createRequire(import.meta.url);
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Puts the compiled validator in the place of src/options/validator.ts, so that the compiler stays at home. */
const compiledValidator = {
  name: 'compiled-validator',
  setup({ onLoad, esbuild }) {
    onLoad({ filter: /[\\/]src[\\/]options[\\/]validator\.ts$/ }, async () => {
      const source = await readFile(path.join(root, 'src/options/schema.ts'), 'utf8');
      const { code } = await esbuild.transform(source, { loader: 'ts', format: 'esm' });
      const { ajvSettings, optionsSchema } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
      const ajv = new Ajv({ ...ajvSettings, code: { source: true, esm: true } });
      ajv.addSchema(optionsSchema, 'options');
      const contents = standaloneCode(ajv, { validateOptions: 'options' });
      return { contents, loader: 'js', resolveDir: root };
    });
  },
};

const stub = (name) => path.join(root, `scripts/stubs/${name}.cjs`);

/** What the libraries bring along and this program never uses. What each gives is in bench/RESULTS.md. */
const alias = {
  // Timers for browsers: in Node the MQTT client never calls them.
  'worker-timers': stub('worker-timers'),
  // A copy of Node's own streams, for browsers and for Nodes of long ago.
  'readable-stream': 'node:stream',
  debug: stub('debug'),
  'thread-stream': stub('thread-stream'),
  serialport: stub('serialport'),
};

/** Needed by some: brokers with TLS, the Supervisor, options in a YAML file. */
const later = ['node:tls', 'node:http', 'yaml'];

const PROGRAM = 'src/main.ts';

export async function bundle({ entry = PROGRAM, outfile = 'dist/aps2mqtt.js', ...more } = {}) {
  const { version } = require('../package.json');
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    // Short names of our own would make a bug report's stack traces unreadable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      VERSION: JSON.stringify(version),
      PAGE: JSON.stringify(await bundlePage()),
      'process.env.NODE_ENV': '"production"',
    },
    mainFields: ['module', 'main'],
    alias,
    plugins: [compiledValidator, loadLater(later), shortNames],
    logLevel: 'warning',
    ...more,
  });
  if (entry === PROGRAM) {
    await checkCharacters(path.resolve(root, outfile));
  }
}

/**
 * V8 keeps a text in two bytes a character as soon as one of them is not of Latin-1, and the program's own text for as long
 * as it runs. esbuild escapes them in strings, but not in regular expressions.
 */
async function checkCharacters(file) {
  const [odd] = /[\u0100-\u{10ffff}]/u.exec(await readFile(file, 'utf8')) ?? [];
  if (odd !== undefined) {
    throw new Error(`${file} has a ${odd}, and would take twice the memory: write it as an escape`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  await bundle();
}
