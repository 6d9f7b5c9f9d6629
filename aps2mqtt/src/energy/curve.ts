/**
 * A panel's usual power by hour of the day, as a text that is small in the saved state: two characters an hour, 0 to
 * 4094 W in the digits of base 64, `..` for an hour of which nothing is known; hours that are not known at its end are
 * left out.
 */
export type Curve = string;

export const NO_CURVE: Curve = '';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const UNKNOWN = '..';
const MOST_WATTS = 4094;
const HOURS = 24;
/** What one day's hour counts against those before. */
const NEWEST = 0.3;

export function isCurve(value: unknown): value is Curve {
  return typeof value === 'string' && /^(?:[A-Za-z0-9_-]{2}|\.\.){0,24}$/.test(value);
}

/** W by hour; null where not known. */
export function readCurve(curve: Curve): (number | null)[] {
  return Array.from({ length: HOURS }, (_, hour) => wattsOf(curve.slice(2 * hour, 2 * hour + 2)));
}

function wattsOf(digits: string): number | null {
  const [high, low] = [DIGITS.indexOf(digits.charAt(0)), DIGITS.indexOf(digits.charAt(1))];
  return digits.length < 2 || high < 0 || low < 0 ? null : high * 64 + low;
}

/**
 * Adds an hour's mean power.
 *
 * @param weight how much of the hour was seen, 0 to 1
 */
export function learnHour(curve: Curve, hour: number, watts: number, weight: number): Curve {
  const hours = readCurve(curve);
  const before = hours[hour] ?? null;
  hours[hour] = before === null ? watts : before + NEWEST * weight * (watts - before);
  return hours.map(digitsOf).join('').replace(/\.+$/, '');
}

function digitsOf(watts: number | null): string {
  if (watts === null) {
    return UNKNOWN;
  }
  const whole = Math.round(Math.min(MOST_WATTS, Math.max(0, watts)));
  return DIGITS.charAt(Math.floor(whole / 64)) + DIGITS.charAt(whole % 64);
}

/**
 * The usual power at a minute of the day: what lies between the middles of two hours is a straight line.
 *
 * @returns W; null where neither hour is known
 */
export function usualPower(hours: readonly (number | null)[], minute: number): number | null {
  const place = minute / 60 - 0.5;
  const from = Math.floor(place);
  const before = hours[(from + HOURS) % HOURS] ?? null;
  const after = hours[(from + 1) % HOURS] ?? null;
  if (before === null || after === null) {
    return before ?? after;
  }
  return before + (after - before) * (place - from);
}
