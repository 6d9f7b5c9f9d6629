import { type DayTable, inverterOf, onlineOf, powersOf } from './dayTable.ts';
import type { Light } from './light.ts';

/** Part of the median that a panel has to make to be alive again, for so many rounds. */
const ALIVE = 0.1;
const ALIVE_ROUNDS = 3;

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
  const [powers, online] = [powersOf(key, table), onlineOf(inverterOf(key), table)];
  return (round, light) => {
    const power = online[round.index] === 0 ? null : (powers[round.index] ?? null);
    if (power !== null && power > 0) {
      Object.assign(watched, { lastSeen: round.time, silentMs: 0, since: null });
      if (watched.silence !== null) {
        const isAlive = light.isBright(key, round.index) && power >= ALIVE * light.of(key, round.index);
        watched.aliveRounds = isAlive ? watched.aliveRounds + 1 : watched.aliveRounds;
        watched.silence = watched.aliveRounds >= ALIVE_ROUNDS ? null : watched.silence;
      }
    } else if (power !== null && watched.lastSeen !== null && light.isBright(key, round.index)) {
      grow(watched, round);
    }
  };
}

export function listenToInverter(id: string, panels: readonly string[], watched: Watched, table: DayTable): Listener {
  const online = onlineOf(id, table);
  return (round, light) => {
    const isOnline = online[round.index] ?? null;
    if (isOnline === 1) {
      Object.assign(watched, { silentMs: 0, since: null, lastSeen: round.time, silence: null });
    } else if (isOnline === 0 && watched.lastSeen !== null && panels.some((key) => light.isBright(key, round.index))) {
      grow(watched, round);
    }
  };
}

function grow(watched: Watched, { stamp, step }: Round): void {
  watched.silentMs += watched.since === null ? 0 : step;
  watched.since ??= stamp;
  watched.aliveRounds = 0;
}
