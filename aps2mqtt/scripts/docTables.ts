import { withControlTable } from './controlDocs.ts';
import { withEntityTable } from './entityDocs.ts';

/** The documentation with all tables of entities as the code has them. */
export function withTables(documentation: string): string {
  return withControlTable(withEntityTable(documentation));
}
