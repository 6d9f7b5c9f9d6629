import { DateTime } from 'luxon';
import { MOST_INVERTERS } from '../ecu/inverters.ts';
import { peakKwOf } from '../ecu/models.ts';
import { isAnyOnline, type PolledReading } from '../ecu/reading.ts';
import { type EnergyState, guardEnergy, lifetimeOf, lifetimeResetOf, todayOf } from '../energy/guard.ts';
import type { SavedEcu } from './savedState.ts';

/** The ECU's own counters, as far as the guard believes them. @param timezone of the site */
export function takeEnergies(saved: SavedEcu, { summary, inverters }: PolledReading, at: Date, timezone: string) {
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
    localDate: stamp?.slice(0, 10) ?? DateTime.fromJSDate(at, { zone: timezone }).toISODate(),
    anyOnline: isAnyOnline({ summary, inverters }),
    peakKw: peakKwOf([...ids], summary.invertersRegistered, MOST_INVERTERS),
  });
  return { energy: state, note };
}

/** As they are shown. */
export function energiesOf(energy: EnergyState | null) {
  return {
    todayEnergy: energy && todayOf(energy),
    lifetimeEnergy: energy && lifetimeOf(energy),
    lifetimeReset: energy && lifetimeResetOf(energy),
  };
}
