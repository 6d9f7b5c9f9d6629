import { DateTime } from 'luxon';
import { getPosition, getTimes } from 'suncalc';
import type { Position } from '../options/options.ts';
import type { LearnedTiming } from '../polling/learnedTiming.ts';

export interface Dusk {
  readonly position: Position;
  readonly now: Date;
  readonly anyOnline: boolean;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Degrees above the horizon, as seen. At sunrise and sunset, by the definition of the almanacs, the sun's centre is seen
 * at -0.35. A little lower than that the evening's last round is in, and a look at sunrise never finds a night.
 */
const NIGHT_BELOW = -1;

/**
 * Until when polling rests: the sunrise; where the sun does not rise, the next noon, for one look a day through the
 * polar night. Null while an inverter is online, or the sun is up: through polar days there is no rest.
 */
export function nightRest({ position, now, anyOnline }: Dusk): Date | null {
  const { latitude, longitude } = position;
  if (anyOnline || getPosition(now, latitude, longitude).altitude >= NIGHT_BELOW) {
    return null;
  }
  const moments = [0, 1].map((days) => {
    const { sunrise, solarNoon } = getTimes(new Date(now.getTime() + days * DAY_MS), latitude, longitude);
    return (sunrise ?? solarNoon).getTime();
  });
  return new Date(Math.min(...moments.filter((ms) => ms > now.getTime())));
}

/** Degrees: no panel makes anything under a sun that is so far below, whatever the refraction and the hills. */
const DEEP_NIGHT_BELOW = -6;

/** Is the sun so far down at this place that no inverter can work? */
export function isDeepNight({ latitude, longitude }: Position, at: Date): boolean {
  return getPosition(at, latitude, longitude).altitude < DEEP_NIGHT_BELOW;
}

const HALF_HOUR_MS = 1_800_000;
/** A clock that is right is not further off than this, with the time that a round takes to show. */
const RIGHT_MS = 300_000;

/**
 * By how many half-hours the ECU's clock is ahead of its zone: 0 for a right one.
 *
 * @param zoneOffsetMs ahead of UTC, at the moment of the newest round
 * @returns null when it is not known, or not off by half-hours: a clock that is wrong, and no other zone
 */
export function halfHoursAhead(timing: LearnedTiming | null, zoneOffsetMs: number): number | null {
  if (timing === null) {
    return null;
  }
  const ahead = -timing.offsetMs - zoneOffsetMs;
  const halfHours = Math.round(ahead / HALF_HOUR_MS);
  // Zones are UTC-12 to UTC+14.
  return Math.abs(ahead - halfHours * HALF_HOUR_MS) <= RIGHT_MS && Math.abs(halfHours) <= 52 ? halfHours + 0 : null;
}

/**
 * What the ECU's wall clock shows, in ms as if it were UTC: by its zone while it keeps to that, or before there were
 * stamps; else by the stamps it sent. One that kept to it yesterday is taken to follow a change of the hour that it
 * sleeps through. Within half a minute: a round shows a little after its stamp.
 */
export function ecuWallClock(at: Date, timing: LearnedTiming | null, timezone: string): number {
  const now = zoneOffset(at, timezone);
  const yesterday = zoneOffset(new Date(at.getTime() - DAY_MS), timezone);
  return timing === null || halfHoursAhead(timing, now) === 0 || halfHoursAhead(timing, yesterday) === 0
    ? at.getTime() + now
    : at.getTime() - timing.offsetMs;
}

/** By how many hours an ECU's clock is ahead of its zone, as far as its stamps tell; 0 for a right one, or one that is not known. */
export function hoursAhead(at: Date, timing: LearnedTiming | null, timezone: string): number {
  return (halfHoursAhead(timing, zoneOffset(at, timezone)) ?? 0) / 2;
}

function zoneOffset(at: Date, timezone: string): number {
  return DateTime.fromJSDate(at, { zone: timezone }).offset * 60_000;
}

const GAP_FROM_MS = 2 * 3_600_000;
const GAP_TO_MS = 3.5 * 3_600_000;

/** About 02:00 to 03:30 ECUs check their firmware and data: half an hour of silence is no fault. */
export function isMaintenanceGap(wallClockMs: number): boolean {
  const timeOfDay = ((wallClockMs % DAY_MS) + DAY_MS) % DAY_MS;
  return timeOfDay >= GAP_FROM_MS && timeOfDay < GAP_TO_MS;
}
