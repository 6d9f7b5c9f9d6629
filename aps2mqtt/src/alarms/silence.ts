import { type DayTable, inverterOf, panelKeys } from './dayTable.ts';
import { median } from './numbers.ts';

/** A panel that makes nothing, or an inverter that is silent, since a moment. */
export interface Silence {
  /** ISO 8601. */
  readonly since: string;
}

/** What the days have taught about a panel's neighbours. */
export interface Neighbourhood {
  /** Panels that see the same sun; null before that is known: then all do. */
  neighboursOf(key: string): readonly string[] | null;
  /** Snow may still lie on panels. */
  readonly isThawing: boolean;
}

/** Time without power, or without a word, until it is told. */
const TELLS_MS = 2 * 3_600_000;
/** A longer time between two rounds counts as this. */
const LONGEST_STEP_MS = 15 * 60_000;
/** W of the median neighbour. */
const LIGHT = 50;
/** Part of the median that a panel has to make to be alive again, for so many rounds. */
const ALIVE = 0.1;
const ALIVE_ROUNDS = 3;
/** °C of the coldest inverter: several that make nothing may be white. */
const FROST = 3;
/** What has made nothing for longer is not white. */
const LONGEST_SNOW_MS = 3 * 86_400_000;

interface Watched {
  /** ms of light without power, or without a word, today. */
  silentMs: number;
  /** Index in time: ISO 8601 of the first such round; null for none. */
  since: string | null;
  /** ms since 1970 of the last sign of life; null for never. */
  lastSeen: number | null;
  aliveRounds: number;
  silence: Silence | null;
}

/**
 * Watches every round for panels that make nothing and inverters that are silent while others work. What has never made
 * power is no panel: an inverter may have an input that nothing is connected to.
 */
export class SilenceWatch {
  readonly #panels = new Map<string, Watched>();
  readonly #inverters = new Map<string, Watched>();
  #day = '';
  #lastTime = 0;
  #coldest = Number.POSITIVE_INFINITY;

  panel(key: string): Silence | null {
    return this.#panels.get(key)?.silence ?? null;
  }

  inverter(id: string): Silence | null {
    return this.#inverters.get(id)?.silence ?? null;
  }

  forget(inverterId: string): void {
    this.#inverters.delete(inverterId);
    for (const key of this.#panels.keys()) {
      if (inverterOf(key) === inverterId) {
        this.#panels.delete(key);
      }
    }
  }

  /**
   * Takes the rounds of a day from one on.
   *
   * @param isOver there are no more of them: what is silent at dusk tells nothing
   */
  take(table: DayTable, { neighboursOf, isThawing }: Neighbourhood, from = 0, isOver = false): void {
    if (table.day !== this.#day) {
      this.#beginDay(table.day);
    }
    const { times, stamps, columns } = table;
    const keys = panelKeys(table);
    const lists = keys.map((key) => ({
      key,
      values: columns.get(key) ?? [],
      online: columns.get(`${inverterOf(key)}/online`) ?? [],
      watched: watchedIn(this.#panels, key),
    }));
    const byKey = new Map(lists.map((list) => [list.key, list]));
    const inverters = [...new Set(keys.map(inverterOf))].map((id) => ({
      id,
      online: columns.get(`${id}/online`) ?? [],
      own: keys.filter((key) => inverterOf(key) === id),
      watched: watchedIn(this.#inverters, id),
    }));
    this.#feelCold(columns, from);
    // Nearly all days are like others: only what may be silent is looked at round by round.
    const isQuick = ({ watched, signs }: { watched: Watched; signs: Signs }) =>
      from === 0 && watched.silence === null && signs.longest < TELLS_MS && (isOver || !signs.isOpen);
    const suspects = lists.filter(({ watched, values, online }) => {
      const signs = signsIn(values, online, times);
      const isFine = isQuick({ watched, signs });
      watched.lastSeen = isFine ? (signs.last ?? watched.lastSeen) : watched.lastSeen;
      return !isFine;
    });
    const silent = inverters.filter(({ watched, online }) => {
      const signs = signsIn(online, [], times);
      const isFine = isQuick({ watched, signs });
      watched.lastSeen = isFine ? (signs.last ?? watched.lastSeen) : watched.lastSeen;
      return !isFine;
    });
    if (suspects.length + silent.length === 0) {
      this.#lastTime = times.at(-1) ?? this.#lastTime;
      return;
    }
    for (let index = from; index < times.length; index++) {
      const time = times[index] ?? 0;
      const stamp = stamps[index] ?? '';
      const step = Math.min(LONGEST_STEP_MS, Math.max(0, time - this.#lastTime));
      this.#lastTime = time;
      const medians = new Map<readonly string[], number>();
      const lightOf = (key: string) => {
        const neighbours = neighboursOf(key) ?? keys;
        const known = medians.get(neighbours);
        const light = known ?? lightAmong(neighbours, byKey, index);
        medians.set(neighbours, light);
        return light;
      };
      this.#takePanels(suspects, index, { time, stamp, step }, lightOf);
      for (const { online, own, watched } of silent) {
        if (online[index] === 1) {
          Object.assign(watched, { silentMs: 0, since: null, lastSeen: time, silence: null });
        } else if (online[index] === 0 && watched.lastSeen !== null && Math.max(...own.map(lightOf)) > LIGHT) {
          grow(watched, stamp, step);
        }
      }
    }
    this.#conclude(lists, inverters, isThawing);
  }

  #feelCold(columns: DayTable['columns'], from: number): void {
    for (const [name, values] of columns) {
      for (let index = from; name.endsWith('/temperature') && index < values.length; index++) {
        this.#coldest = Math.min(this.#coldest, values[index] ?? Number.POSITIVE_INFINITY);
      }
    }
  }

  #takePanels(
    lists: readonly PanelList[],
    index: number,
    { time, stamp, step }: { time: number; stamp: string; step: number },
    lightOf: (key: string) => number,
  ): void {
    for (const { key, values, online, watched } of lists) {
      const power = values[index];
      if (power === undefined || power === null || online[index] === 0) {
        continue;
      }
      if (power > 0) {
        watched.lastSeen = time;
        watched.silentMs = 0;
        watched.since = null;
        if (watched.silence !== null) {
          const isAlive = power >= ALIVE * lightOf(key) && lightOf(key) > LIGHT;
          watched.aliveRounds = isAlive ? watched.aliveRounds + 1 : watched.aliveRounds;
          watched.silence = watched.aliveRounds >= ALIVE_ROUNDS ? null : watched.silence;
        }
      } else if (watched.lastSeen !== null && lightOf(key) > LIGHT) {
        grow(watched, stamp, step);
      }
    }
  }

  #conclude(
    lists: readonly { readonly watched: Watched }[],
    inverters: readonly { readonly watched: Watched }[],
    isThawing: boolean,
  ): void {
    const long = [...lists, ...inverters].map(({ watched }) => watched).filter(({ silentMs }) => silentMs >= TELLS_MS);
    const isLate = ({ lastSeen }: Watched) => this.#lastTime - (lastSeen ?? 0) > LONGEST_SNOW_MS;
    const isWhite = this.#coldest <= FROST && long.filter((watched) => !isLate(watched)).length >= 2;
    for (const watched of long) {
      if (watched.silence === null && !isThawing && (!isWhite || isLate(watched))) {
        watched.silence = { since: watched.since ?? '' };
        watched.aliveRounds = 0;
      }
    }
  }

  #beginDay(day: string): void {
    this.#day = day;
    this.#lastTime = 0;
    this.#coldest = Number.POSITIVE_INFINITY;
    for (const watched of [...this.#panels.values(), ...this.#inverters.values()]) {
      watched.silentMs = 0;
      watched.since = null;
    }
  }
}

/** What a day's values tell of life. */
interface Signs {
  /** ms of the longest time without any. */
  longest: number;
  /** ms since 1970 of the last one; null for none. */
  last: number | null;
  /** The last value is none. */
  isOpen: boolean;
}

/** @param online values of another time do not count; empty for all */
function signsIn(
  values: readonly (number | null)[],
  online: readonly (number | null)[],
  times: readonly number[],
): Signs {
  const signs: Signs = { longest: 0, last: null, isOpen: false };
  let from = Number.NaN;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'number' || online[index] === 0) {
      continue;
    }
    const time = times[index] ?? 0;
    if (value > 0) {
      signs.last = time;
      from = Number.NaN;
    } else if (Number.isNaN(from)) {
      from = time;
    } else if (time - from > signs.longest) {
      signs.longest = time - from;
    }
  }
  return { ...signs, isOpen: !Number.isNaN(from) };
}

interface PanelList {
  readonly key: string;
  readonly values: readonly (number | null)[];
  readonly online: readonly (number | null)[];
  readonly watched: Watched;
}

function watchedIn(map: Map<string, Watched>, key: string): Watched {
  const found = map.get(key) ?? { silentMs: 0, since: null, lastSeen: null, aliveRounds: 0, silence: null };
  map.set(key, found);
  return found;
}

function grow(watched: Watched, stamp: string, step: number): void {
  watched.silentMs += watched.since === null ? 0 : step;
  watched.since ??= stamp;
  watched.aliveRounds = 0;
}

/** W of the median panel among those whose inverter is awake; 0 where there is none. */
function lightAmong(neighbours: readonly string[], lists: ReadonlyMap<string, PanelList>, index: number): number {
  const powers: number[] = [];
  for (const key of neighbours) {
    const list = lists.get(key);
    const power = list?.values[index];
    if (power !== undefined && power !== null && list?.online[index] !== 0) {
      powers.push(power);
    }
  }
  return powers.length === 0 ? 0 : median(powers);
}
