import { isObject, type JsonObject } from '../json.ts';
import { type Allowance, newAllowance } from './allowance.ts';
import type { Candidate, CounterState } from './counter.ts';
import type { FastClock } from './fastClock.ts';
import type { EnergyState } from './guard.ts';
import type { LifetimeState } from './lifetime.ts';
import type { Look } from './look.ts';
import type { TodayState } from './today.ts';

/**
 * What was saved of an ECU's counters, by this version or by 3.0.0.
 *
 * @returns null for anything else: nothing in it is taken on trust
 */
export function parseEnergyState(value: unknown): EnergyState | null {
  if (!isObject(value) || !isEcuId(value.ecuId)) {
    return null;
  }
  const { ecuId, look, lifetime, today, fastClock } = value;
  if (look === undefined) {
    return isOldLifetime(lifetime) && isOldToday(today) ? converted(ecuId, lifetime, today) : null;
  }
  const clock = isFastClock(fastClock) ? { fastClock } : {};
  return isLook(look) && isLifetime(lifetime) && isToday(today) ? { ecuId, look, lifetime, today, ...clock } : null;
}

/** As 3.0.0 saved it, as far as it is of use. Its doubts are not: they begin anew. */
interface OldLifetime {
  readonly value: number;
  /** When it was new. */
  readonly since: number;
  readonly isHeld: boolean;
  readonly resetAt?: number;
  readonly isUnknown?: true;
}

interface OldToday {
  readonly value: number;
  readonly before: number | null;
  readonly date: string | null;
  /** When the ECU last said so. */
  readonly at: number;
}

function converted(ecuId: string, lifetime: OldLifetime, today: OldToday): EnergyState {
  const { value, since, isHeld, resetAt = null, isUnknown = false } = lifetime;
  return {
    ecuId,
    look: { at: today.at, stamp: null, anyOnline: false },
    lifetime: { ...counter(value, since), isKnown: !isUnknown, isHeld, resetAt },
    today: {
      ...counter(today.value, today.at),
      date: today.date,
      yesterday: today.before,
      ahead: 0,
      risesBesideZero: false,
    },
  };
}

/** It is not known what of the time since then was watched: what it rose by meanwhile takes a second look. */
function counter(value: number, at: number): CounterState {
  return {
    value,
    told: value,
    isKnown: true,
    allowance: newAllowance({ at, stamp: null }),
    candidate: null,
    formerOffsets: [],
  };
}

function isOldLifetime(value: unknown): value is OldLifetime {
  return (
    isObject(value) &&
    isAmount(value.value) &&
    isNumber(value.since) &&
    (value.doubt === null || isOldDoubt(value.doubt)) &&
    typeof value.isHeld === 'boolean' &&
    (value.resetAt === undefined || isNumber(value.resetAt)) &&
    (value.isUnknown === undefined || value.isUnknown === true)
  );
}

function isOldToday(value: unknown): value is OldToday {
  return (
    isObject(value) &&
    isAmount(value.value) &&
    isDate(value.date) &&
    isNumber(value.at) &&
    (value.before === null || isAmount(value.before)) &&
    (value.doubt === null || isOldDoubt(value.doubt))
  );
}

function isOldDoubt(value: unknown): boolean {
  return (
    isObject(value) && isAmount(value.first) && isAmount(value.value) && isNumber(value.at) && isAmount(value.coveredMs)
  );
}

function isLook(value: unknown): value is Look {
  return isObject(value) && isNumber(value.at) && isNumberOrNull(value.stamp) && typeof value.anyOnline === 'boolean';
}

function isFastClock(value: unknown): value is FastClock {
  return (
    isObject(value) &&
    isAmount(value.looks) &&
    isAmount(value.least) &&
    isAmount(value.most) &&
    isAmount(value.uncountedMs)
  );
}

function isLifetime(value: unknown): value is LifetimeState {
  return isObject(value) && isCounter(value) && typeof value.isHeld === 'boolean' && isNumberOrNull(value.resetAt);
}

function isToday(value: unknown): value is TodayState {
  return (
    isObject(value) &&
    isCounter(value) &&
    isDate(value.date) &&
    (value.yesterday === null || isAmount(value.yesterday)) &&
    isAmount(value.ahead) &&
    typeof value.risesBesideZero === 'boolean'
  );
}

function isCounter(value: JsonObject): boolean {
  return (
    isAmount(value.value) &&
    isAmount(value.told) &&
    typeof value.isKnown === 'boolean' &&
    isAllowance(value.allowance) &&
    (value.candidate === null || isCandidate(value.candidate)) &&
    Array.isArray(value.formerOffsets) &&
    value.formerOffsets.length <= 10 &&
    value.formerOffsets.every(isNumber)
  );
}

function isAllowance(value: unknown): value is Allowance {
  return (
    isObject(value) &&
    isNumber(value.at) &&
    isNumberOrNull(value.stamp) &&
    isAmount(value.watchedMs) &&
    isAmount(value.unwatchedMs) &&
    isNumber(value.seen) &&
    typeof value.isUnseenByDay === 'boolean' &&
    isAmount(value.left) &&
    isAmount(value.leftMs)
  );
}

const KINDS: readonly unknown[] = ['implausible', 'fall', 'reset', 'return'] satisfies Candidate['kind'][];

function isCandidate(value: unknown): value is Candidate {
  return (
    isObject(value) &&
    KINDS.includes(value.kind) &&
    isAmount(value.first) &&
    isAmount(value.told) &&
    isNumber(value.offset) &&
    isAllowance(value.allowance) &&
    isAmount(value.coveredMs) &&
    isNumber(value.missing)
  );
}

/** Goes into topics. */
function isEcuId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{12}$/.test(value);
}

function isDate(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && value.length <= 300);
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

/** A kWh or ms: finite, and not negative. */
function isAmount(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
