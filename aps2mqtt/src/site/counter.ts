import { MOST_INVERTERS } from '../ecu/inverters.ts';

/** A reading that does not fit, and how long the ECU has stood by it. kWh and ms. */
export interface Doubt {
  /** What it began with. */
  readonly first: number;
  readonly value: number;
  readonly at: number;
  /** ms that consistent readings have covered. */
  readonly coveredMs: number;
}

/** What is needed to judge a counter. */
export interface Circumstances {
  /** ms since 1970. */
  readonly at: number;
  /** Registered with the ECU. */
  readonly inverters: number;
  readonly anyOnline: boolean;
}

/** The strongest inverter, QT2, makes 2 kW. */
const KW_PER_INVERTER = 2;
/** Counters are told in steps, and some firmware adds up only now and then: half an hour of an inverter that is busy. */
const SLACK_KWH_PER_INVERTER = 0.5;
const HOUR_MS = 3_600_000;
/** One look vouches for so much time: the longest round there is. Nights and outages vouch for nothing. */
const LONGEST_LOOK_MS = 16 * 60_000;

/** Can the inverters have made this much in the time since? A clock that was set back makes it no time. */
export function isPossible(kWh: number, since: number, { at, inverters }: Circumstances): boolean {
  const hours = Math.max(0, at - since) / HOUR_MS;
  return (
    kWh <= Math.min(MOST_INVERTERS, Math.max(1, inverters)) * (KW_PER_INVERTER * hours + SLACK_KWH_PER_INVERTER) + 1e-9
  );
}

/**
 * Adds a reading to a doubt. Readings are consistent as long as they stay, or rise as inverters can. A 0, and anything
 * said while no inverter is online, neither confirms nor refutes: ECUs say it by mistake (PROTOCOL 12, rules 14 and 15).
 */
export function weigh(doubt: Doubt | null, value: number, circumstances: Circumstances): Doubt | null {
  const { at, anyOnline } = circumstances;
  if (value === 0 || !anyOnline) {
    return doubt;
  }
  if (doubt === null || value < doubt.value || !isPossible(value - doubt.value, doubt.at, circumstances)) {
    return { first: value, value, at, coveredMs: 0 };
  }
  const covered = Math.min(LONGEST_LOOK_MS, Math.max(0, at - doubt.at));
  return { ...doubt, value, at, coveredMs: doubt.coveredMs + covered };
}

/** After an hour of consistent readings the ECU is believed. */
export function isConfirmed(doubt: Doubt | null): doubt is Doubt {
  return doubt !== null && doubt.coveredMs >= HOUR_MS;
}
