// Makes the pictures of the documentation anew, all from the real thing:
//   npm run pictures                   all of them
//   npm run pictures -- drawings page  only these rooms of pictures/
// pictures/README.md says what it needs.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = path.join(root, 'pictures/.build/main.cjs');

await bundle({
  entry: 'pictures/main.ts',
  outfile: built,
  external: ['aedes', 'playwright-core'],
  minifyWhitespace: false,
});
const pictures = spawn(process.execPath, [built, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
pictures.on('exit', (code) => process.exit(code ?? 1));
