import { type AppPlace, appDefaults, appPlace, readAppOptions } from './app.ts';
import { checkOptions, type RawOptions } from './check.ts';
import { readDocument } from './document.ts';
import { machineDefaults, readEnvironment } from './environment.ts';
import type { Environment } from './environmentType.ts';
import { readYaml } from './file.ts';
import { yesOrNo } from './normalise.ts';
import { notesOf } from './notes.ts';
import type { Options } from './options.ts';
import { PYTHON_DEFAULTS } from './python.ts';
import { positionRule, type Rule } from './rules.ts';
import { secretRule } from './secretReference.ts';
import { buildOptions, type Defaults } from './values.ts';
import { variableWarnings } from './variables.ts';
import { tlsWarnings } from './warnings.ts';

export interface LoadedOptions {
  readonly options: Options;
  /** One line each, for the log. */
  readonly warnings: readonly string[];
  /** What the person may not expect, and is right all the same. One line each. */
  readonly notes: readonly string[];
  /** Where the Supervisor is, when we run as a Home Assistant app. */
  readonly app: AppPlace | null;
}

/**
 * Makes the options from a YAML file (`-c`, `CONFIG_FILE`), from the app's options where the Supervisor started us, or
 * else from the environment.
 *
 * @throws OptionsError with every mistake at once
 */
export function loadOptions(file: string | undefined, environment: Environment): LoadedOptions {
  const path = file ?? (environment.CONFIG_FILE || undefined);
  if (path !== undefined) {
    const raw = readDocument(readYaml(path));
    const defaults = raw.isPython ? pythonDefaults(environment) : fileDefaults(environment);
    return { ...finish(raw, defaults, environment, [secretRule], path), app: null };
  }
  const app = appPlace(environment);
  return app === null
    ? { ...finish(readEnvironment(environment), pythonDefaults(environment), environment, [secretRule]), app }
    : // The Supervisor has replaced secrets in the app's options before we see them.
      { ...finish(readAppOptions(app.optionsFile), appDefaults(app, environment), environment, []), app };
}

/** Checks what a reader found and fills in what nobody set. */
function finish(
  raw: RawOptions,
  defaults: Defaults,
  environment: Environment,
  rules: readonly Rule[],
  file: string | null = null,
): Omit<LoadedOptions, 'app'> {
  const checked = checkOptions(raw, [positionRule(defaults), ...rules]);
  const options = buildOptions(checked.values, defaults);
  const warnings = [
    ...checked.warnings,
    ...tlsWarnings(checked.values, defaults.mqttHost, raw.typedName),
    ...variableWarnings(environment, file),
  ];
  return {
    options: yesOrNo(environment.DEBUG ?? '') ? { ...options, logLevel: 'debug' } : options,
    warnings,
    notes: notesOf(checked.values, options, raw.typedName),
  };
}

function fileDefaults(environment: Environment): Defaults {
  return {
    ...machineDefaults(environment),
    mqttHost: PYTHON_DEFAULTS.mqtt.host,
    discovery: true,
    position: null,
    stateFile: environment.APS_STATE_FILE || null,
    historyDir: environment.APS_HISTORY_DIR || null,
    certificateFolder: null,
    positionComesLater: false,
  };
}

function pythonDefaults(environment: Environment): Defaults {
  const { latitude, longitude, mqtt } = PYTHON_DEFAULTS;
  return { ...fileDefaults(environment), discovery: mqtt.discovery, position: { latitude, longitude } };
}
