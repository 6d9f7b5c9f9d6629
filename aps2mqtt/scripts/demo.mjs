// Shows the whole way, from simulated ECUs through the program to a broker, without any hardware:
//   npm run demo              one poll of two ECUs, as a table
//   npm run demo -- --watch   goes on until Ctrl-C
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

await Promise.all([
  bundle(),
  bundle({ entry: 'demo/demo.ts', outfile: 'dist/demo.cjs', external: ['aedes'], minifyWhitespace: false }),
]);
const demo = spawn(process.execPath, [path.join(root, 'dist/demo.cjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to both; a SIGTERM comes to this process alone.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code) => process.exit(code ?? 1));
