import { isAnyOnline, type PolledReading } from '../ecu/reading.ts';
import type { Elsewhere } from '../energy/ledger.ts';
import type { EnergyNote } from '../energy/lifetime.ts';
import { DAY_MS, GONE_AFTER_MS, isGone, rememberInverters, withinLimit } from './absence.ts';
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
import { energiesOf, takeEnergies } from './ecuEnergies.ts';
import type { SavedEcu } from './savedState.ts';
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
  const { energy, note } = takeEnergies(saved, reading, at, place.timezone);
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

const sumsOf = ({ countedEnergy, countedTodayEnergy }: EcuSnapshot) => ({ countedEnergy, countedTodayEnergy });

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
