import type { CountingState, InverterCount } from './countingState.ts';
import { NO_CURVE } from './curve.ts';

/** What one inverter of a poll round tells. */
export interface RoundInverter {
  /** 12 digits. */
  readonly id: string;
  /** Null where the ECU left it out, or sent what we can't read. */
  readonly online: boolean | null;
  /** W, one a panel; null for what is not known. */
  readonly powers: readonly (number | null)[];
}

/** One inverter while a round is counted: the same as is kept, to be written to, and what the round tells of it. */
export interface Row {
  readonly id: string;
  readonly online: boolean | null;
  readonly wasOnline: boolean;
  /** W; 0 for what is not known. */
  readonly powers: readonly number[];
  listedOn: string;
  roundsBack: number;
  openMs: number;
  readonly energy: number[];
  readonly today: number[];
  readonly estimated: number[];
  readonly owed: number[];
  readonly open: number[];
  readonly curves: string[];
}

/** The sums beside the rows. Wh. */
export interface Ledger {
  readonly rows: readonly Row[];
  energy: number;
  todayEnergy: number;
}

/** What an inverter brings along from another ECU; null for one that is known nowhere else. */
export type Elsewhere = (inverterId: string) => { readonly day: string; readonly count: InverterCount } | null;

/** No panel makes more; garbage would stay in the energies for ever. */
const MOST_WATTS = 1_500;
/** Inverters that are remembered at one ECU: more than any has, those that left included. */
const MOST_KEPT = 300;

/** Opens what is kept for writing. Rows are by id, so that the order in a reply does not matter. */
export function openLedger(
  before: Pick<CountingState, 'inverters' | 'energy' | 'todayEnergy'>,
  inverters: readonly RoundInverter[],
  day: string,
  elsewhere: Elsewhere,
): Ledger {
  const known = new Map(before.inverters.map((inverter) => [inverter.id, inverter]));
  const told = new Map(inverters.map((inverter) => [inverter.id, inverter]));
  const ids = [...new Set([...known.keys(), ...told.keys()])].sort();
  const rows = ids.map((id) => openRow(id, known.get(id), told.get(id), day, elsewhere));
  return { rows, energy: before.energy, todayEnergy: before.todayEnergy };
}

function openRow(
  id: string,
  own: InverterCount | undefined,
  told: RoundInverter | undefined,
  day: string,
  elsewhere: Elsewhere,
): Row {
  const online = told === undefined ? false : told.online;
  // At first sight also asleep: 0 for one that has made something elsewhere would be a fall.
  const hasCome = own === undefined || (online === true && !own.isOnline);
  const count = (hasCome ? moved(id, own, day, elsewhere) : own) ?? null;
  const panels = Math.max(told?.powers.length ?? 0, count?.energy.length ?? 0);
  const numbers = (values: readonly number[] = []) => Array.from({ length: panels }, (_, index) => values[index] ?? 0);
  return {
    id,
    online,
    wasOnline: own?.isOnline ?? false,
    powers: Array.from({ length: panels }, (_, index) => (online === true ? wattsOf(told?.powers[index]) : 0)),
    listedOn: told === undefined || told.online === null ? (count?.listedOn ?? day) : day,
    roundsBack: count?.roundsBack ?? 0,
    openMs: count?.openMs ?? 0,
    energy: numbers(count?.energy),
    today: numbers(count?.today),
    estimated: numbers(count?.estimated),
    owed: numbers(count?.owed),
    open: numbers(count?.open),
    curves: Array.from({ length: panels }, (_, index) => count?.curves[index] ?? NO_CURVE),
  };
}

/** An inverter that comes from another ECU has its energies from there; back again, the ones that have grown since. */
function moved(id: string, own: InverterCount | undefined, day: string, elsewhere: Elsewhere) {
  const other = elsewhere(id);
  if (other === null || (own !== undefined && sum(own.energy) >= sum(other.count.energy))) {
    return own;
  }
  const none = other.count.energy.map(() => 0);
  const isToday = other.day === day;
  return {
    ...other.count,
    today: isToday ? other.count.today : none,
    estimated: isToday ? other.count.estimated : none,
    owed: none,
    open: none,
    openMs: 0,
  };
}

function wattsOf(power: number | null | undefined): number {
  return power !== null && power !== undefined && power > 0 && power <= MOST_WATTS ? power : 0;
}

/** Gives a panel its energy, Wh, of at least 0. */
export function give(ledger: Ledger, row: Row, panel: number, wh: number, isEstimated: boolean): void {
  const given = rounded(Math.max(0, wh));
  row.energy[panel] = rounded((row.energy[panel] ?? 0) + given);
  row.today[panel] = rounded((row.today[panel] ?? 0) + given);
  if (isEstimated) {
    row.estimated[panel] = rounded((row.estimated[panel] ?? 0) + given);
  }
  ledger.energy = rounded(ledger.energy + given);
  ledger.todayEnergy = rounded(ledger.todayEnergy + given);
}

/** Gives it out by weights, one a panel of each row. @returns whether there was anybody to give it to */
export function giveOut(
  ledger: Ledger,
  wh: number,
  weights: readonly (readonly number[])[],
  isEstimated: boolean,
): boolean {
  const total = sum(weights.map(sum));
  if (!(total > 0)) {
    return false;
  }
  for (const [index, row] of ledger.rows.entries()) {
    for (const [panel, weight] of (weights[index] ?? []).entries()) {
      give(ledger, row, panel, (wh * weight) / total, isEstimated);
    }
  }
  return true;
}

/** What is kept of the rows. The ones that were longest gone are left out where there are too many. */
export function closeLedger({ rows }: Ledger): readonly InverterCount[] {
  const kept = rows.map(({ online, wasOnline: _, powers: __, ...row }) => ({ ...row, isOnline: online === true }));
  if (kept.length <= MOST_KEPT) {
    return kept;
  }
  const newest = kept.toSorted((a, b) => (a.listedOn < b.listedOn ? 1 : -1)).slice(0, MOST_KEPT);
  return newest.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To a thousandth, and never -0, which JSON does not know. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000 + 0;
}
