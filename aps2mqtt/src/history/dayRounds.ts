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
  /** NaN for what is not known. */
  readonly values: Float64Array;
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
      const value = line.values[place] ?? Number.NaN;
      list[index] = Number.isNaN(value) ? null : value;
    }
  }
}

function readLine({ header, text }: TableLine, known: readonly boolean[]): Line | null {
  const end = text.indexOf(header.delimiter);
  const stamp = (end < 0 ? text : text.slice(0, end)).trim();
  const time = STAMP.test(stamp) ? Date.parse(stamp) : Number.NaN;
  const values = Number.isNaN(time) || end < 0 ? null : readValues(text, end + 1, header.delimiter, known);
  return values === null ? null : { time, stamp, header, values };
}

/**
 * The values behind the stamp. By hand, character by character: an array of strings for each of the day's lines would take
 * most of the time that a day of 400 panels may take.
 *
 * @returns null where a value is none, or their number is another than the header's
 */
function readValues(text: string, from: number, delimiter: string, known: readonly boolean[]): Float64Array | null {
  const values = new Float64Array(known.length).fill(Number.NaN);
  const separator = delimiter.charCodeAt(0);
  let place = 1;
  let start = from;
  let whole = 0;
  let isWhole = true;
  for (let at = from; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : separator;
    if (code !== separator) {
      const digit = code - 48;
      isWhole &&= digit >= 0 && digit <= 9;
      whole = 10 * whole + digit;
      continue;
    }
    if (place >= known.length) {
      return null;
    }
    if (at > start && known[place] === true) {
      const value = isWhole ? whole : numberOf(text.slice(start, at));
      if (value > MOST || value < -MOST) {
        return null;
      }
      values[place] = value;
    }
    place++;
    start = at + 1;
    whole = 0;
    isWhole = true;
  }
  return place === known.length ? values : null;
}

/** NaN for blanks, and more than any value for what is no number. */
function numberOf(field: string): number {
  const value = Number(field);
  return field.trim() === '' ? Number.NaN : Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

function inOrder(lines: readonly Line[]): readonly Line[] {
  if (lines.every(({ time }, index) => index === 0 || (lines[index - 1]?.time ?? 0) < time)) {
    return lines;
  }
  const last = new Map(lines.map((line) => [line.time, line]));
  return [...last.values()].sort((a, b) => a.time - b.time);
}
