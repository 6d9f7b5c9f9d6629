import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OptionsError } from '../../src/errors.ts';
import type { Environment } from '../../src/options/environmentType.ts';
import { type LoadedOptions, loadOptions } from '../../src/options/load.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-options-'));
let files = 0;

/** The options of a YAML file with this text, which is named `options-….yaml`. */
export function fromYaml(text: string, environment: Environment = {}): LoadedOptions {
  const file = path.join(folder, `options-${++files}.yaml`);
  writeFileSync(file, text);
  return loadOptions(file, { TZ: 'Europe/Paris', ...environment });
}

export function fromEnvironment(environment: Environment): LoadedOptions {
  return loadOptions(undefined, { TZ: 'Europe/Paris', ...environment });
}

/** The options of the app, as the Supervisor hands them over. */
export function fromApp(options: object): LoadedOptions {
  const file = path.join(folder, `options-${++files}.json`);
  writeFileSync(file, JSON.stringify(options));
  return loadOptions(undefined, { SUPERVISOR_TOKEN: 'token', APS_OPTIONS_FILE: file, TZ: 'Europe/Paris' });
}

export function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof OptionsError) {
      return error.problems;
    }
    throw error;
  }
  throw new Error('the options were accepted');
}
