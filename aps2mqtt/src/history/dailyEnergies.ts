import type { ClosedDay } from '../energy/energyDay.ts';
import { fieldOf, panelColumn } from './dayText.ts';
import { fieldsOf, readTable } from './table.ts';

/**
 * The energies of all days as text: `day,<inverter>/1,<inverter>/1/estimated,<inverter>/2,…`, then a line a day with kWh.
 * The second of each pair is the part that was given to the panel without having been seen.
 */
export const DAY = 'day';

/** kWh of one panel on one day. */
export interface PanelDay {
  readonly energy: number;
  /** The part of it that was not seen. */
  readonly estimated: number;
}

/** The energies of one day, by `<inverter>/<panel>`. */
export interface DayEnergies {
  /** `yyyy-mm-dd`. */
  readonly day: string;
  readonly panels: ReadonlyMap<string, PanelDay>;
}

export const estimatedColumn = (column: string) => `${column}/estimated`;

export function dayFields({ inverters }: ClosedDay): Map<string, string> {
  const fields = new Map<string, string>();
  for (const { id, energy, estimated } of inverters) {
    for (const [index, wh] of energy.entries()) {
      const column = panelColumn(id, index + 1);
      fields.set(column, kWh(wh));
      fields.set(estimatedColumn(column), kWh(estimated[index] ?? 0));
    }
  }
  return fields;
}

/** Whole Wh: three decimals. */
const kWh = (wh: number) => fieldOf(Math.round(wh) / 1_000);

const DATE = /^\d{4}-\d\d-\d\d$/;
const COLUMN = /^\d{12}\/[1-9]$/;

/** Reads them, oldest first. A day that is there twice, as after a power cut, has the greater energy of each panel. */
export function parseEnergies(text: string): DayEnergies[] {
  const days = new Map<string, Map<string, PanelDay>>();
  for (const line of readTable(text, DAY).lines) {
    const fields = fieldsOf(line);
    const { columns } = line.header;
    const day = fields?.[0]?.trim() ?? '';
    if (fields === null || !DATE.test(day)) {
      continue;
    }
    const amounts = new Map(columns.map((column, index) => [column, amountOf(fields[index])]));
    const panels = days.get(day) ?? new Map<string, PanelDay>();
    for (const column of columns.filter((name) => COLUMN.test(name))) {
      const energy = amounts.get(column) ?? null;
      if (energy !== null && energy >= (panels.get(column)?.energy ?? 0)) {
        panels.set(column, { energy, estimated: amounts.get(estimatedColumn(column)) ?? 0 });
      }
    }
    days.set(day, panels);
  }
  return [...days].map(([day, panels]) => ({ day, panels })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

function amountOf(field: string | undefined): number | null {
  const value = field === undefined || field.trim() === '' ? Number.NaN : Number(field);
  return value >= 0 && Number.isFinite(value) ? value : null;
}
