/** A line of a table, and the header that it stands below. */
export interface TableLine {
  readonly header: TableHeader;
  readonly text: string;
}

export interface TableHeader {
  /** Names of the columns; the first one is the key's. */
  readonly columns: readonly string[];
  readonly delimiter: string;
}

export interface ReadTable {
  readonly lines: readonly TableLine[];
  /** Lines that stand below no header. */
  readonly skipped: number;
}

const DELIMITERS = /[,;\t]/;

/**
 * Splits a table of CSV into lines. Its headers, which may stand in the middle as well, begin with `key`. A last line that
 * does not end was cut by a power cut. Spreadsheets that save with semicolons or tabs are understood.
 */
export function readTable(text: string, key: string): ReadTable {
  const lines: TableLine[] = [];
  let header: TableHeader | null = null;
  let skipped = 0;
  const whole = text.replace(/^\uFEFF/, '').slice(0, text.lastIndexOf('\n') + 1);
  for (const line of whole.split(/\r?\n/)) {
    if (line.startsWith(key) && (line.length === key.length || DELIMITERS.test(line.charAt(key.length)))) {
      const delimiter = line.charAt(key.length) || ',';
      header = { delimiter, columns: line.split(delimiter).map((column) => column.trim()) };
    } else if (line !== '' && header === null) {
      skipped++;
    } else if (line !== '' && header !== null) {
      lines.push({ header, text: line });
    }
  }
  return { lines, skipped };
}

/** Null for a line that has more or fewer fields than its header. */
export function fieldsOf({ header, text }: TableLine): readonly string[] | null {
  const fields = text.split(header.delimiter);
  return fields.length === header.columns.length ? fields : null;
}

/** The columns of the last header, as we write them; null where there is none, or it is not ours. */
export function lastColumns(text: string, key: string): readonly string[] | null {
  const found = [...text.matchAll(new RegExp(`^${key},[^\\r\\n]*$`, 'gm'))].at(-1);
  return found === undefined ? null : found[0].split(',').slice(1);
}
