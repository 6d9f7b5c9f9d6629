import { Ajv } from 'ajv';
import { optionsSchema } from './schema.ts';

/** One mistake: where (a JSON pointer such as `/ecus/0/port`) and which rule was broken. */
export interface Mistake {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly missingProperty?: string };
}

export interface Validator {
  (data: unknown): boolean;
  errors?: readonly Mistake[] | null;
}

/**
 * Checks options against the schema. The bundle holds this module compiled to plain JavaScript (scripts/bundle.mjs), so
 * that the program starts without the compiler.
 */
export const validateOptions: Validator = new Ajv({ allErrors: true, keywords: ['allowed', 'secret'] }).compile(
  optionsSchema,
);
