import { DateTime } from 'luxon';

/**
 * A moment as people say it: `14:01, 3 minutes ago`, with the day where it is not today.
 *
 * @param zone that the day and the hour are told in
 */
export function moment(at: Date, now: Date, zone: string): string {
  const local = DateTime.fromJSDate(at, { zone }).setLocale('en');
  const today = DateTime.fromJSDate(now, { zone });
  const days = Math.round(today.startOf('day').diff(local.startOf('day'), 'days').days);
  const day = days === 0 ? '' : days === 1 ? 'yesterday ' : `${local.toFormat('d LLLL yyyy')} `;
  return `${day}${local.toFormat('HH:mm')}, ${ago(at, now)}`;
}

/** `3 minutes ago`, `in 2 hours`. */
export function ago(at: Date, now: Date): string {
  const seconds = Math.abs(at.getTime() - now.getTime()) / 1_000;
  const base = DateTime.fromJSDate(now);
  const words = DateTime.fromJSDate(at).toRelative({ base, locale: 'en', rounding: 'round' });
  return seconds < 1 ? 'now' : (words ?? '');
}
