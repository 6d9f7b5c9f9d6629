import { DateTime } from 'luxon';
import { asObject } from '../json.ts';
import type { PhasePowers } from '../site/extras.ts';

/** What a meter measured at one moment. */
export interface MeterPoint {
  /** ms since 1970. */
  readonly time: number;
  readonly powers: PhasePowers;
}

/** Points of both meters, each oldest first and no moment twice. */
export interface MeterPoints {
  /** `power1`. */
  readonly production: readonly MeterPoint[];
  /** `power2`: + import, − export. */
  readonly grid: readonly MeterPoint[];
}

/** Where an ECU-C's page keeps the points of the day. */
export const METERS = 'meter/old_meter_power_graph';

/** More than a day has, a minute each. */
const MOST_POINTS = 2_000;
/** W, beyond which a value is garbage. */
const MOST_WATTS = 1e7;

export const UNKNOWN_POWERS: PhasePowers = { total: null, a: null, b: null, c: null };

/** Whatever of the page's answer can be used. @param zone of the ECU's clock */
export function parseMeters(answer: unknown, zone: string): MeterPoints {
  const { power1, power2 } = asObject(answer);
  return { production: pointsOf(power1, zone), grid: pointsOf(power2, zone) };
}

function pointsOf(list: unknown, zone: string): MeterPoint[] {
  const points = new Map<number, MeterPoint>();
  let last = 0;
  for (const entry of Array.isArray(list) ? list.slice(-MOST_POINTS) : []) {
    const { time: stamp, powerA, powerB, powerC } = asObject(entry);
    const [a, b, c] = [wattsOf(powerA), wattsOf(powerB), wattsOf(powerC)];
    const isBroken = [powerA, powerB, powerC].some((watts) => watts != null && wattsOf(watts) === null);
    const time = isBroken ? null : momentOf(stamp, zone, last);
    const known = [a, b, c].filter((one) => one !== null);
    if (time !== null && known.length > 0) {
      const total = known.reduce((sum, watts) => sum + watts, 0);
      points.set(time, { time, powers: { total, a, b, c } });
      last = time;
    }
  }
  return [...points.values()].sort((one, other) => one.time - other.time);
}

/** ms since 1970, or `yyyymmddhhmmss` on the ECU's clock: of the two that autumn's hour has, the one behind the last. */
function momentOf(stamp: unknown, zone: string, last: number): number | null {
  const text = String(stamp ?? '');
  if (/^\d{14}$/.test(text)) {
    const local = DateTime.fromFormat(text, 'yyyyMMddHHmmss', { zone });
    const moments = local.isValid ? local.getPossibleOffsets().map((one) => one.toMillis()) : [];
    return moments.sort((one, other) => one - other).find((one) => one > last) ?? moments.at(-1) ?? null;
  }
  return /^\d{12,13}$/.test(text) ? Number(text) : null;
}

function wattsOf(value: unknown): number | null {
  const watts = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof watts === 'number' && Math.abs(watts) <= MOST_WATTS ? watts : null;
}

/** The newest moment of which both meters tell; else the newest of the one that tells. */
export function newestOf({
  production,
  grid,
}: MeterPoints): { readonly time: number; readonly production: PhasePowers; readonly grid: PhasePowers } | null {
  const made = new Map(production.map(({ time, powers }) => [time, powers]));
  const common = grid.findLast(({ time }) => made.has(time));
  const time = common?.time ?? Math.max(production.at(-1)?.time ?? 0, grid.at(-1)?.time ?? 0);
  if (time === 0) {
    return null;
  }
  const bought = common ?? grid.find((one) => one.time === time);
  return { time, production: made.get(time) ?? UNKNOWN_POWERS, grid: bought?.powers ?? UNKNOWN_POWERS };
}

/** What the house takes: what is made, and what comes in. */
export function consumptionOf(production: PhasePowers, grid: PhasePowers): PhasePowers {
  const sum = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);
  return {
    total: sum(production.total, grid.total),
    a: sum(production.a, grid.a),
    b: sum(production.b, grid.b),
    c: sum(production.c, grid.c),
  };
}
