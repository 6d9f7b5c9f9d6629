import { getPosition, getTimes } from 'suncalc';
import type { Position } from '../../options/options.ts';
import { fractionOf } from './seeded.ts';

export interface Weather {
  /** Degrees above the horizon. */
  readonly altitude: number;
  /** Degrees clockwise from north. */
  readonly azimuth: number;
  /** Part that the clouds leave, 0 to 1. */
  readonly clearness: number;
  /** Part of full sunshine on flat ground, 0 to 1. */
  readonly sunshine: number;
  /** Bright enough for the inverters to wake up. */
  readonly isDay: boolean;
}

/** Degrees above the horizon where the panels get enough to wake their inverter. */
const WAKES_AT = 1;
/** Degrees from which on a sun is high enough to try dashboards with. */
const IS_UP_AT = 10;
/** Longer than this the sun stays away near the poles only. */
const LONGEST_NIGHT = 24 * 60;
const MINUTE = 60_000;
/** ms that a cloud takes to drift by. */
const CLOUD = 20 * MINUTE;

/** @param clouds how much they take at most, 0 to 1 */
export function weatherAt(at: Date, { latitude, longitude }: Position, clouds: number, seed: string): Weather {
  const { altitude, azimuth } = getPosition(at, latitude, longitude);
  const clearness = 1 - clouds * cloudiness(at.getTime(), seed);
  const height = Math.max(0, Math.sin((altitude * Math.PI) / 180));
  return { altitude, azimuth, clearness, sunshine: height * clearness, isDay: altitude >= WAKES_AT };
}

/** Moments of the sun that a simulated one can be sent to. */
export const SUN_JUMPS = ['sunrise', 'noon', 'sunset'] as const;

export type SunJump = (typeof SUN_JUMPS)[number];

/**
 * When the sun of that day is there: at sunrise the inverters wake, at sunset they fall asleep.
 *
 * @returns null where it does not rise or set that day
 */
export function sunAt(jump: SunJump, day: Date, position: Position): Date | null {
  const { sunrise, solarNoon, sunset } = getTimes(day, position.latitude, position.longitude);
  switch (jump) {
    case 'sunrise':
      return sunrise === null ? null : wakesAt(sunrise, position);
    case 'noon':
      return solarNoon;
    case 'sunset':
      return sunset;
  }
}

/**
 * s by which a sun has to be ahead for somebody who wants to see power now: 0 while the real one is well up, else so
 * much that it is noon.
 */
export function brightOffset(now: Date, position: Position): number {
  const noon = sunAt('noon', now, position);
  return noon === null || altitudeAt(now, position) >= IS_UP_AT ? 0 : secondsBetween(now, noon);
}

export const secondsBetween = (from: Date, to: Date) => Math.round((to.getTime() - from.getTime()) / 1000);

function altitudeAt(at: Date, { latitude, longitude }: Position): number {
  return getPosition(at, latitude, longitude).altitude;
}

/** The minute from which on the inverters are awake, `from` where they are already; null where that is days away. */
export function wakesAt(from: Date, position: Position): Date | null {
  for (let minutes = 0; minutes <= LONGEST_NIGHT; minutes++) {
    const at = new Date(from.getTime() + minutes * MINUTE);
    if (altitudeAt(at, position) >= WAKES_AT) {
      return at;
    }
  }
  return null;
}

/** 0 to 1, passing over from one cloud to the next without a jump. */
function cloudiness(at: number, seed: string): number {
  const place = at / CLOUD;
  const before = Math.floor(place);
  const [from, to] = [fractionOf(`${seed}cloud${before}`), fractionOf(`${seed}cloud${before + 1}`)];
  return from + (to - from) * (place - before);
}
