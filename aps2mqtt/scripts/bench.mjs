// Measures the built program:
//   npm run bench             against the Python program, side by side
//   npm run bench:ages        how old values are when they are published, over simulated days
//   npm run bench:growth      1 to 10 ECUs of 100 inverters, and the decoder's speed
//   npm run bench:history     what counting and the history take
//   npm run bench:alarms      judging a year of 400 panels
//   npm run bench:page        the page in Chromium, with 100 panels
//   npm run bench:faults      26 faults of the ECU and 10 events of broker and process, against both programs
// The first, growth and faults take --node PATH for another Node under the program, and --help.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [name = 'compare', ...args] = process.argv.slice(2);
// A folder of its own: a build at the same time empties dist.
const built = path.join(root, 'bench/.build');

const script = (entry) =>
  bundle({
    entry: `bench/${entry}.ts`,
    outfile: path.join(built, `${entry}.mjs`),
    format: 'esm',
    packages: 'external',
    minifyWhitespace: false,
  });
await Promise.all([bundle({ outfile: path.join(built, 'aps2mqtt.js') }), script(name), script('decode')]);
const bench = spawn(process.execPath, [path.join(built, `${name}.mjs`), ...args], { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to both; a SIGTERM comes to this process alone.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.on('exit', (code) => process.exit(code ?? 1));
