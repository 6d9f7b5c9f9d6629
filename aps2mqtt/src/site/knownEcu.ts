import { DateTime } from 'luxon';
import { type InvertersReply, MOST_INVERTERS } from '../ecu/inverters.ts';
import { peakKwOf } from '../ecu/models.ts';
import { isAnyOnline, type PolledReading } from '../ecu/reading.ts';
import { type EnergyState, guardEnergy, lifetimeOf, lifetimeResetOf, todayOf } from '../energy/guard.ts';
import type { Elsewhere } from '../energy/ledger.ts';
import type { EnergyNote } from '../energy/lifetime.ts';
import {
  identity,
  invertersOf,
  missingInverter,
  type Place,
  percentOf,
  roundOf,
  type Totals,
  totalsOf,
} from './assemble.ts';
import { countedSums, countReading, type RoundRead, withCounted } from './countReading.ts';
import type { SavedEcu, SavedInverter } from './savedState.ts';
import type { EcuSnapshot, InverterSnapshot } from './snapshot.ts';

/** One ECU and what is remembered of it, from poll to poll. Never changed: each reading makes a new one. */
export interface KnownEcu {
  /** What is kept over a restart. */
  readonly saved: SavedEcu;
  /** As it was shown last; null before its first reading since the start. */
  readonly snapshot: EcuSnapshot | null;
  /** Raw signal by inverter id, as it was told last. */
  readonly signal: ReadonlyMap<string, number> | null;
  /** Readings in a row that lacked a half. */
  readonly misses: { readonly summary: number; readonly inverters: number };
}

/** What came of a reading. */
export interface Taken {
  readonly known: KnownEcu & { readonly snapshot: EcuSnapshot };
  readonly anyOnline: boolean;
  /** The energy guard has something to tell. */
  readonly note: EnergyNote | null;
  /** Nothing was read of it since the start before. */
  readonly isFirst: boolean;
  /** What was counted; null without inverters. */
  readonly round: RoundRead | null;
  /** Inverters that the ECU has not listed for 30 days: to be removed. */
  readonly gone: readonly string[];
  /** It has listed more different inverters than any ECU has: new ones are left out. */
  readonly isTooMany: boolean;
}

/** A half that could not be read stays as it was for less than so many readings; then it is unknown. */
export const MISSES_UNTIL_UNKNOWN = 3;

export const DAY_MS = 24 * 3_600_000;
/** An inverter, or an ECU, that nobody has heard of for so long is gone. */
export const GONE_AFTER_MS = 30 * DAY_MS;
/** Our clock may have been set: so much of an absence has to have been watched, where a gap between two answers counts… */
export const GONE_AFTER_WATCHED_MS = DAY_MS;
/** …for this at most. */
const LONGEST_GAP_MS = 6 * 3_600_000;

const UNKNOWN_TOTALS: Omit<Totals, 'firmware'> = {
  currentPower: null,
  invertersRegistered: null,
  invertersOnline: null,
};

/** An ECU that nobody has heard of. */
export function newEcu(ecuId: string): KnownEcu {
  return recalled({ address: '', ecuId, firmware: null, energy: null, timing: null, inverters: [] }, null);
}

/**
 * An ECU that is known from before this start.
 *
 * @param startedAt what was absent while we were, too, gets another day; null to leave it
 */
export function recalled(saved: SavedEcu, startedAt: Date | null): KnownEcu {
  const earliest = startedAt === null ? 0 : startedAt.getTime() - GONE_AFTER_MS + DAY_MS;
  const inverters = saved.inverters.map((one) => ({ ...one, lastSeen: Math.max(one.lastSeen, earliest) }));
  return { saved: { ...saved, inverters }, snapshot: null, signal: null, misses: { summary: 0, inverters: 0 } };
}

/** What can be shown of an ECU before it has answered: its energies, and that its inverters exist. */
export function remembered({ saved }: KnownEcu, at: Date, place: Place): EcuSnapshot {
  return {
    ...identity(saved.ecuId, place),
    ...UNKNOWN_TOTALS,
    firmware: saved.firmware,
    takenAt: at,
    round: null,
    ...energiesOf(saved.energy),
    ...countedSums(saved.counting ?? null),
    inverters: withCounted(saved.inverters.map(missingInverter), saved.counting ?? null),
  };
}

/**
 * Takes in what a poll has brought. A half that is missing stays as it was at first.
 *
 * @param elsewhere what is known of an inverter at other ECUs
 */
export function takeReading(
  before: KnownEcu,
  reading: PolledReading,
  at: Date,
  place: Place,
  elsewhere: Elsewhere = () => null,
): Taken {
  const { ecuId, summary } = reading;
  const { saved, snapshot } = before;
  const inverters = reading.inverters && withinLimit(reading.inverters, saved.inverters);
  const misses = {
    summary: summary === null ? before.misses.summary + 1 : 0,
    inverters: inverters === null ? before.misses.inverters + 1 : 0,
  };
  const anyOnline = isAnyOnline(reading);
  const { energy, note } = takeEnergies(saved, reading, at, place);
  const totals = summary === null ? lastTotals(before, misses.summary) : totalsOf(summary);
  const areLast = summary === null && misses.summary < MISSES_UNTIL_UNKNOWN;
  const shown =
    inverters === null
      ? lastInverters(before, misses.inverters)
      : invertersOf(inverters, before.signal, saved.inverters);
  const round = countReading(
    saved.counting ?? null,
    { ...reading, inverters },
    energy,
    shown,
    at,
    place.timezone,
    elsewhere,
  );
  const counting = round?.state ?? saved.counting ?? null;
  const remembering = rememberInverters(saved, shown, inverters, at);
  const gone = remembering.filter((one) => inverters?.kind === 'data' && isGone(one, at)).map(({ id }) => id);
  const isKept = ({ id }: { readonly id: string }) => !gone.includes(id);
  return {
    known: {
      saved: {
        ...saved,
        ecuId,
        firmware: totals.firmware,
        lastSeen: at.getTime(),
        energy,
        ...(counting === null ? {} : { counting }),
        inverters: remembering.filter(isKept),
      },
      snapshot: {
        ...identity(ecuId, place),
        ...totals,
        takenAt: at,
        // That of the totals that are shown; without the inverters nobody knows it.
        round: areLast ? (snapshot?.round ?? null) : inverters && roundOf(inverters, place, at),
        ...energiesOf(energy),
        // They go with the totals beside them.
        ...(areLast && snapshot !== null ? sumsOf(snapshot) : countedSums(counting)),
        inverters: withCounted(shown.filter(isKept), counting),
      },
      signal: before.signal,
      misses,
    },
    anyOnline,
    note,
    isFirst: snapshot === null,
    round,
    gone,
    isTooMany: inverters !== reading.inverters,
  };
}

/** @param signal raw, by inverter id; null where it could not be read */
export function takeSignal(before: KnownEcu, signal: ReadonlyMap<string, number> | null): KnownEcu {
  const { snapshot } = before;
  // Of one that the reply has left out nothing is known, whatever the radio says.
  const signalOf = ({ id, online }: InverterSnapshot) => (online === null ? null : percentOf(signal?.get(id)));
  const inverters = snapshot?.inverters.map((one) => ({ ...one, signal: signalOf(one) })) ?? [];
  return { ...before, signal, snapshot: snapshot && { ...snapshot, inverters } };
}

/** Without an inverter, by the user's word. It comes back if the ECU lists it. */
export function withoutInverter(before: KnownEcu, inverterId: string): KnownEcu {
  const isOther = ({ id }: { readonly id: string }) => id !== inverterId;
  const { saved, snapshot } = before;
  return {
    ...before,
    saved: { ...saved, inverters: saved.inverters.filter(isOther) },
    snapshot: snapshot && { ...snapshot, inverters: snapshot.inverters.filter(isOther) },
  };
}

function takeEnergies(saved: SavedEcu, { summary, inverters }: PolledReading, at: Date, place: Place) {
  if (summary === null) {
    return { energy: saved.energy, note: null };
  }
  const records = inverters?.kind === 'data' ? inverters.records : [];
  const ids = new Set([...saved.inverters, ...records].map(({ id }) => id));
  const stamp = inverters?.kind === 'data' ? inverters.stamp : null;
  const { state, note } = guardEnergy(saved.energy, {
    ecuId: summary.ecuId,
    lifetime: summary.lifetimeEnergy,
    today: summary.todayEnergy,
    at,
    stamp,
    // The ECU's own day, since its clock is what resets its counter; the site's where that clock is not set.
    localDate: stamp?.slice(0, 10) ?? DateTime.fromJSDate(at, { zone: place.timezone }).toISODate(),
    anyOnline: isAnyOnline({ summary, inverters }),
    peakKw: peakKwOf([...ids], summary.invertersRegistered, MOST_INVERTERS),
  });
  return { energy: state, note };
}

const sumsOf = ({ countedEnergy, countedTodayEnergy }: EcuSnapshot) => ({ countedEnergy, countedTodayEnergy });

function energiesOf(energy: EnergyState | null) {
  return {
    todayEnergy: energy && todayOf(energy),
    lifetimeEnergy: energy && lifetimeOf(energy),
    lifetimeReset: energy && lifetimeResetOf(energy),
  };
}

function lastTotals({ saved: { firmware }, snapshot }: KnownEcu, misses: number): Totals {
  if (snapshot === null || misses >= MISSES_UNTIL_UNKNOWN) {
    return { ...UNKNOWN_TOTALS, firmware };
  }
  const { currentPower, invertersRegistered, invertersOnline } = snapshot;
  return { firmware, currentPower, invertersRegistered, invertersOnline };
}

function lastInverters({ saved, snapshot }: KnownEcu, misses: number) {
  return snapshot !== null && misses < MISSES_UNTIL_UNKNOWN ? snapshot.inverters : saved.inverters.map(missingInverter);
}

function rememberInverters(
  { inverters: before, lastSeen: lastAnswer }: SavedEcu,
  shown: EcuSnapshot['inverters'],
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

function isGone({ lastSeen, absentMs = 0 }: SavedInverter, at: Date): boolean {
  return at.getTime() - lastSeen > GONE_AFTER_MS && absentMs >= GONE_AFTER_WATCHED_MS;
}

/** Without the inverters that would be too many to remember: new ids in each reply must not make us grow. */
function withinLimit(inverters: InvertersReply, before: readonly SavedInverter[]): InvertersReply {
  if (inverters.kind !== 'data') {
    return inverters;
  }
  const known = new Set(before.map(({ id }) => id));
  const news = inverters.records.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  const surplus = new Set(news.slice(Math.max(0, MOST_INVERTERS - known.size)));
  const records = inverters.records.filter(({ id }) => !surplus.has(id));
  return surplus.size === 0 ? inverters : { ...inverters, records };
}
