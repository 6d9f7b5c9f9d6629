import type { Look } from './look.ts';

/** A value as it stands in a state's JSON. */
export type StateValue = number | string | boolean | null | readonly object[];

/**
 * One row of the entity table: a key of the state's JSON, and the entity that shows it. The state and discovery are
 * both made from it, so that no entity can miss its key.
 */
export interface Entity<Source> {
  /** Key in the state's JSON: the Python program's where it had one. */
  readonly key: string;
  readonly value: (source: Source) => StateValue;
  /** Null where the device tells it already. */
  readonly look: Look | null;
  /** End of the `unique_id`, for ever; the key unless told. */
  readonly suffix?: string;
}

/** The JSON of a state topic: every key always, null for what is not known. */
export function stateOf<Source>(source: Source, entities: readonly Entity<Source>[]): string {
  return JSON.stringify(valuesOf(source, entities));
}

/** The same before it is printed. */
export function valuesOf<Source>(source: Source, entities: readonly Entity<Source>[]): Record<string, StateValue> {
  return Object.fromEntries(entities.map(({ key, value }) => [key, value(source)]));
}
