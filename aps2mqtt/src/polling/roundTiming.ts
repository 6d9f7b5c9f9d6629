import { type Belief, type Estimate, estimate, newBelief, observe } from './belief.ts';
import { type LearnedTiming, LONGEST_ROUND_MS, MINUTE_MS, SHORTEST_ROUND_MS } from './learnedTiming.ts';

/** Looks this near to each other leave no room for a round between them, and tell well enough when one began to show. */
const NEAR_MS = 1.5 * MINUTE_MS;
/** A poll within this of its due moment was made in time. */
const IN_TIME_MS = 2_000;
/** A round that shows further than this from when it can be expected is late, or a clock was set. */
const ODD_MS = MINUTE_MS / 2;
/** A stamp that is further ahead of the one before than a round, though it came in time, is of a clock that was set. */
const SET_MS = 5_000;
/** So many late rounds in a row are a clock that was set. */
const LATE_UNTIL_SET = 5;

/** So many stamps in a row that are new after a minute are no rounds: each reply bears the time of day. */
const CHANGES_UNTIL_LIVE = 3;
const LIVE_WAIT_MS = 5 * MINUTE_MS;
/** Four hours of those; then it is looked into again. */
const LIVE_LOOKS = 48;

/**
 * So long a round may as well be two, of which we see every other one: each 16th is looked at in its middle. Of shorter
 * ones, after so many without a miss, one is looked at twice, to know that a stamp stays until the next round.
 */
const LONG_ROUND_MS = 8 * MINUTE_MS;
const LONG_UNTIL_PROBE = 16;
const SHORT_UNTIL_PROBE = 100;

/** When a poll began, in ms of our time, and the stamp it met, in ms of the ECU's. */
interface Look {
  readonly stamp: number;
  readonly at: number;
}

/**
 * Learns when an ECU shows new rounds, from nothing but the stamps it sends and when we saw them. Neither its clock nor
 * its zone has to be right: what counts is how long after its stamp a round shows on our clock, and that stays until
 * somebody sets one of the clocks. While nothing is known it looks once a minute; then it asks once a round.
 */
export class RoundTiming {
  #roundMs: number | null;
  #belief: Belief | null = null;
  /** ms after a round's stamp; while there is no belief, `ask` is where to begin to look for it. */
  #estimate: Pick<Estimate, 'ask' | 'edge'> = { ask: 0, edge: 0 };
  #last: Look | null = null;
  #due = 0;
  /** Late rounds in a row. */
  #late = 0;
  /** Stamps in a row that changed within a minute. */
  #changes = 0;
  /** New rounds since a look met the same one again. */
  #unprobed = LONG_UNTIL_PROBE;

  constructor(learned: LearnedTiming | null) {
    this.#roundMs = learned?.roundMs ?? null;
    if (learned !== null) {
      this.#belief = newBelief(learned.offsetMs, learned.offsetMs);
      this.#estimate = { ask: learned.offsetMs, edge: learned.offsetMs };
    }
  }

  get learned(): LearnedTiming | null {
    return this.#belief === null || this.#roundMs === null
      ? null
      : { roundMs: this.#roundMs, offsetMs: this.#estimate.edge };
  }

  /** Takes what a poll saw and tells when to look next, in ms of our time; at once when that is past. */
  take(look: Look): number {
    const last = this.#last;
    this.#last = look;
    if (last?.stamp === look.stamp) {
      this.#unprobed = 0;
      this.#changes = 0;
    } else if (last !== null) {
      this.#onNewRound(look, last);
    }
    this.#due = this.#changes < CHANGES_UNTIL_LIVE ? this.#nextRound(look) : this.#later(look);
    // Nothing is further away than the next round: a due moment that is, is of a clock that was set.
    return Math.min(this.#due, look.at + (this.#roundMs ?? LIVE_WAIT_MS) + MINUTE_MS);
  }

  #nextRound({ stamp, at }: Look): number {
    if (this.#roundMs === null || this.#changes > 0) {
      return at;
    }
    const { ask } = this.#estimate;
    const isLong = this.#roundMs >= LONG_ROUND_MS;
    if (this.#belief !== null && this.#unprobed >= (isLong ? LONG_UNTIL_PROBE : SHORT_UNTIL_PROBE)) {
      return isLong ? Math.min(stamp + ask, at) + this.#roundMs / 2 : at + MINUTE_MS;
    }
    return stamp + this.#roundMs + ask;
  }

  /** There are no rounds to be learned. */
  #later({ at }: Look): number {
    this.#belief = null;
    this.#roundMs = null;
    this.#changes = (this.#changes + 1) % LIVE_LOOKS;
    return at + LIVE_WAIT_MS;
  }

  #onNewRound({ stamp, at }: Look, last: Look): void {
    const sinceLook = at - last.at;
    const sinceStamp = stamp - last.stamp;
    this.#unprobed++;
    if (Math.abs(sinceStamp) < SHORTEST_ROUND_MS && sinceLook < SHORTEST_ROUND_MS) {
      this.#changes++;
      return;
    }
    // It began to show after we looked last, and not after now.
    const [lo, hi] = [sinceLook > 0 ? last.at - stamp : Number.NEGATIVE_INFINITY, at - stamp];
    const { ask } = this.#estimate;
    const belief = this.#belief;
    const isInTime = sinceLook > NEAR_MS && Math.abs(at - this.#due) <= IN_TIME_MS;
    const ahead = sinceStamp - (this.#roundMs ?? sinceStamp);
    if (belief !== null && isInTime && (lo >= ask + ODD_MS || ahead > SET_MS)) {
      // It came when it was due, under a stamp that a round cannot bear: the ECU's clock was set, as in the hour that
      // autumn repeats.
      this.#learn({ ...belief, fromMs: belief.fromMs + hi - ask }, lo, hi);
    } else if (belief === null || (lo < ask + ODD_MS && hi > ask - ODD_MS)) {
      this.#late = 0;
      const before = this.#roundMs ?? 0;
      this.#roundMs = roundLength(this.#roundMs, sinceStamp, sinceLook);
      if (before < LONG_ROUND_MS && (this.#roundMs ?? 0) >= LONG_ROUND_MS) {
        this.#unprobed = LONG_UNTIL_PROBE;
      }
      this.#learn(belief === null ? null : observe(belief, lo, hi), lo, hi);
    } else if (lo < ask || lo > ask + (this.#roundMs ?? 0) || ++this.#late >= LATE_UNTIL_SET) {
      this.#late = 0;
      this.#learn(null, lo, hi);
    }
  }

  /** @param belief null to begin anew, with a round that began to show between `lo` and `hi` */
  #learn(belief: Belief | null, lo: number, hi: number): void {
    const begun = belief ?? (hi - lo <= NEAR_MS ? newBelief(lo, hi) : null);
    const found = begun && estimate(begun);
    this.#belief = found?.isOutside === false ? begun : null;
    const from = Math.max(lo, hi - (this.#roundMs ?? 0));
    this.#estimate = this.#belief === null || found === null ? { ask: from, edge: from } : found;
  }
}

/**
 * The length of a round, from two stamps that we saw one after the other.
 *
 * @param sinceLook ms between the two looks: when they were far apart, rounds may have come and gone unseen
 * @returns null while it is not known
 */
function roundLength(before: number | null, sinceStamp: number, sinceLook: number): number | null {
  if (sinceStamp < SHORTEST_ROUND_MS || sinceStamp > LONGEST_ROUND_MS) {
    return before;
  }
  if (before !== null && Math.abs(sinceStamp - before) <= before / 10) {
    return before + (sinceStamp - before) / 4;
  }
  const mayHaveSkipped =
    before === null ? sinceLook > LONG_ROUND_MS : sinceLook > 1.5 * before && sinceStamp >= 1.5 * before;
  return mayHaveSkipped ? before : sinceStamp;
}
