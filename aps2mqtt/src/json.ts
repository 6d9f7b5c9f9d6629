/** An object of JSON, or of YAML: whatever may be in it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** No list and no null, which JavaScript takes for objects as well. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is no object has nothing in it. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** @throws Error that does not repeat the text, as Node's own message would: there may be garbage or a secret in it */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('it is not JSON', { cause: error });
  }
}

/** @throws Error with the reason when the text is no JSON or no object */
export function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) {
    throw new Error('it is not an object');
  }
  return value;
}
