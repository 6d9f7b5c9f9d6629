import { getPosition } from 'suncalc';
import type { Measurement } from '../../ecu/inverters.ts';
import type { Position } from '../../options/options.ts';
import { FAMILIES, type FamilyFacts, type Inverter } from './description.ts';
import { fractionOf } from './seeded.ts';

export interface Weather {
  /** Part of full sunshine on the panels, 0 to 1. */
  readonly sunshine: number;
  /** Bright enough for the inverters to wake up. */
  readonly isDay: boolean;
}

/** Degrees above the horizon where the panels get enough to wake their inverter. */
const WAKES_AT = 1;
/** Longer than this the sun stays away near the poles only. */
const LONGEST_NIGHT = 24 * 60;
const MINUTE = 60_000;
/** ms that a cloud takes to drift by. */
const CLOUD = 20 * 60_000;

/** @param clouds how much they take at most, 0 to 1 */
export function weatherAt(at: Date, position: Position, clouds: number, seed: string): Weather {
  const altitude = altitudeAt(at, position);
  const height = Math.max(0, Math.sin((altitude * Math.PI) / 180));
  return { sunshine: height * (1 - clouds * cloudiness(at.getTime(), seed)), isDay: altitude >= WAKES_AT };
}

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

/** What an inverter measures. No two panels, inverters or rounds are quite alike, yet always the same for the same. */
export function measure({ id, family }: Inverter, sunshine: number, round: number): Measurement {
  const { layout, peak, voltage }: FamilyFacts = FAMILIES[family];
  const count = (letter: string) => Array.from(layout).filter((word) => word === letter).length;
  const wobble = (what: string) => fractionOf(`${id}${what}${round}`) - 0.5;
  const grid = voltage + Math.round(fractionOf(`${id}grid`) * 8 + wobble('volt') * 2);
  const isOneVoltageTwice = layout === 'PVPV';
  return {
    frequency: Math.round(500 + wobble('hertz') * 2) / 10,
    temperature: Math.round(14 + 36 * sunshine + wobble('heat') * 2),
    powers: Array.from({ length: count('P') }, (_, panel) => panelPower(id, panel, peak, sunshine)),
    voltages: Array.from({ length: count('V') }, (_, phase) => (isOneVoltageTwice ? grid : grid + phase)),
  };
}

/** W: a panel gives 93 to 100 % of what the sun would allow. */
function panelPower(id: string, panel: number, peak: number, sunshine: number): number {
  return Math.round(peak * sunshine * (0.93 + 0.07 * fractionOf(`${id}panel${panel}`)));
}

/** Raw Zigbee signal, 150 to 249. */
export function signalOf(id: string, round: number): number {
  return 155 + Math.round(fractionOf(`${id}signal`) * 89 + (fractionOf(`${id}signal${round}`) - 0.5) * 8);
}
