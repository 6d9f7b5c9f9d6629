import {
  afterEarlyAsk,
  afterLateAsk,
  foundTiming,
  type LearnedTiming,
  MINUTE_MS,
  MOST_SPREAD_MS,
  NEAR_MS,
  roundLength,
} from './learnedTiming.ts';

/** Asking early is a bet: a miss costs one more poll. So many of those may be had: at most 1.3 polls a round. */
const CREDIT_PER_ROUND = 0.3;
const MOST_CREDIT = 4;
/** Where the delay hardly varies an early ask wins nothing: it is made now and then, to notice a change. */
const SHARP_SPREAD_MS = 2_000;
const SHARP_CREDIT_PER_ROUND = 0.05;

/**
 * So long a round may as well be two, of which we see every other one, as after a dawn with slow rounds. So we look in
 * the middle of the first one, and of others, less and less.
 */
const LONG_ROUND_MS = 8 * MINUTE_MS;
const MOST_PROBE_ROUNDS = 24;

/** A poll within this of its due moment was made in time. */
const IN_TIME_MS = 2_000;
/** A clock was set when a round shows further than this outside the time in which it can have begun to show. */
const SET_CLOCK_MS = 30_000;

interface Look {
  /** ms of the round's stamp on the ECU's clock. */
  readonly stamp: number;
  /** ms of our time. */
  readonly at: number;
}

interface Ask {
  /** ms of our time. */
  readonly due: number;
  readonly isEarly: boolean;
  /** Was asked in vain, once or more. */
  readonly isMissed: boolean;
}

/**
 * Learns when an ECU shows new rounds, from nothing but the stamps it sends and when we saw them. Neither its clock nor
 * its zone has to be right: what counts is how long after its stamp a round shows on our clock, and that stays until
 * somebody sets one of the clocks.
 *
 * While nothing is known it looks once a minute. Then each round is asked for early, where most rounds show already,
 * or late, where nearly all do: as often early as there is credit for the misses.
 *
 * On rounds of 300 s that show after 5 to 25 s, at random, that makes a median age of 19.4 s at 1.28 polls a round. The
 * budgets, 20 s and 1.3, leave a single moment of asking one second of room, so chance decides over a short time: of 200
 * seeds, 72 % hold both on the first day, 86 % on the second, 91 % over three days; all of 100 over a week. An ECU clock
 * that drifts by seconds a day is followed late: medians of 20 to 25 s at up to 1.31 polls.
 */
export class RoundTiming {
  #learned: LearnedTiming | null;
  #last: Look | null = null;
  /** When the round of the last look began to show: between these moments of our time. */
  #shown = { after: Number.NEGATIVE_INFINITY, before: 0 };
  /** Null while searching. */
  #ask: Ask | null = null;
  #credit = MOST_CREDIT / 2;
  /** When to look in the middle of this round, ms of our time; null for not at all. */
  #probe: number | null = null;
  /** Long rounds since the last look into the middle of one, and how many shall be. */
  #unprobed = 0;
  #probeRounds = 1;
  /** Early hits in a row; misses in a row are negative. */
  #row = 0;
  /** The last round came later than it ever should. */
  #wasLate = false;

  constructor(learned: LearnedTiming | null) {
    this.#learned = learned;
  }

  get learned(): LearnedTiming | null {
    return this.#learned;
  }

  /** Takes what a poll saw and tells when to look next, in ms of our time; at once when that is past. */
  take(look: Look): number {
    const last = this.#last;
    this.#last = look;
    const isProbe = this.#isProbe(look);
    if (isProbe) {
      this.#unprobed = 0;
      this.#probeRounds = Math.min(MOST_PROBE_ROUNDS, 2 * this.#probeRounds);
    }
    if (last?.stamp === look.stamp) {
      this.#onSameRound(look, isProbe);
    } else {
      if (last !== null) {
        this.#onNewRound(look, last);
      }
      const usual = this.#learned === null ? Number.NEGATIVE_INFINITY : look.stamp + this.#learned.offsetMs - MINUTE_MS;
      this.#shown = { after: Math.max(last?.at ?? usual, usual), before: look.at };
      this.#plan(look);
    }
    // Nothing is further away than the next round: a due moment that is, is of a clock that was set.
    const latest = look.at + (this.#learned?.roundMs ?? 0) + MOST_SPREAD_MS;
    return Math.min(this.#probe ?? this.#ask?.due ?? look.at, latest);
  }

  /** At night nobody looks when it is due: what was not looked into waits for the morning. */
  #isProbe({ at }: Look): boolean {
    return this.#probe !== null && at >= this.#probe - IN_TIME_MS && at <= this.#probe + NEAR_MS;
  }

  #onSameRound({ at }: Look, isProbe: boolean): void {
    const ask = this.#ask;
    if (isProbe) {
      this.#probe = null;
      this.#credit = Math.max(-1, this.#credit - 1);
      return;
    }
    if (ask === null || at < ask.due - IN_TIME_MS) {
      return;
    }
    this.#credit = Math.max(0, this.#credit - 1);
    if (!ask.isMissed) {
      this.#ask = { ...ask, isMissed: true };
      this.#learn(ask, false);
    }
  }

  #onNewRound({ stamp, at }: Look, last: Look): void {
    const ask = this.#ask;
    const isInTime = ask !== null && Math.abs(at - ask.due) <= IN_TIME_MS;
    if (isInTime) {
      this.#learn(ask, true);
    }
    const learned = this.#learned;
    const sinceLook = at - last.at;
    const sinceStamp = stamp - last.stamp;
    const { after, before } = this.#shown;
    // Stamps that are nearer or further apart than the rounds can have begun to show tell of a clock that was set.
    const isSet = sinceStamp < last.at - before - SET_CLOCK_MS || sinceStamp > at - after + SET_CLOCK_MS;
    const known = learned?.roundMs ?? null;
    const roundMs = isSet ? known : roundLength(known, sinceStamp, sinceLook);
    // It began to show after we looked last, and not after now.
    const fits =
      learned !== null &&
      learned.offsetMs > last.at - stamp - SET_CLOCK_MS &&
      learned.offsetMs < at - stamp + SET_CLOCK_MS;
    const isLate =
      learned !== null && at - stamp > learned.offsetMs && Math.abs(sinceStamp - learned.roundMs) <= IN_TIME_MS;
    const isNear = sinceLook >= 0 && sinceLook <= NEAR_MS;
    const wasLate = this.#wasLate;
    this.#wasLate = false;
    if (roundMs === null) {
      this.#learned = null;
    } else if (fits) {
      this.#learned = { ...learned, roundMs };
    } else if (isLate && isNear && !wasLate) {
      // Late once. The second one in a row tells of a clock that was set.
      this.#wasLate = true;
    } else if (isNear) {
      this.#learned = foundTiming(roundMs, at - stamp - sinceLook / 2);
    } else if (learned !== null && isInTime) {
      // It came when it was due: the ECU's clock was set, as in the hour that autumn repeats.
      this.#learned = { ...learned, roundMs, offsetMs: at - stamp - (ask.isEarly ? 0 : learned.spreadMs) };
    } else {
      this.#learned = null;
    }
  }

  #plan({ stamp }: Look): void {
    this.#probe = null;
    if (this.#learned === null) {
      this.#ask = null;
      return;
    }
    const { roundMs, offsetMs, spreadMs } = this.#learned;
    if (roundMs < LONG_ROUND_MS) {
      this.#unprobed = 0;
      this.#probeRounds = 1;
    } else if (++this.#unprobed >= this.#probeRounds) {
      this.#probe = stamp + roundMs / 2 + offsetMs + spreadMs;
    }
    const credit = spreadMs < SHARP_SPREAD_MS ? SHARP_CREDIT_PER_ROUND : CREDIT_PER_ROUND;
    this.#credit = Math.min(MOST_CREDIT, this.#credit + credit);
    const isEarly = this.#credit >= 1;
    this.#ask = { due: stamp + roundMs + offsetMs + (isEarly ? 0 : spreadMs), isEarly, isMissed: false };
  }

  #learn({ isEarly }: Ask, isHit: boolean): void {
    if (this.#learned === null) {
      return;
    }
    if (isEarly) {
      this.#row = isHit ? Math.max(0, this.#row) + 1 : Math.min(0, this.#row) - 1;
      this.#learned = afterEarlyAsk(this.#learned, this.#row);
    } else {
      // Rounds that show this soon after an early ask have not moved, however many of those in a row missed one.
      this.#row = isHit && this.#learned.spreadMs < SHARP_SPREAD_MS ? Math.max(0, this.#row) : this.#row;
      this.#learned = afterLateAsk(this.#learned, isHit);
    }
  }
}
