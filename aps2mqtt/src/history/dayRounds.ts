import { ROUND } from './dayText.ts';
import { readTable, type TableHeader, type TableLine } from './table.ts';

/** A day's rounds of one ECU, in order of time. */
export interface DayRounds {
  /** As they stand in the file: ISO 8601 with the offset. */
  readonly stamps: readonly string[];
  /** ms since 1970. */
  readonly times: readonly number[];
  /** By column (`<inverter>/<panel>` in W, `<inverter>/online` as 1 or 0, `<inverter>/temperature` in °C): a value a round. */
  readonly columns: ReadonlyMap<string, readonly (number | null)[]>;
  /** Lines that can't be read: edited by hand, or broken. */
  readonly skipped: number;
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
const COLUMN = /^\d{12}\/(?:[1-9]|online|temperature)$/;
/** No power, and no temperature, is further from 0. */
const MOST = 65_535;

interface Line {
  readonly time: number;
  readonly stamp: string;
  readonly header: TableHeader;
  /** Of the columns behind the stamp. */
  readonly values: readonly (number | null)[];
}

/** Reads the text of a day. A round that is there twice counts as its last line has it. */
export function parseDay(text: string): DayRounds {
  const table = readTable(text, ROUND);
  const knownIn = new Map<TableHeader, readonly boolean[]>();
  for (const { header } of table.lines) {
    if (!knownIn.has(header)) {
      // People may add columns of their own.
      knownIn.set(
        header,
        header.columns.map((name, place) => place > 0 && COLUMN.test(name)),
      );
    }
  }
  const lines = table.lines.map((line) => readLine(line, knownIn.get(line.header) ?? []));
  const good = inOrder(lines.filter((line) => line !== null));
  const columns = new Map<string, (number | null)[]>();
  for (const [header, known] of knownIn) {
    for (const [place, name] of header.columns.entries()) {
      if (known[place] === true) {
        fillColumn(listOf(columns, name, good.length), good, header, place);
      }
    }
  }
  return {
    stamps: good.map(({ stamp }) => stamp),
    times: good.map(({ time }) => time),
    columns,
    skipped: table.skipped + lines.filter((line) => line === null).length,
  };
}

function listOf(columns: Map<string, (number | null)[]>, name: string, length: number): (number | null)[] {
  const list = columns.get(name) ?? new Array<number | null>(length).fill(null);
  columns.set(name, list);
  return list;
}

function fillColumn(list: (number | null)[], lines: readonly Line[], header: TableHeader, place: number): void {
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line?.header === header) {
      list[index] = line.values[place - 1] ?? null;
    }
  }
}

function readLine({ header, text }: TableLine, known: readonly boolean[]): Line | null {
  const end = text.indexOf(header.delimiter);
  const stamp = (end < 0 ? text : text.slice(0, end)).trim();
  const time = STAMP.test(stamp) ? Date.parse(stamp) : Number.NaN;
  if (Number.isNaN(time) || end < 0) {
    return null;
  }
  const rest = text.slice(end + 1);
  const values = plainValues(rest, known.length - 1) ?? oddValues(rest.split(header.delimiter), known);
  return values === null ? null : { time, stamp, header, values };
}

/**
 * The values of a line as we write them. As JSON, since a day of 400 panels has a quarter of a million of them, and nothing
 * else that Node has reads numbers as fast.
 *
 * @returns null for a line that has anything else in it
 */
function plainValues(text: string, count: number): (number | null)[] | null {
  if (!/^[\d.,-]*$/.test(text)) {
    return null;
  }
  try {
    const values: (number | null)[] = JSON.parse(`[${text.replace(/(?<=^|,)(?=,|$)/g, 'null')}]`);
    const isFine =
      values.length === count &&
      Math.max(...(values as number[])) <= MOST &&
      Math.min(...(values as number[])) >= -MOST;
    return isFine ? values : null;
  } catch {
    return null;
  }
}

/** @returns null where a value of a column that we know is none, or where there are too many or too few */
function oddValues(fields: readonly string[], known: readonly boolean[]): (number | null)[] | null {
  const values = fields.map((field, index) => {
    const isEmpty = known[index + 1] !== true || field.trim() === '';
    return isEmpty ? null : Number(field);
  });
  const isFine = values.every((value) => value === null || (value >= -MOST && value <= MOST));
  return isFine && fields.length === known.length - 1 ? values : null;
}

function inOrder(lines: readonly Line[]): readonly Line[] {
  if (lines.every(({ time }, index) => index === 0 || (lines[index - 1]?.time ?? 0) < time)) {
    return lines;
  }
  const last = new Map(lines.map((line) => [line.time, line]));
  return [...last.values()].sort((a, b) => a.time - b.time);
}
