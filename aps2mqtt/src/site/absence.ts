import { type InvertersReply, MOST_INVERTERS } from '../ecu/inverters.ts';
import type { SavedEcu, SavedInverter } from './savedState.ts';
import type { InverterSnapshot } from './snapshot.ts';

export const DAY_MS = 24 * 3_600_000;
/** An inverter, or an ECU, that nobody has heard of for so long is gone. */
export const GONE_AFTER_MS = 30 * DAY_MS;
/** Our clock may have been set: so much of an absence has to have been watched, where a gap between two answers counts… */
export const GONE_AFTER_WATCHED_MS = DAY_MS;
/** …for this at most. */
const LONGEST_GAP_MS = 6 * 3_600_000;

/** Those that are shown, with when each was listed last and how much of its absence was watched. */
export function rememberInverters(
  { inverters: before, lastSeen: lastAnswer }: SavedEcu,
  shown: readonly InverterSnapshot[],
  inverters: InvertersReply | null,
  at: Date,
): SavedInverter[] {
  const isData = inverters?.kind === 'data';
  const listed = new Set(isData ? inverters.records.map(({ id }) => id) : []);
  const byId = new Map(before.map((inverter) => [inverter.id, inverter]));
  const watched = isData ? watchedMs(lastAnswer, at) : 0;
  return shown.map(({ id, channels }) => {
    const { lastSeen = at.getTime(), absentMs = 0 } = byId.get(id) ?? {};
    return listed.has(id)
      ? { id, channels, lastSeen: at.getTime() }
      : { id, channels, lastSeen, absentMs: absentMs + watched };
  });
}

/** How much of the time between two answers we have been watching. @param before ms since 1970; undefined for none */
export function watchedMs(before: number | undefined, at: Date): number {
  return before === undefined ? 0 : Math.min(LONGEST_GAP_MS, Math.max(0, at.getTime() - before));
}

/** Nobody has listed it for too long. */
export function isGone({ lastSeen, absentMs = 0 }: SavedInverter, at: Date): boolean {
  return at.getTime() - lastSeen > GONE_AFTER_MS && absentMs >= GONE_AFTER_WATCHED_MS;
}

/** Without the inverters that would be too many to remember: new ids in each reply must not make us grow. */
export function withinLimit(inverters: InvertersReply, before: readonly SavedInverter[]): InvertersReply {
  if (inverters.kind !== 'data') {
    return inverters;
  }
  const known = new Set(before.map(({ id }) => id));
  const news = inverters.records.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  const surplus = new Set(news.slice(Math.max(0, MOST_INVERTERS - known.size)));
  const records = inverters.records.filter(({ id }) => !surplus.has(id));
  return surplus.size === 0 ? inverters : { ...inverters, records };
}
