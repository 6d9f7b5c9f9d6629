import { PYTHON_KEYS } from './python.ts';
import { type OptionSchema, optionsSchema } from './schema.ts';

/**
 * An option by all its names, for people who know one of them: the options page's, the file's and the variable's, such
 * as `Time zone (timezone, APS_ECU_TIMEZONE)`.
 *
 * @param path in the app's structure; `ecu.` stands for each ECU
 */
export function allNames(path: string): string {
  const own = path.replace(/^(?:mqtt|ecu)\./, '');
  const variable = PYTHON_KEYS.find((known) => known.path === path)?.name;
  return `${labelOf(path) ?? own} (${variable === undefined ? own : `${own}, ${variable}`})`;
}

/** An option as the app's log names it: `Address (ecus[0].host)`. Sections and what is none keep their path alone. */
export function labelled(path: string): string {
  const label = labelOf(path);
  return label === null ? path : `${label} (${path})`;
}

function labelOf(path: string): string | null {
  let schema: OptionSchema | undefined = optionsSchema;
  for (const key of path.replace(/^ecus?(?:\[\d+\])?(?=\.)/, 'ecus').split('.')) {
    schema = schema?.properties?.[key];
    schema = schema?.items ?? schema;
  }
  return schema?.label ?? null;
}
