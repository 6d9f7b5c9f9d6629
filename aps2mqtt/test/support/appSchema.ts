import type { OptionSchema } from '../../src/options/schema.ts';

/** Options of the file and the environment, which the app has no use for. */
export const NOT_IN_APP: readonly string[] = [
  'log_format',
  'state_file',
  'history_dir',
  'http_port',
  'http_host',
  'http_password',
  'http_allowed_hosts',
];

/** A scalar of the Supervisor's schema language, such as `int(60,3600)?`. */
export interface AppType {
  readonly kind: string;
  readonly optional: boolean;
  /** Smallest and largest number, or length of a text. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly pattern: RegExp | undefined;
  readonly words: readonly string[] | undefined;
}

/** The scalars of config.yaml's schema by their paths, such as `ecus[].host`. */
export function appTypes(schema: unknown, path = ''): Map<string, AppType> {
  if (typeof schema === 'string') {
    return new Map([[path, appType(schema)]]);
  }
  if (Array.isArray(schema)) {
    return appTypes(schema[0], `${path}[]`);
  }
  const entries = Object.entries(schema as object);
  return new Map(entries.flatMap(([name, inner]) => [...appTypes(inner, path === '' ? name : `${path}.${name}`)]));
}

/** @throws Error for what the Supervisor would not understand */
function appType(text: string): AppType {
  const match = /^(?<kind>bool|port|str|password|int|float|match|list)(?:\((?<inside>.*)\))?(?<optional>\??)$/.exec(
    text,
  );
  if (match?.groups === undefined) {
    throw new Error(`${text}: no type that the Supervisor knows`);
  }
  const { kind = '', inside = '', optional } = match.groups;
  const [min, max] = kind === 'port' ? [1, 65535] : kind === 'match' ? [undefined, repeats(inside)] : range(inside);
  return {
    kind,
    optional: optional === '?',
    min,
    max,
    pattern: kind === 'match' ? new RegExp(inside, 'u') : undefined,
    words: kind === 'list' ? inside.split('|') : undefined,
  };
}

function range(inside: string): (number | undefined)[] {
  return /^[-\d.]*,[-\d.]*$/.test(inside)
    ? inside.split(',').map((side) => (side === '' ? undefined : Number(side)))
    : [];
}

/** The longest text of a pattern that ends in `{0,100}$`. */
function repeats(pattern: string): number | undefined {
  const longest = /\{\d*,(\d+)\}\$$/.exec(pattern)?.[1];
  return longest === undefined ? undefined : Number(longest);
}

/** The program's schema in the same way: its scalars by their paths. */
export function flatten(schema: OptionSchema, path = ''): Map<string, OptionSchema> {
  if (schema.items !== undefined) {
    return flatten(schema.items, `${path}[]`);
  }
  if (schema.properties === undefined) {
    return new Map([[path, schema]]);
  }
  const entries = Object.entries(schema.properties);
  return new Map(entries.flatMap(([name, inner]) => [...flatten(inner, path === '' ? name : `${path}.${name}`)]));
}
