import { DateTime } from 'luxon';

/** An ECU's own clock, which may be wrong. Moments are ms since 1970, by the right time. */
export interface WallClock {
  /** Seconds ahead of the right time; null for a clock that was never set. */
  offset: number | null;
  /** `yyyy-mm-dd hh:mm:ss`; null for a clock that was never set. */
  stamp(at: number): string | null;
  /** `yyyy-mm-dd` */
  day(at: number): string;
  /** `yyyy-mm-dd` by the right time, in the same zone. */
  trueDay(at: number): string;
  /** The midnight at or before `at`. */
  midnight(at: number): number;
}

/** @param zone IANA name */
export function wallClock(zone: string): WallClock {
  const read = (at: number) => DateTime.fromMillis(at + (clock.offset ?? 0) * 1000, { zone });
  const clock: WallClock = {
    offset: 0,
    stamp: (at) => (clock.offset === null ? null : read(at).toFormat('yyyy-MM-dd HH:mm:ss')),
    day: (at) => read(at).toFormat('yyyy-MM-dd'),
    trueDay: (at) => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd'),
    midnight: (at) => read(at).startOf('day').toMillis() - (clock.offset ?? 0) * 1000,
  };
  return clock;
}
