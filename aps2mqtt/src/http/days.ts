/** The history's CSV (ENERGY 3) as columns, for the page. */

export interface DayColumns {
  /** ISO 8601 with the offset of the ECU's zone. */
  readonly rounds: string[];
  /** W by panel (`704000000011/1`); null for not known. As long as the rounds. */
  readonly panels: Record<string, (number | null)[]>;
  /** By inverter: 1 or 0, °C. */
  readonly inverters: Record<string, { online: (number | null)[]; temperature: (number | null)[] }>;
}

/** A header line begins anew which column is what. Lines that fit no header are left out. */
export function dayColumns(csv: string): DayColumns {
  const rounds: string[] = [];
  const columns = new Map<string, (number | null)[]>();
  let header: string[] = [];
  for (const line of csv.split('\n')) {
    const cells = line.trimEnd().split(',');
    if (cells[0] === 'round') {
      header = cells;
    } else if (cells.length === header.length && /^\d{4}-\d\d-\d\dT/.test(cells[0] ?? '')) {
      rounds.push(cells[0] ?? '');
      for (const [index, name] of header.entries()) {
        if (index > 0) {
          put(columns, name, rounds.length - 1, numberIn(cells[index]));
        }
      }
    }
  }
  return { rounds, ...sorted(columns, rounds.length) };
}

function sorted(columns: ReadonlyMap<string, (number | null)[]>, length: number): Omit<DayColumns, 'rounds'> {
  const panels: Record<string, (number | null)[]> = {};
  const inverters: DayColumns['inverters'] = {};
  for (const [name, values] of columns) {
    const match = /^(\d{12})\/(?:(\d)|(online)|(temperature))$/.exec(name);
    const inverter = match?.[1];
    if (inverter === undefined) {
      continue;
    }
    const whole = filled(values, length);
    if (match?.[2] !== undefined) {
      panels[name] = whole;
    } else {
      inverters[inverter] ??= { online: filled([], length), temperature: filled([], length) };
      inverters[inverter][match?.[3] !== undefined ? 'online' : 'temperature'] = whole;
    }
  }
  return { panels, inverters };
}

export interface EnergyColumns {
  readonly days: string[];
  /** kWh by panel; null for not known. As long as the days. */
  readonly panels: Record<string, (number | null)[]>;
  /** What of that was estimated, kWh. */
  readonly estimated: Record<string, (number | null)[]>;
}

/** Energies by day. Of a day that is there twice, as after an edit by hand, the last one counts. */
export function energyColumns(csv: string): EnergyColumns {
  const days: string[] = [];
  const columns = new Map<string, (number | null)[]>();
  let header: string[] = [];
  for (const line of csv.split('\n')) {
    const cells = line.trimEnd().split(',');
    const [day = ''] = cells;
    if (day === 'day') {
      header = cells;
    } else if (cells.length === header.length && /^\d{4}-\d\d-\d\d$/.test(day)) {
      const at = days.includes(day) ? days.indexOf(day) : days.push(day) - 1;
      for (const [index, name] of header.entries()) {
        if (index > 0) {
          put(columns, name, at, numberIn(cells[index]));
        }
      }
    }
  }
  const panels: EnergyColumns['panels'] = {};
  const estimated: EnergyColumns['estimated'] = {};
  for (const [name, values] of columns) {
    const match = /^(\d{12}\/\d)(\/estimated)?$/.exec(name);
    if (match?.[1] !== undefined) {
      (match[2] === undefined ? panels : estimated)[match[1]] = filled(values, days.length);
    }
  }
  return { days, panels, estimated };
}

function put(columns: Map<string, (number | null)[]>, name: string, at: number, value: number | null): void {
  const column = columns.get(name) ?? [];
  columns.set(name, column);
  column[at] = value;
}

const filled = (values: readonly (number | null)[], length: number) =>
  Array.from({ length }, (_, index) => values[index] ?? null);

function numberIn(cell: string | undefined): number | null {
  const value = Number(cell);
  return cell === undefined || cell === '' || !Number.isFinite(value) ? null : value;
}
