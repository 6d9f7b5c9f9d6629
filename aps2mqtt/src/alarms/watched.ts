import { type DayTable, inverterOf, onlineOf, powersOf } from './dayTable.ts';
import type { Light } from './light.ts';

/** Part of the median that a panel has to make to be alive again, for so many rounds; below snow it makes less. */
const ALIVE = 0.1;
const ALIVE_ROUNDS = 3;
/** W of the median neighbour at which a part of it can be told. */
const DAWN = 10;

/** A panel that makes nothing, or an inverter that is silent, since a moment. */
export interface Silence {
  /** ISO 8601. */
  readonly since: string;
}

/** A panel or an inverter that is watched. */
export interface Watched {
  /** ms of light without power, or without a word, today. */
  silentMs: number;
  /** ISO 8601 of the first such round; null for none. */
  since: string | null;
  /** ms since 1970 of the last sign of life; null for never. */
  lastSeen: number | null;
  /** ms since 1970 of the last one that did not come from below snow; null for never. */
  lastBare: number | null;
  aliveRounds: number;
  silence: Silence | null;
}

export interface Round {
  readonly index: number;
  readonly time: number;
  readonly stamp: string;
  /** ms since the one before. */
  readonly step: number;
}

/** Takes one round of a panel, or of an inverter. */
export type Listener = (round: Round, light: Light) => void;

export function listenToPanel(key: string, watched: Watched, table: DayTable): Listener {
  const powerAt = powerOf(key, table);
  return (round, light) => {
    const power = powerAt(round.index);
    if (power !== null && power > 0) {
      const isAlive = isBare(key, power, round, light);
      see(watched, round, isAlive);
      if (watched.silence !== null) {
        const counts = isAlive && light.isBright(key, round.index);
        watched.aliveRounds = counts ? watched.aliveRounds + 1 : watched.aliveRounds;
        watched.silence = watched.aliveRounds >= ALIVE_ROUNDS ? null : watched.silence;
      }
    } else if (power !== null && watched.lastSeen !== null && light.isBright(key, round.index)) {
      grow(watched, round);
    }
  };
}

export function listenToInverter(id: string, panels: readonly string[], watched: Watched, table: DayTable): Listener {
  const online = onlineOf(id, table);
  const powers = panels.map((key) => ({ key, powerAt: powerOf(key, table) }));
  return (round, light) => {
    const isOnline = online[round.index] ?? null;
    if (isOnline === 1) {
      const isAlive = powers.some(({ key, powerAt }) => isBare(key, powerAt(round.index) ?? 0, round, light));
      see(watched, round, isAlive);
      watched.silence = null;
    } else if (isOnline === 0 && watched.lastSeen !== null && panels.some((key) => light.isBright(key, round.index))) {
      grow(watched, round);
    }
  };
}

/** W by round; null while the inverter is silent. */
function powerOf(key: string, table: DayTable): (index: number) => number | null {
  const [powers, online] = [powersOf(key, table), onlineOf(inverterOf(key), table)];
  return (index) => (online[index] === 0 ? null : (powers[index] ?? null));
}

function isBare(key: string, power: number, { index }: Round, light: Light): boolean {
  const around = light.of(key, index);
  return around >= DAWN && power >= ALIVE * around;
}

function see(watched: Watched, { time }: Round, isAlive: boolean): void {
  watched.lastSeen = time;
  watched.lastBare = isAlive ? time : watched.lastBare;
  watched.silentMs = 0;
  watched.since = null;
}

function grow(watched: Watched, { stamp, step }: Round): void {
  watched.silentMs += watched.since === null ? 0 : step;
  watched.since ??= stamp;
  watched.aliveRounds = 0;
}
