/**
 * What is counted at one ECU: energies of its panels, and what is needed to count the next round. Plain JSON, kept with
 * the saved state. All energies are Wh, to a thousandth; all times are ms.
 */
export interface CountingState {
  /** The last rounds' stamps with our time of reading them, newest last: a stamp that comes again adds nothing. */
  readonly seen: readonly SeenRound[];
  /** Our time of the newest round, ms since 1970. */
  readonly at: number;
  /** Minute of the site's day, 0 to 1439, of the newest round. */
  readonly minute: number;
  /** From round to round, the last ones. */
  readonly intervals: readonly number[];
  /** The day that is being counted, `yyyy-mm-dd`. */
  readonly day: string;
  /** The day that the ECU's stamps told when it began; null without stamps. */
  readonly stampDay: string | null;
  /** The hour of the day whose powers are being averaged, and how much of it was seen. */
  readonly hour: { readonly index: number; readonly ms: number };
  readonly lifetime: Tracker | null;
  readonly today: Tracker | null;
  /** While the two are judged: how long there was power, and what we counted meanwhile. */
  /** A gap of which no counter has told yet what was made in it: its length, and whether it began by day. */
  readonly gap: { readonly ms: number; readonly isByDay: boolean } | null;
  readonly trial: { readonly ms: number; readonly made: number };
  /** What the counters have grown beyond what was given to panels; below 0 where too much was given. */
  readonly carry: number;
  readonly factor: Factor;
  /** Sum of all that was given here, which stays when an inverter leaves. */
  readonly energy: number;
  readonly todayEnergy: number;
  /** By id. */
  readonly inverters: readonly InverterCount[];
}

export interface SeenRound {
  readonly stamp: string;
  readonly at: number;
}

/** Where one of the ECU's counters is believed to be, behind the step that it shows. */
export interface Tracker {
  /** As it was told last. */
  readonly value: number;
  /** Bounds of the true value, as it goes on by what we count. */
  readonly low: number;
  readonly high: number;
  /** Greatest common divisor of its steps so far, and how many there were. */
  readonly divisor: number;
  readonly steps: number;
  readonly isTrusted: boolean;
  /** During the trial: its growth, and by how much it has moved our sum. */
  readonly grown: number;
  readonly pulled: number;
  /** The newest round told it. */
  readonly isTold: boolean;
  /** It began anew, or was not told, during the trial, which tells nothing of it then. */
  readonly isBroken: boolean;
}

/** Of the trusted counter's growth over Σ power × time, learned over days. */
export interface Factor {
  /** 0.8 to 1.2. */
  readonly value: number;
  readonly isLearned: boolean;
  /** Since it was learned last. */
  readonly made: number;
  readonly grown: number;
}

/** One inverter; the lists have an entry a panel. */
export interface InverterCount {
  readonly id: string;
  /** In the newest round. */
  readonly isOnline: boolean;
  /** The day when a reply last listed it. */
  readonly listedOn: string;
  /** Rounds since it is back, up to which it may still be given what it made while it was away. */
  readonly roundsBack: number;
  /** How much of the open hour is known. */
  readonly openMs: number;
  readonly energy: readonly number[];
  readonly today: readonly number[];
  /** The part of today that was given without having been seen. */
  readonly estimated: readonly number[];
  /** What it would have made while it was away by day. */
  readonly owed: readonly number[];
  /** In the open hour. */
  readonly open: readonly number[];
  /** Usual power by hour of the day (curve.ts). */
  readonly curves: readonly string[];
}
