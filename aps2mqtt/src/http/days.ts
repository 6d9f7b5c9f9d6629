import type { DayOfEnergies, Rounds } from './roofData.ts';

type Column = readonly (number | null)[];

/** A day's rounds, as `GET api/days/<day>` has them. */
export interface DayJson {
  /** ISO 8601 with the offset of the ECU's zone. */
  readonly rounds: readonly string[];
  /** W by panel (`704000000011/1`); null for not known. As long as the rounds. */
  readonly panels: Readonly<Record<string, Column>>;
  /** By inverter: 1 or 0, °C. */
  readonly inverters: Readonly<Record<string, { readonly online: Column; readonly temperature: Column }>>;
}

export function dayJson({ stamps, columns }: Rounds): DayJson {
  const unknown = stamps.map(() => null);
  const ids = new Set([...columns.keys()].map((name) => name.slice(0, name.indexOf('/'))));
  const panels = [...columns].filter(([name]) => /^\d+\/\d$/.test(name));
  const inverters = [...ids].map((id) => [
    id,
    { online: columns.get(`${id}/online`) ?? unknown, temperature: columns.get(`${id}/temperature`) ?? unknown },
  ]);
  return { rounds: stamps, panels: Object.fromEntries(panels), inverters: Object.fromEntries(inverters) };
}

/** Energies by day, as `GET api/energies` has them. */
export interface EnergiesJson {
  readonly days: readonly string[];
  /** kWh by panel; null for not known. As long as the days. */
  readonly panels: Readonly<Record<string, Column>>;
  /** What of that was estimated, kWh. */
  readonly estimated: Readonly<Record<string, Column>>;
}

export function energiesJson(days: readonly DayOfEnergies[]): EnergiesJson {
  const keys = keysOf(days);
  const column = (key: string, part: 'energy' | 'estimated') =>
    days.map(({ panels }) => panels.get(key)?.[part] ?? null);
  return {
    days: days.map(({ day }) => day),
    panels: Object.fromEntries(keys.map((key) => [key, column(key, 'energy')])),
    estimated: Object.fromEntries(keys.map((key) => [key, column(key, 'estimated')])),
  };
}

/** One table of all days, with one header: `day,<inverter>/1,<inverter>/1/estimated,…`; null for no day. */
export function energiesCsv(days: readonly DayOfEnergies[]): string | null {
  const keys = keysOf(days);
  const header = ['day', ...keys.flatMap((key) => [key, `${key}/estimated`])];
  const lines = days.map(({ day, panels }) => [
    day,
    ...keys.flatMap((key) => {
      const found = panels.get(key);
      return [found?.energy ?? '', found?.estimated ?? ''];
    }),
  ]);
  return days.length === 0 ? null : [header, ...lines].map((line) => `${line.join(',')}\n`).join('');
}

function keysOf(days: readonly DayOfEnergies[]): string[] {
  return [...new Set(days.flatMap(({ panels }) => [...panels.keys()]))];
}
