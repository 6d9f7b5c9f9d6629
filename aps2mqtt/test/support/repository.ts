import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** The app's folder, and the repository's. */
export const app = path.resolve(import.meta.dirname, '../..');
export const repository = path.dirname(app);

export function read(...names: readonly string[]): string {
  return readFileSync(path.join(repository, ...names), 'utf8');
}

export function readYaml(...names: readonly string[]): unknown {
  return parse(read(...names));
}

/** A YAML mapping, of which a test reads what it expects there. */
export type Mapping = Readonly<Record<string, unknown>>;

export function readMapping(...names: readonly string[]): Mapping {
  return readYaml(...names) as Mapping;
}

/** What people clone, without what tools put there. */
export function filesIn(folder: string): string[] {
  return readdirSync(path.join(repository, folder), { withFileTypes: true })
    .filter(({ name }) => !['.git', '.python', 'node_modules', 'dist', 'coverage'].includes(name))
    .flatMap((entry) => {
      const name = path.join(folder, entry.name);
      return entry.isDirectory() ? filesIn(name) : [name];
    });
}
