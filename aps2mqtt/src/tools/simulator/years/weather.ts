import type { YearsDescription } from './description.ts';
import { randomOf } from './random.ts';

/** What befalls the whole roof on one day. */
export interface DayEvents {
  /** Part of the sun that dirt leaves. */
  readonly dirt: number;
  /** By place of the panel: the round from which on it is free of snow; 0 for one that is. */
  readonly snowUntil: Float64Array | null;
  /** W for each panel between two rounds of the day; null for none. */
  readonly limit: { readonly watts: number; readonly from: number; readonly to: number } | null;
  /** Rounds that are not there, as parts of the day. */
  readonly gap: { readonly from: number; readonly to: number } | null;
}

/** Events of all days, in order. @param rounds of a day */
export function eventsOf(description: YearsDescription, panels: number, rounds: number): DayEvents[] {
  const { days, seed, ordinary, lastDay } = description;
  const random = randomOf(`${seed}events`);
  const snow = ordinary.has('snow') ? snowOf(description, panels, rounds) : new Map<number, Float64Array>();
  let dirt = 1;
  let soiling = 0;
  return Array.from({ length: days }, (_, index): DayEvents => {
    const month = new Date(Date.parse(lastDay) - (days - 1 - index) * 86_400_000).getUTCMonth();
    if (ordinary.has('dirt')) {
      soiling = random.next() < 0.02 ? random.between(0.002, 0.006) : soiling;
      // A good rain washes it off.
      dirt = random.next() < 0.012 ? 1 : Math.max(0.65, dirt - soiling);
    }
    const isLimited = ordinary.has('limit') && random.next() < 0.05;
    const from = random.next();
    const limit = { watts: random.between(60, 200), from: isLimited ? from * 0.6 : 0, to: 0.7 + from * 0.3 };
    const gap = random.next() < 0.06 ? gapOf(random) : null;
    return {
      dirt,
      snowUntil: month > 9 || month < 4 ? (snow.get(index) ?? null) : null,
      limit: isLimited ? limit : null,
      gap: ordinary.has('gaps') ? gap : null,
    };
  });
}

function gapOf(random: ReturnType<typeof randomOf>) {
  const kind = random.next();
  const from = random.next();
  return kind < 0.4
    ? { from: 0, to: 1 }
    : kind < 0.7
      ? { from, to: from + 0.2 }
      : { from: kind < 0.85 ? 0 : 0.5, to: 0.5 + (kind < 0.85 ? 0 : 0.5) };
}

/** All panels are white for some days, then one after the other gets free. */
function snowOf({ days, seed }: YearsDescription, panels: number, rounds: number): Map<number, Float64Array> {
  const random = randomOf(`${seed}snow`);
  const found = new Map<number, Float64Array>();
  for (let day = 10; day < days; day += Math.floor(random.between(12, 45))) {
    const white = Math.floor(random.between(0, 4));
    const free = Array.from({ length: panels }, () => white + random.next() ** 2 * 4);
    for (let offset = 0; offset < 8 && day + offset < days; offset++) {
      const until = free.map((at) => Math.max(0, Math.min(rounds, (at - offset) * rounds)));
      if (until.some((round) => round > 0)) {
        found.set(day + offset, Float64Array.from(until));
      }
    }
  }
  return found;
}
