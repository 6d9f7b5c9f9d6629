import { readCurve, usualPower } from './curve.ts';
import { type Ledger, type Row, sum } from './ledger.ts';

/** One weight a panel of each row. */
export type Weights = readonly (readonly number[])[];

const MINUTES_OF_DAY = 1_440;
const STEP_MINUTES = 10;
/** An hour's power tells of the ones that follow it, for so long. */
const NEAR_HOURS = 3;

/**
 * What each panel is likely to have made while nobody looked: by its usual power in the same hours; where that is not
 * known yet, by a straight line from what it made before to what it makes now.
 *
 * @param from minutes, 0 at the begin of the day that `to` lies in; below 0 on a day before
 * @param to minutes
 * @param isNow the powers of the round are those at `to`
 * @returns Wh, as far as usual powers tell
 */
export function usualEnergies({ rows }: Ledger, from: number, to: number, isNow: boolean): Weights {
  const length = to - from;
  const count = Math.max(1, Math.ceil(length / STEP_MINUTES));
  const minutes = Array.from({ length: count }, (_, index) => from + (length * (index + 0.5)) / count);
  return rows.map((row) =>
    row.curves.map((curve, panel) => {
      const hours = readCurve(curve);
      const now = isNow && row.online === true ? (row.powers[panel] ?? 0) : null;
      const powers = minutes.map((minute) => powerAt(hours, minute, to, now));
      return (sum(powers) * length) / count / 60;
    }),
  );
}

function powerAt(hours: readonly (number | null)[], minute: number, to: number, now: number | null): number {
  const ofDay = ((minute % MINUTES_OF_DAY) + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  const usual = usualPower(hours, ofDay);
  // A line from an hour that is known to one that is not is no line: what it makes now is nearer.
  const hour = Math.floor(ofDay / 60);
  if (usual !== null && (now === null || (hours[hour] ?? null) !== null)) {
    return usual;
  }
  for (let back = 1; back <= NEAR_HOURS; back++) {
    const before = hours[(hour - back + 24) % 24] ?? null;
    if (before !== null) {
      const since = ofDay - 60 * (hour - back) - 30;
      const ahead = to - minute;
      return now === null ? before : before + ((now - before) * since) / (since + ahead);
    }
  }
  return now ?? 0;
}

/** By what the panels have made today; evenly among those online where that is nothing; else evenly among all. */
export function todaysShares({ rows }: Ledger): Weights {
  if (rows.some((row) => sum(row.today) > 0)) {
    return rows.map(({ today }) => today);
  }
  const isAnyOnline = rows.some(({ online }) => online === true);
  return rows.map((row) => row.powers.map(() => (row.online === true || !isAnyOnline ? 1 : 0)));
}

export function total(weights: Weights): number {
  return sum(weights.map(sum));
}

/**
 * What panels that are away would have made of a round, Wh: by their usual power beside that of those that are online,
 * else by what was made today, else evenly.
 */
export function missedEnergies({ rows }: Ledger, minute: number, counted: number): Weights {
  const usual = rows.map((row) => row.curves.map((curve) => usualPower(readCurve(curve), minute)));
  const isPresent = rows.map(({ online }) => online === true);
  const among = (weights: readonly (readonly (number | null)[])[]) =>
    sum(weights.flatMap((row, index) => (isPresent[index] === true ? row.map((weight) => weight ?? 0) : [])));
  const present = { usual: among(usual), today: among(rows.map(({ today }) => today)) };
  const panels = sum(rows.map((row, index) => (isPresent[index] === true ? row.powers.length : 0)));
  return rows.map((row, index) =>
    row.powers.map((_, panel) => {
      const watts = usual[index]?.[panel] ?? null;
      if (isPresent[index] === true || panels === 0) {
        return 0;
      }
      if (watts !== null && present.usual > 0) {
        return (counted * watts) / present.usual;
      }
      return present.today > 0 ? (counted * (row.today[panel] ?? 0)) / present.today : counted / panels;
    }),
  );
}

/** Is it away by day? Before it wakes, and where it sleeps earlier than others, it is not. */
export function isAwayByDay(row: Row, { rows }: Ledger): boolean {
  if (row.online === true) {
    return false;
  }
  const others = rows.filter(({ online }) => online === true);
  const panels = sum(others.map(({ powers }) => powers.length));
  return sum(row.today) > 0 || sum(others.map(({ today }) => sum(today))) > PLAIN_DAY_WH * panels;
}

/** When the panels that work have made so much on the mean, it is day for all of them. */
const PLAIN_DAY_WH = 100;
