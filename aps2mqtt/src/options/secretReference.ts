import { isObject, type JsonObject } from '../json.ts';
import type { Rule } from './rules.ts';

/** Is this Home Assistant's `!secret name`, which nobody has replaced with the secret? */
export function isSecretReference(value: unknown): boolean {
  return typeof value === 'string' && /^\s*!secret(?:\s|$)/.test(value);
}

/** Outside Home Assistant there is no secrets file: the words themselves would become the password. */
export const secretRule: Rule = (values, typedName) =>
  [...new Set(references(values, '').map(typedName))].map((name) => {
    const what = /passw/i.test(name) ? 'password' : 'value';
    return `${name}: !secret works in Home Assistant only. Write the ${what} itself`;
  });

function references(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => references(item, `${path}[${index}]`));
  }
  if (isObject(value)) {
    const entries: JsonObject = value;
    return Object.entries(entries).flatMap(([key, inner]) => references(inner, path === '' ? key : `${path}.${key}`));
  }
  return isSecretReference(value) ? [path] : [];
}
