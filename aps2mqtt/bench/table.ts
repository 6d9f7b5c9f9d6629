import { number, type Spread, spreadText } from './spread.ts';

export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread | string | null;
  readonly theirs: Spread | string | null;
  /** The most that our median may be, in the row's unit. */
  readonly budget?: number;
}

const HEAD = ['', 'unit', 'aps2mqtt', 'Python', 'ratio', 'budget'];

/** A Markdown table that reads well as plain text too: minimum / median / maximum, and the ratio of the medians. */
export function renderTable(rows: readonly Row[]): string {
  return renderCells([HEAD, ...rows.map(cells)]);
}

/** The first line is the head. */
export function renderCells(lines: readonly (readonly string[])[]): string {
  const [head = [], ...body] = lines;
  const widths = head.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const render = (line: readonly string[]) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [render(head), render(widths.map((width) => '-'.repeat(width))), ...body.map(render)].join('\n');
}

function cells({ what, unit, ours, theirs, budget }: Row): string[] {
  return [what, unit, value(ours), value(theirs), ratio(ours, theirs), verdict(ours, budget)];
}

function value(measured: Row['ours']): string {
  return measured === null || typeof measured === 'string' ? (measured ?? 'not measured') : spreadText(measured);
}

function ratio(ours: Row['ours'], theirs: Row['theirs']): string {
  const isKnown = ours !== null && theirs !== null && typeof ours !== 'string' && typeof theirs !== 'string';
  return isKnown ? `1 : ${number(theirs.median / ours.median)}` : '';
}

function verdict(ours: Row['ours'], budget: number | undefined): string {
  if (budget === undefined || ours === null || typeof ours === 'string') {
    return budget === undefined ? '' : number(budget);
  }
  return `${number(budget)}, ${ours.median <= budget ? 'met' : 'NOT met'}`;
}
