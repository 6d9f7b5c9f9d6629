import type { DayCurves } from './dayCurves.ts';
import { coldestOf, type DayTable, inverterOf, panelKeys } from './dayTable.ts';
import { Light, type NeighboursOf } from './light.ts';
import { type Signs, signsOfInverter, signsOfPanel } from './signs.ts';
import { listenToInverter, listenToPanel, type Silence, type Watched } from './watched.ts';

/** What the days have taught about a panel's neighbours. */
export interface Neighbourhood {
  readonly neighboursOf: NeighboursOf;
  /** Snow may still lie on panels. */
  readonly isThawing: boolean;
}

/** Time without power, or without a word, until it is told. */
const TELLS_MS = 2 * 3_600_000;
/** A longer time between two rounds counts as this. */
const LONGEST_STEP_MS = 15 * 60_000;
/** Half hours without a sign that may make up such a time. */
const FEWEST_HALF_HOURS = 2;
/** °C of the coldest inverter: several that make nothing may be white. */
const FROST = 3;
/** What has made nothing for longer is not white. */
const LONGEST_SNOW_MS = 3 * 86_400_000;

/**
 * Watches every round for panels that make nothing and inverters that are silent while others work. What has never made
 * power is no panel: an inverter may have an input that nothing is connected to.
 */
export class SilenceWatch {
  readonly #panels = new Map<string, Watched>();
  readonly #inverters = new Map<string, Watched>();
  #day = '';
  /** ms since 1970 of the first and the last round of the day. */
  #firstTime = 0;
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

  /** Takes a day that is over. Nearly all panels are well on it: only what may be silent is looked at round by round. */
  takeDay(table: DayTable, curves: DayCurves, neighbourhood: Neighbourhood): void {
    const mayBeSilent = (watched: Watched, { silentHalfHours, until }: Signs) => {
      const isSuspect = watched.silence !== null || silentHalfHours >= FEWEST_HALF_HOURS;
      if (!isSuspect && until > 0) {
        watched.lastSeen = table.times[until - 1] ?? watched.lastSeen;
        watched.lastBare = watched.lastSeen;
      }
      return isSuspect;
    };
    const panels = curves.keys.filter((key) => mayBeSilent(watchedIn(this.#panels, key), signsOfPanel(key, curves)));
    const inverters = [...panelsOf(curves.keys)].filter(([id, own]) =>
      mayBeSilent(watchedIn(this.#inverters, id), signsOfInverter(own, curves)),
    );
    this.#take(table, 0, curves.coldest, panels, inverters, neighbourhood);
  }

  /** Takes the rounds of a day that goes on, from one on. */
  takeRounds(today: DayTable, from: number, neighbourhood: Neighbourhood): void {
    const panels = panelKeys(today);
    this.#take(today, from, coldestOf(today, from), panels, [...panelsOf(panels)], neighbourhood);
  }

  #take(
    table: DayTable,
    from: number,
    coldest: number | null,
    panels: readonly string[],
    inverters: readonly (readonly [id: string, panels: readonly string[]])[],
    { neighboursOf, isThawing }: Neighbourhood,
  ): void {
    if (table.day !== this.#day) {
      this.#beginDay(table.day);
      this.#firstTime = table.times[0] ?? 0;
    }
    this.#coldest = Math.min(this.#coldest, coldest ?? this.#coldest);
    const heard = [
      ...panels.map((key) => listenToPanel(key, watchedIn(this.#panels, key), table)),
      ...inverters.map(([id, own]) => listenToInverter(id, own, watchedIn(this.#inverters, id), table)),
    ];
    const light = new Light(table, neighboursOf);
    for (let index = from; index < table.times.length && heard.length > 0; index++) {
      const time = table.times[index] ?? 0;
      const step = Math.min(LONGEST_STEP_MS, Math.max(0, time - this.#lastTime));
      this.#lastTime = time;
      const round = { index, time, stamp: table.stamps[index] ?? '', step };
      for (const listener of heard) {
        listener(round, light);
      }
    }
    this.#lastTime = table.times.at(-1) ?? this.#lastTime;
    const watched = [
      ...panels.map((key) => watchedIn(this.#panels, key)),
      ...inverters.map(([id]) => watchedIn(this.#inverters, id)),
    ];
    this.#conclude(watched, isThawing);
  }

  #conclude(heard: readonly Watched[], isThawing: boolean): void {
    const long = heard.filter(({ silentMs }) => silentMs >= TELLS_MS);
    const isLate = ({ lastSeen }: Watched) => this.#lastTime - (lastSeen ?? 0) > LONGEST_SNOW_MS;
    // What was bare today is white only if others are.
    const areMany = long.filter((watched) => !isLate(watched)).length >= 2;
    const isWhite = ({ lastBare }: Watched) => this.#coldest <= FROST && (areMany || (lastBare ?? 0) < this.#firstTime);
    for (const watched of long) {
      if (watched.silence === null && !isThawing && (isLate(watched) || !isWhite(watched))) {
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

function watchedIn(map: Map<string, Watched>, key: string): Watched {
  const found = map.get(key) ?? {
    silentMs: 0,
    since: null,
    lastSeen: null,
    lastBare: null,
    aliveRounds: 0,
    silence: null,
  };
  map.set(key, found);
  return found;
}

/** Panels of each inverter. */
function panelsOf(keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const panels = new Map<string, string[]>();
  for (const key of keys) {
    const id = inverterOf(key);
    const own = panels.get(id);
    if (own === undefined) {
      panels.set(id, [key]);
    } else {
      own.push(key);
    }
  }
  return panels;
}
