import { Ajv } from 'ajv';
import { ajvSettings, optionsSchema } from './schema.ts';
import type { Values } from './values.ts';

/** One mistake: where (a JSON pointer such as `/ecus/0/port`), and the key that is missing there, if one is. */
export interface Mistake {
  readonly instancePath: string;
  readonly params: { readonly missingProperty?: string };
}

export interface Validator {
  (data: unknown): data is Values;
  errors?: readonly Mistake[] | null;
}

/**
 * Checks options against the schema. The bundle holds this module compiled to plain JavaScript (scripts/bundle.mjs), so
 * that the program starts without the compiler.
 */
export const validateOptions: Validator = new Ajv(ajvSettings).compile<Values>(optionsSchema);
