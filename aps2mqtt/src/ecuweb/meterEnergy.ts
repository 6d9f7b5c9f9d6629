import type { MeterPoint } from './meters.ts';

/** What has come in and gone out since this program first saw the meter. */
export interface MeterEnergy {
  /** kWh. Neither ever falls. */
  readonly gridImport: number;
  /** kWh. */
  readonly gridExport: number;
  /** The last point that was counted, ms since 1970. */
  readonly countedTo: number;
}

const USUAL_MS = 300_000;
/** Longer without a point is a gap, of which nobody knows anything: its last point counts one usual round. */
const LONGEST_MS = 2 * USUAL_MS;
/** A point so far ahead is of a clock that was wrong. */
const AHEAD_MS = 900_000;
const MS_W_PER_KWH = 3_600_000_000;

/**
 * Counts points that were not counted before: a power holds for the time since the point before (right rectangle). The page
 * has the whole day, so that what was measured while nobody read it is counted, too.
 *
 * @param before null at first sight: counting begins with its newest point
 */
export function countMeter(before: MeterEnergy | null, grid: readonly MeterPoint[], now: Date): MeterEnergy | null {
  const points = grid.filter(({ time }) => time <= now.getTime() + AHEAD_MS);
  const newest = points.at(-1);
  if (newest === undefined) {
    return before;
  }
  if (before === null || before.countedTo > now.getTime() + AHEAD_MS) {
    return { gridImport: before?.gridImport ?? 0, gridExport: before?.gridExport ?? 0, countedTo: newest.time };
  }
  let { gridImport, gridExport, countedTo } = before;
  for (const { time, powers } of points) {
    if (time > countedTo) {
      const ms = time - countedTo > LONGEST_MS ? USUAL_MS : time - countedTo;
      const energy = ((powers.total ?? 0) * ms) / MS_W_PER_KWH;
      gridImport += Math.max(0, energy);
      gridExport += Math.max(0, -energy);
      countedTo = time;
    }
  }
  return { gridImport: toThousandthWh(gridImport), gridExport: toThousandthWh(gridExport), countedTo };
}

const toThousandthWh = (kWh: number) => Math.round(kWh * 1e6) / 1e6;
