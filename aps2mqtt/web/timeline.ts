import { panelKey } from '../src/roof/layout.ts';
import type { Day, EcuDay, State } from './api.ts';

/** A panel at one moment of a day. */
export interface PanelMoment {
  /** W; null for not known. */
  readonly power: number | null;
  readonly isOffline: boolean;
}

/** A day as the slider goes through it: the rounds of all ECUs in one row. */
export interface Timeline {
  readonly day: string;
  /** ISO 8601 with the ECU's offset; in order. */
  readonly stamps: readonly string[];
  /** ms since 1970, of each. */
  readonly times: readonly number[];
  /** The same by the ECU's clock, as if it were UTC's. */
  readonly wallTimes: readonly number[];
  /** W of all panels that are known, at each. */
  readonly totals: readonly number[];
  /** Highest power of any panel, W. */
  readonly peak: number;
  /** All panels that the day knows. */
  readonly keys: readonly string[];
  at(index: number, key: string): PanelMoment;
  /** kWh from the day's begin, made of the powers. */
  energyUntil(index: number, key: string): number | null;
  temperatureAt(index: number, inverter: string): number | null;
}

/** A power holds so long at most: after a longer gap nobody knows. */
const HOLDS_MS = 20 * 60_000;
const KWH_MS = 3_600_000_000;
const NOTHING: PanelMoment = { power: null, isOffline: false };

export function timelineOf({ day, ecus }: Day): Timeline {
  const parts = ecus.map((ecu) => ({ ecu, times: ecu.rounds.map((round) => Date.parse(round)) }));
  const all = new Map(
    parts.flatMap(({ ecu, times }) => times.map((time, index) => [minute(time), ecu.rounds[index] ?? ''])),
  );
  const times = [...all.keys()].sort((one, other) => one - other);
  const stamps = times.map((time) => all.get(time) ?? '');
  const owner = new Map(parts.flatMap((part) => Object.keys(part.ecu.panels).map((key) => [key, part] as const)));
  /** For each part, which of its rounds holds at a moment; -1 for none. */
  const holding = new Map(parts.map((part) => [part, roundsHolding(times, part.times)]));
  const sums = new Map([...owner].map(([key, part]) => [key, energies(part.ecu.panels[key] ?? [], part.times)]));
  const indexOf = (index: number, part: (typeof parts)[number]) => holding.get(part)?.[index] ?? -1;

  function at(index: number, key: string): PanelMoment {
    const part = owner.get(key);
    const round = part === undefined ? -1 : indexOf(index, part);
    if (part === undefined || round < 0) {
      return NOTHING;
    }
    const online = part.ecu.inverters[key.slice(0, 12)]?.online[round] ?? null;
    return { power: part.ecu.panels[key]?.[round] ?? null, isOffline: online === 0 };
  }

  const keys = [...owner.keys()];
  return {
    day,
    stamps,
    times,
    wallTimes: stamps.map((stamp) => Date.parse(`${stamp.slice(0, 19)}Z`)),
    keys,
    peak: Math.max(0, ...parts.flatMap(({ ecu }) => Object.values(ecu.panels).flat()).map((power) => power ?? 0)),
    totals: times.map((_, index) => keys.reduce((sum, key) => sum + (at(index, key).power ?? 0), 0)),
    at,
    energyUntil: (index, key) => {
      const part = owner.get(key);
      const round = part === undefined ? -1 : lastBefore(part.times, times[index] ?? 0);
      return round < 0 ? null : (sums.get(key)?.[round] ?? null);
    },
    temperatureAt: (index, inverter) => {
      const part = parts.find(({ ecu }) => inverter in ecu.inverters);
      const round = part === undefined ? -1 : indexOf(index, part);
      return round < 0 ? null : (part?.ecu.inverters[inverter]?.temperature[round] ?? null);
    },
  };
}

/** Today with the newest round added, where it is new. */
export function withNewest(day: Day | null, state: State): Day | null {
  const newest = state.ecus
    .flatMap(({ poll_round }) => poll_round ?? [])
    .sort()
    .at(-1);
  if (newest === undefined) {
    return day;
  }
  const date = newest.slice(0, 10);
  const before = day !== null && day.day === date ? day : { day: date, ecus: [] };
  const ecus = state.ecus.map((ecu) => {
    const known = before.ecus.find((one) => one.ecu === ecu.id) ?? {
      ecu: ecu.id,
      rounds: [],
      panels: {},
      inverters: {},
    };
    const { poll_round: round } = ecu;
    const isNew = ecu.answers && round?.slice(0, 10) === date && !known.rounds.includes(round);
    return isNew && round !== null ? withRound(known, round, state) : known;
  });
  return { day: date, ecus };
}

function withRound(ecu: EcuDay, round: string, state: State): EcuDay {
  const length = ecu.rounds.length;
  const empty = () => Array.from({ length }, () => null);
  const panels: Record<string, readonly (number | null)[]> = Object.fromEntries(
    Object.entries(ecu.panels).map(([key, column]) => [key, [...column, null]]),
  );
  for (const { inverter, panel, power, ecu: owner } of state.panels) {
    if (owner === ecu.ecu) {
      const key = panelKey(inverter, panel);
      panels[key] = [...(ecu.panels[key] ?? empty()), power];
    }
  }
  const inverters = Object.fromEntries(
    state.inverters
      .filter((inverter) => inverter.ecu === ecu.ecu)
      .map(({ id, online, temperature }) => {
        const before = ecu.inverters[id] ?? { online: empty(), temperature: empty() };
        const isOnline = online === null ? null : Number(online);
        return [id, { online: [...before.online, isOnline], temperature: [...before.temperature, temperature] }];
      }),
  );
  return { ecu: ecu.ecu, rounds: [...ecu.rounds, round], panels, inverters: { ...ecu.inverters, ...inverters } };
}

const minute = (time: number) => Math.floor(time / 60_000) * 60_000;

function roundsHolding(moments: readonly number[], rounds: readonly number[]): number[] {
  return moments.map((moment) => {
    const index = lastBefore(rounds, moment);
    return index >= 0 && moment - (rounds[index] ?? 0) <= HOLDS_MS ? index : -1;
  });
}

/** The last round of the minute or before it; -1 for none. */
function lastBefore(rounds: readonly number[], moment: number): number {
  let [low, high] = [0, rounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (minute(rounds[middle] ?? 0) <= moment) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/** kWh until each round: a power holds for the time since the round before it. */
function energies(powers: readonly (number | null)[], times: readonly number[]): number[] {
  let sum = 0;
  return times.map((time, index) => {
    const since = index === 0 ? 0 : Math.min(HOLDS_MS, time - (times[index - 1] ?? time));
    sum += ((powers[index] ?? 0) * since) / KWH_MS;
    return sum;
  });
}
