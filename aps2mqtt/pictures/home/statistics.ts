import type { HomeAssistant } from '../../test/home-assistant/api.ts';
import { ECU, type Roof } from '../summer.ts';

const HOUR = 3_600_000;

/** W by `<inverter>/<panel>`. */
type Panels = Readonly<Record<string, readonly (number | null)[]>>;

interface Day {
  readonly ecus: readonly {
    readonly ecu: string;
    readonly rounds: readonly string[];
    readonly panels: Panels;
  }[];
}

/** Mean power by hour and inverter, as the roof's own history has it. */
export interface Hour {
  readonly start: Date;
  readonly watts: ReadonlyMap<string, number>;
}

export async function hoursOf(roof: Roof, days: readonly string[]): Promise<Hour[]> {
  const hours: Hour[] = [];
  for (const day of days) {
    const { ecus } = (await (await fetch(`${roof.url}api/days/${day}`)).json()) as Day;
    const ecu = ecus.find((one) => one.ecu === ECU);
    if (ecu === undefined) {
      throw new Error(`the history has no ${day}`);
    }
    const byHour = new Map<number, number[]>();
    for (const [index, round] of ecu.rounds.entries()) {
      const hour = Math.floor(Date.parse(round) / HOUR);
      byHour.set(hour, [...(byHour.get(hour) ?? []), index]);
    }
    for (const [hour, indices] of byHour) {
      hours.push({ start: new Date(hour * HOUR), watts: meansOf(ecu.panels, indices) });
    }
  }
  return hours;
}

function meansOf(panels: Panels, indices: readonly number[]): Map<string, number> {
  const watts = new Map<string, number>();
  for (const [key, values] of Object.entries(panels)) {
    const sum = indices.reduce((total, index) => total + (values[index] ?? 0), 0);
    const [inverter = ''] = key.split('/');
    watts.set(inverter, (watts.get(inverter) ?? 0) + sum / indices.length);
  }
  return watts;
}

/** A curve of power, as Home Assistant would have made it of what it heard in these hours. */
export async function importPower(home: HomeAssistant, id: string, hours: readonly Hour[]): Promise<void> {
  const stats = hours.map(({ start, watts }) => {
    const mean = sumOf(watts.values());
    return { start, mean, min: mean, max: mean };
  });
  await importStatistics(home, { statistic_id: id, mean_type: 1, has_sum: false, unit: ['power', 'W'] }, stats);
}

/** A counter of kWh, of all inverters. */
export async function importEnergy(home: HomeAssistant, id: string, hours: readonly Hour[]): Promise<void> {
  let sum = 0;
  const stats = hours.map(({ start, watts }) => {
    sum += sumOf(watts.values()) / 1000;
    return { start, state: sum, sum };
  });
  await importStatistics(home, { statistic_id: id, mean_type: 0, has_sum: true, unit: ['energy', 'kWh'] }, stats);
}

interface Metadata {
  readonly statistic_id: string;
  readonly mean_type: 0 | 1;
  readonly has_sum: boolean;
  readonly unit: readonly [unitClass: string, unit: string];
}

async function importStatistics(home: HomeAssistant, metadata: Metadata, stats: readonly object[]): Promise<void> {
  const { unit, ...rest } = metadata;
  const [unit_class, unit_of_measurement] = unit;
  await home.ask('recorder/import_statistics', {
    metadata: { ...rest, name: null, source: 'recorder', unit_class, unit_of_measurement },
    stats,
  });
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum;
}
