import type { Config } from '../src/homeassistant/components.ts';
import type { EcuSnapshot } from '../src/site/snapshot.ts';

/** Columns by what stands in the first one. */
export type Rows = ReadonlyMap<string, readonly string[]>;

export function table(heads: readonly string[], body: Rows): string {
  const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |`.replaceAll('|  |', '| |');
  const lines = Array.from(body, ([name, columns]) => line([name, ...columns]));
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
}

/** The documentation with this text between the two marks. @throws Error where they are missing */
export function between(documentation: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark}:begin -->`, `<!-- ${mark}:end -->`];
  const [before, rest] = documentation.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`${begin} and ${end} have to stand in the documentation`);
  }
  return `${before}${begin}\n${text}\n${end}${after}`;
}

/** An entity's name; a number in it becomes *n*, so that all panels make one row. */
export function nameOf({ name, entity_category, enabled_by_default }: Config): string {
  const stars = enabled_by_default === false ? ' \\*\\*' : entity_category === 'diagnostic' ? ' \\*' : '';
  return String(name).replace(/\d+/, '*n*') + stars;
}

/** The key that its template reads, as code; empty for none. */
export function keyOf({ value_template }: Config): string {
  const [, key] = /value_json\.(\w+)/.exec(String(value_template)) ?? [];
  return key === undefined ? '' : `\`${key.replace(/\d+/, '<n>')}\``;
}

export const EXAMPLE: EcuSnapshot = {
  ecuId: '216200000001',
  name: 'ECU',
  model: 'ECU',
  firmware: null,
  takenAt: new Date(0),
  round: null,
  currentPower: null,
  todayEnergy: null,
  lifetimeEnergy: null,
  lifetimeReset: null,
  countedEnergy: null,
  countedTodayEnergy: null,
  invertersRegistered: null,
  invertersOnline: null,
  inverters: [],
};
