import { randomOf } from './random.ts';

/** The sky over one day. */
export interface DaySky {
  readonly kind: 'clear' | 'mixed' | 'grey';
  /** Part of the direct sun that comes through, by round. */
  readonly beam: Float32Array;
  /** Part of a clear sky's brightness, by round; more than 1 below bright clouds. */
  readonly diffuse: Float32Array;
  /** How far inverters that are asked a minute apart see another cloud: spread of their direct sun. */
  readonly spread: number;
  /** °C outside at sunrise; it gets warmer from there. */
  readonly temperature: number;
}

/** Rounds that a cloud, or a gap between two, stays. */
const SLOWEST = 9;

/** @param index of the day since the first one; weather has a memory of some days */
export function skyOf(seed: string, index: number, dayOfYear: number, rounds: number, isNorth: boolean): DaySky {
  const random = randomOf(`${seed}sky${index}`);
  // Weather comes in spells of about four days.
  const spell = randomOf(`${seed}spell${Math.floor(index / 4)}`).next();
  const summer = Math.cos(((dayOfYear - 196) / 365) * 2 * Math.PI) * (isNorth ? 1 : -1);
  const brightness = 0.45 * spell + 0.55 * random.next() + 0.1 * summer;
  const kind = brightness > 0.62 ? 'clear' : brightness > 0.38 ? 'mixed' : 'grey';
  const temperature = 7 + 9 * summer + 3 * random.bell() - (kind === 'clear' ? 2 : 0);
  const beam = new Float32Array(rounds);
  const diffuse = new Float32Array(rounds);
  if (kind === 'clear') {
    beam.fill(random.between(0.93, 1));
    diffuse.fill(1);
  } else if (kind === 'grey') {
    wander(random, beam, 0, 0.12);
    wander(random, diffuse, 0.5, 1.6);
  } else {
    drift(random, beam, random.between(0.3, 0.75));
    wander(random, diffuse, 1, 1.9);
  }
  return { kind, beam, diffuse, spread: kind === 'mixed' ? 0.12 : 0.004, temperature };
}

/** Clouds and gaps, one after the other. @param share of the time without a cloud */
function drift(random: ReturnType<typeof randomOf>, values: Float32Array, share: number): void {
  let left = 0;
  let now = 1;
  for (let index = 0; index < values.length; index++) {
    if (left <= 0) {
      now = random.next() < share ? random.between(0.85, 1) : random.between(0.05, 0.5);
      left = random.between(1, SLOWEST);
    }
    left--;
    values[index] = now;
  }
}

function wander(random: ReturnType<typeof randomOf>, values: Float32Array, from: number, to: number): void {
  let now = random.between(from, to);
  for (let index = 0; index < values.length; index++) {
    now = Math.min(to, Math.max(from, now + 0.06 * (to - from) * random.bell()));
    values[index] = now;
  }
}
