// Finds circles of imports in src, those of types included: two files that need each other are one room with a wall in it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const IMPORT = /^(?:import|export)\b[^'"]*?from\s+['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/gm;

const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => path.join(root, 'src', name));
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const circles = files.map(circleFrom).filter((circle) => circle !== null);
const shortest = circles.sort((one, other) => one.length - other.length);

for (const circle of unique(shortest)) {
  console.error(`circle of imports: ${circle.map((file) => path.relative(root, file)).join(' → ')}`);
}
process.exitCode = circles.length > 0 ? 1 : 0;

function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return Array.from(text.matchAll(IMPORT), ([, from, later]) => path.resolve(path.dirname(file), from ?? later));
}

/** The shortest way from a file back to itself; null where there is none. */
function circleFrom(start) {
  const seen = new Set();
  const ways = [[start]];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of imports.get(way.at(-1)) ?? []) {
      if (next === start) {
        return [...way, start];
      }
      if (!seen.has(next)) {
        seen.add(next);
        ways.push([...way, next]);
      }
    }
  }
  return null;
}

/** Each circle once, wherever it was entered. */
function unique(all) {
  const keys = new Set();
  return all.filter((circle) => {
    const key = [...new Set(circle)].sort().join();
    return !keys.has(key) && keys.add(key);
  });
}
