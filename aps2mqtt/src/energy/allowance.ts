import { elapsedBetween, HOUR_MS, type Interval, type Look } from './look.ts';

/** What a counter may rise by: what the inverters can have made since it rose last. Small JSON, kept over restarts. */
export interface Allowance {
  /** When it rose last, by our clock and by the ECU's, ms. */
  readonly at: number;
  readonly stamp: number | null;
  /** ms since then that looks vouch for, day or night. */
  readonly watchedMs: number;
  /** ms since then between looks that were too far apart for that. */
  readonly unwatchedMs: number;
  /** kWh of the time in which looks saw inverters online. Below 0: it has risen by more, and that is to be made up for. */
  readonly seen: number;
  /** Of the time that nobody watched, some was by day: an inverter was online before or after it. */
  readonly isUnseenByDay: boolean;
  /** kWh of unwatched time from before it rose last: an ECU may catch up in several steps. */
  readonly left: number;
  /** ms for which that still counts. */
  readonly leftMs: number;
}

/** How much a rise may be, in kWh. */
export interface Limits {
  /** Believed at once. */
  readonly usual: number;
  /** What can have been made while nobody watched: on top, but it takes a second look. */
  readonly unseen: number;
}

/** Two steps of the lifetime counter. */
const STEPS_KWH = 0.2;
/** By day a counter may be behind by a round, and come with it later. */
const SLACK_HOURS = 0.1;

export function newAllowance({ at, stamp }: Pick<Look, 'at' | 'stamp'>): Allowance {
  return {
    at,
    stamp,
    watchedMs: 0,
    unwatchedMs: 0,
    seen: 0,
    isUnseenByDay: false,
    left: 0,
    leftMs: 0,
  };
}

/** A year of sun: more is the work of a clock that was set. */
const MOST_UNSEEN_MS = 1_500 * HOUR_MS;

/** Adds the time of an interval. At night, with all inverters offline, nothing is added however long it takes. */
export function accrue(allowance: Allowance, { elapsedMs, isWatched, isOnline, peakKw }: Interval): Allowance {
  if (!isWatched) {
    const unwatchedMs = allowance.unwatchedMs + elapsedMs;
    return { ...allowance, unwatchedMs, isUnseenByDay: allowance.isUnseenByDay || isOnline };
  }
  const leftMs = Math.max(0, allowance.leftMs - elapsedMs);
  return {
    ...allowance,
    watchedMs: allowance.watchedMs + elapsedMs,
    seen: allowance.seen + (isOnline ? kWh(peakKw, elapsedMs) : 0),
    left: leftMs > 0 ? allowance.left : 0,
    leftMs,
  };
}

/** kWh by which a counter may be late or early, without any time going by. */
export function slackOf({ isOnline, peakKw }: Interval): number {
  return STEPS_KWH + (isOnline ? SLACK_HOURS * peakKw : 0);
}

export function limitsOf(allowance: Allowance, interval: Interval): Limits {
  const { now } = interval;
  // Where our clock was set back, it is the looks one by one that tell: the ECU's may have been set as well.
  const unwatchedMs =
    now.at < allowance.at ? allowance.unwatchedMs : elapsedBetween(allowance, now) - allowance.watchedMs;
  const unseenMs = Math.min(MOST_UNSEEN_MS, Math.max(0, unwatchedMs));
  const isDay = interval.now.anyOnline || allowance.isUnseenByDay;
  return {
    usual: allowance.seen + slackOf(interval),
    unseen: allowance.left + (isDay ? kWh(interval.peakKw, unseenMs) : 0),
  };
}

/** After a rise. What was not used of the watched time expires; what was used in advance is to be made up for. */
export function spend(allowance: Allowance, gain: number, interval: Interval): Allowance {
  const { unseen } = limitsOf(allowance, interval);
  const fromUnseen = Math.min(unseen, Math.max(0, gain - Math.max(0, allowance.seen)));
  const left = unseen - fromUnseen;
  const isNewlyLeft = unseen > allowance.left;
  return {
    ...newAllowance(interval.now),
    seen: Math.min(0, allowance.seen + fromUnseen - gain),
    left,
    leftMs: left === 0 ? 0 : isNewlyLeft ? HOUR_MS : allowance.leftMs,
  };
}

function kWh(kW: number, ms: number): number {
  return (kW * ms) / HOUR_MS;
}
