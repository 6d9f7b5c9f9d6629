import type { EnergyReading } from '../../src/energy/guard.ts';
import type { Random } from './pollSimulation.ts';

/** A random life of an ECU with random lies, as a guard of its counters hears it. */
export interface Life {
  readonly looks: readonly EnergyReading[];
  /** kWh made up to each look, since the beginning. */
  readonly made: readonly number[];
  /** kWh that the inverters can have made up to each look: at full power while online, or while nobody looked. */
  readonly possible: readonly number[];
  /** kWh made while something lied, or nobody looked. */
  readonly madeInTrouble: number;
  /** How often the ECU's lifetime was replaced by another count. */
  readonly replacements: number;
  readonly story: readonly string[];
  readonly peakKw: number;
}

export interface LifeOptions {
  readonly days: number;
  /** The lifetime counter may begin anew, or fall to an older count. */
  readonly mayBeReplaced: boolean;
  readonly mayBeUnseen: boolean;
  readonly mayLie: boolean;
  readonly mayClocksJump: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 1);
/** At the end nothing goes wrong any more. */
const HONEST_MS = 3 * DAY;

interface Told {
  readonly lifetime: number | null;
  readonly today: number | null;
}
type Lie = (truth: Told & { lifetime: number; today: number }, ms: number) => Told;

export function randomLife(random: Random, options: LifeOptions): Life {
  const inverters = 1 + Math.floor(random() ** 2 * 40);
  const peakKw = inverters * 0.96;
  const stepMs = random() < 0.15 ? HOUR : random() < 0.2 ? 15 * MINUTE : 5 * MINUTE;
  const resetHour = random() < 0.8 ? 0 : Math.floor(random() * 24);
  const isClockless = random() < 0.2;
  const from = START + Math.floor(random() * DAY);
  const end = from + options.days * DAY;
  const story: string[] = [`${inverters} inverters, a look every ${stepMs / MINUTE} min, day begins at ${resetHour}`];

  const weather = Array.from({ length: (options.days + 2) * 24 }, () => random() ** 1.5);
  const isDay = (ms: number) => ms % DAY >= 7 * HOUR && ms % DAY < 19 * HOUR;
  /** kW: another weather each hour. */
  const power = (ms: number) =>
    isDay(ms)
      ? peakKw *
        Math.sin((Math.PI * ((ms % DAY) - 7 * HOUR)) / (12 * HOUR)) *
        (weather[Math.floor((ms - START) / HOUR)] ?? 0)
      : 0;

  let made = 0;
  let possible = 0;
  let madeInTrouble = 0;
  let lifetimeBase = random() < 0.1 ? 0 : Math.floor(random() * 80_000) / 10;
  let todayBase = 0;
  let replacements = 0;
  let ourShift = 0;
  let theirShift = 0;
  let lie: { tell: Lie; until: number } | null = null;
  let silentUntil = 0;
  let resetDay = Math.floor((from - resetHour * HOUR) / DAY);
  let lastLook = from;
  const looks: EnergyReading[] = [];
  const mades: number[] = [];
  const possibles: number[] = [];
  const note = (ms: number, text: string) => story.push(`${new Date(ms).toISOString().slice(0, 16)} ${text}`);
  const pick = <T>(all: readonly [T, ...T[]]): T => all[Math.floor(random() * all.length)] ?? all[0];

  for (let ms = from; ms < end; ms += stepMs) {
    let inStep = 0;
    for (let part = ms - stepMs; part < ms; part += 5 * MINUTE) {
      inStep += (power(part) * 5) / 60;
    }
    const isTrouble = lie !== null || ms < silentUntil || ms - lastLook > stepMs;
    made += inStep;
    madeInTrouble += isTrouble ? inStep : 0;
    const day = Math.floor((ms - resetHour * HOUR) / DAY);
    if (day !== resetDay) {
      resetDay = day;
      todayBase = made;
    }
    const isHonest = ms > end - HONEST_MS;
    if (options.mayBeReplaced && !isHonest && random() < stepMs / (3 * DAY)) {
      replacements++;
      const back = random() < 0.5 ? lifetimeBase + made : Math.min(lifetimeBase + made, random() ** 3 * 100);
      note(ms, `lifetime goes back by ${back.toFixed(1)} kWh, from ${(lifetimeBase + made).toFixed(1)}`);
      lifetimeBase -= back;
    }
    const truth = { lifetime: floor(lifetimeBase + made, 10), today: floor(made - todayBase, 100) };
    if (lie !== null && (ms >= lie.until || isHonest)) {
      lie = null;
    }
    if (options.mayLie && lie === null && !isHonest && random() < stepMs / (6 * HOUR)) {
      const [name, tell] = randomLie(random, truth);
      const lasts = random() < 0.5 ? 1 : random() * 5 * HOUR;
      note(ms, `${name} for ${Math.ceil(lasts / MINUTE)} min; truth ${JSON.stringify(truth)}`);
      lie = { tell, until: ms + lasts };
    }
    if (options.mayClocksJump && !isHonest && random() < stepMs / DAY) {
      const jump = pick([HOUR, -HOUR, 30 * DAY, -30 * DAY, 4_000 * DAY, -4_000 * DAY, -ourShift]);
      if (random() < 0.5) {
        ourShift += jump;
        note(ms, `our clock jumps by ${jump / HOUR} h`);
      } else {
        theirShift += jump;
        note(ms, `the ECU's clock jumps by ${jump / HOUR} h`);
      }
    }
    if (options.mayBeUnseen && !isHonest && ms >= silentUntil && random() < stepMs / (12 * HOUR)) {
      silentUntil = ms + random() ** 2 * 40 * HOUR;
      note(ms, `silent until ${new Date(silentUntil).toISOString().slice(0, 16)}`);
    }
    if (ms < silentUntil) {
      continue;
    }
    const gap = ms - lastLook;
    possible += gap > 70 * MINUTE || isDay(lastLook) || isDay(ms) ? (peakKw * gap) / HOUR : 0;
    lastLook = ms;
    const told = lie === null ? truth : lie.tell(truth, ms);
    const stamp = new Date(ms + theirShift).toISOString().slice(0, 19).replace('T', ' ');
    looks.push({
      ecuId: '216200012345',
      ...told,
      at: new Date(ms + ourShift),
      stamp: isClockless ? null : stamp,
      localDate: (isClockless ? new Date(ms + ourShift).toISOString() : stamp).slice(0, 10),
      anyOnline: isDay(ms),
      peakKw,
    });
    mades.push(made);
    possibles.push(possible);
  }
  return { looks, made: mades, possible: possibles, madeInTrouble, replacements, story, peakKw };
}

const floor = (kWh: number, steps: number) => Math.floor(Math.max(0, kWh) * steps + 1e-6) / steps;

function randomLie(random: Random, begun: { lifetime: number; today: number }): readonly [string, Lie] {
  const kWh = floor(10 ** (random() * 5 - 1), 10);
  const lies: readonly (readonly [string, Lie])[] = [
    ['zeros', () => ({ lifetime: 0, today: 0 })],
    ['lifetime 0', ({ today }) => ({ lifetime: 0, today })],
    ['today 0', ({ lifetime }) => ({ lifetime, today: 0 })],
    [`lifetime +${kWh}`, ({ lifetime, today }) => ({ lifetime: floor(lifetime + kWh, 10), today })],
    [`today +${kWh}`, ({ lifetime, today }) => ({ lifetime, today: floor(today + kWh, 100) })],
    [`both +${kWh}`, (t) => ({ lifetime: floor(t.lifetime + kWh, 10), today: floor(t.today + kWh, 100) })],
    [`lifetime -${kWh}`, ({ lifetime, today }) => ({ lifetime: floor(lifetime - kWh, 10), today })],
    [`today -${kWh}`, ({ lifetime, today }) => ({ lifetime, today: floor(today - kWh, 100) })],
    [`lifetime stands at ${kWh}`, ({ today }) => ({ lifetime: kWh, today })],
    ['stands still', () => begun],
    ['lifetime from 0', ({ lifetime, today }) => ({ lifetime: floor(lifetime - begun.lifetime, 10), today })],
    [
      'both from 0',
      (t) => ({ lifetime: floor(t.lifetime - begun.lifetime, 10), today: floor(t.today - begun.today, 100) }),
    ],
    ['garbage', () => ({ lifetime: floor(random() * 4e8, 10), today: floor(random() * 4e7, 100) })],
    ['small garbage', () => ({ lifetime: floor(random() * 9e3, 10), today: floor(random() * 40, 100) })],
    ['not known', () => ({ lifetime: null, today: null })],
  ];
  return lies[Math.floor(random() * lies.length)] ?? ['nothing', (truth) => truth];
}
