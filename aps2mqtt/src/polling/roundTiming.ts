import { type LearnedTiming, LONGEST_ROUND_MS, MINUTE_MS, SHORTEST_ROUND_MS } from './learnedTiming.ts';

/** A poll within this of its due moment was made in time. */
const IN_TIME_MS = 2_000;
/** What is off by more is no chance: a clock was set, or rounds have another length. */
const ODD_MS = 15_000;
/** So many rounds in a row that came late are no late rounds: our clock was set. */
const LATE_UNTIL_SET = 4;
/** The first round, and each 48th, is looked for a minute early as well, so that none is seen long after it showed. */
const ROUNDS_UNTIL_EARLY = 48;
/** So many stamps in a row that are new after a minute are no rounds: each reply bears the time of day. */
const CHANGES_UNTIL_LIVE = 3;
const LIVE_WAIT_MS = 5 * MINUTE_MS;
/** Four hours of those; then it is looked into again. */
const LIVE_LOOKS = 48;

/** Narrowing down ends when the moment is known to this. */
const NARROW_MS = 2_000;
/** Up by a step after a miss; steps grow with misses and shrink with hits. */
const STEP_MS = { first: 3_000, least: 1_000, most: 4_000 };
const STEP_GROWS = 1.5;
const STEP_SHRINKS = 0.94;
/** Down by this part of a step after a hit: misses become one in 25 or so while steps are long, and rarer then. */
const DOWN = 0.04;
/** After so many hits in a row, most of a day's sun, it may be too late by now: down again, and faster and faster. */
const HITS_UNTIL_DOWN = 100;
const HITS_UNTIL_FASTER = 50;
const MOST_DOWN_MS = 2_000;

/** When a poll began, in ms of our time, and the stamp it met, in ms of the ECU's. */
interface Look {
  readonly stamp: number;
  readonly at: number;
}

/**
 * Learns when an ECU shows new rounds, from nothing but the stamps it sends and when we saw them. Neither its clock nor
 * its zone has to be right: what counts is how long after its stamp a round shows on our clock (`offset`), and that
 * stays until somebody sets one of the clocks.
 *
 * While nothing is known it looks once a minute, until two rounds have begun to show before its eyes. Then it asks once
 * a round: halves what it does not know until that is 2 s, and follows the moment at which nearly all rounds show. A miss
 * costs a minute, so it goes up at once after one, and down slowly. On rounds that show after 5 to 25 s, at random, that
 * makes a mean age of 26.4 s on the first day and 26 s later, at 1.05 polls a round; on a delay that never varies,
 * 1.4 s more than the delay.
 */
export class RoundTiming {
  #learned: LearnedTiming | null;
  #last: Look | null = null;
  #due = 0;
  /** Looks since it was due that met the round before. */
  #misses = 0;
  /** While narrowing down: a round does not show yet so many ms after its stamp. */
  #notBefore: number | null = null;
  #step = STEP_MS.least;
  /** Hits, late rounds, and rounds, in a row. */
  #hits = 0;
  #late = 0;
  #rounds = 0;
  /** The last round's length, when it was an odd one. */
  #oddMs = 0;
  /** While searching: the offset that was known before, by when the last round showed, and stamps that changed at once. */
  #before: number | null = null;
  #shown: number | null = null;
  #changes = 0;

  constructor(learned: LearnedTiming | null) {
    this.#learned = learned;
  }

  get learned(): LearnedTiming | null {
    return this.#learned;
  }

  /** Takes what a poll saw and tells when to look next, in ms of our time; at once when that is past. */
  take(look: Look): number {
    const last = this.#last;
    const { stamp, at } = look;
    this.#last = look;
    if (last?.stamp === stamp) {
      this.#changes = 0;
      this.#misses += at >= this.#due - IN_TIME_MS ? 1 : 0;
    } else if (last !== null) {
      this.#learned = this.#learned === null ? this.#search(look, last) : this.#follow(this.#learned, look, last);
    }
    if (this.#learned === null) {
      this.#changes %= LIVE_LOOKS;
      return this.#changes < CHANGES_UNTIL_LIVE ? at : at + LIVE_WAIT_MS;
    }
    const { roundMs, offsetMs } = this.#learned;
    let isEarly = false;
    if (last?.stamp !== stamp) {
      this.#misses = 0;
      this.#due = stamp + roundMs + offsetMs;
      isEarly = this.#notBefore === null && this.#rounds++ % ROUNDS_UNTIL_EARLY === 0;
    }
    // Nothing is further away than the next round: a due moment that is, is of a clock that was set.
    return Math.min(this.#due - (isEarly ? MINUTE_MS : 0), at + roundMs + MINUTE_MS);
  }

  /** A round's length is known when no other can have been between two looks; its moment then, to their distance. */
  #search({ stamp, at }: Look, last: Look): LearnedTiming | null {
    const roundMs = stamp - last.stamp;
    const sinceLook = at - last.at;
    const isKnown = roundMs >= SHORTEST_ROUND_MS && roundMs <= LONGEST_ROUND_MS && sinceLook < 0.6 * roundMs;
    const isLive = !isKnown && (sinceLook < SHORTEST_ROUND_MS || this.#changes >= CHANGES_UNTIL_LIVE);
    this.#changes = isLive ? this.#changes + 1 : 0;
    if (!isKnown || sinceLook <= 0) {
      return null;
    }
    const [notBefore, shownMs, before, other] = [last.at - stamp, at - stamp, this.#before, this.#shown];
    const isBetween = (ms: number | null): ms is number => ms !== null && ms > notBefore && ms <= shownMs + IN_TIME_MS;
    this.#shown = shownMs;
    if (isBetween(before)) {
      this.#settle();
      return { roundMs, offsetMs: before };
    }
    // A single round may have come late: the next one has to agree.
    this.#notBefore = notBefore;
    return isBetween(other) ? this.#narrow(roundMs, shownMs) : null;
  }

  #follow(learned: LearnedTiming, { stamp, at }: Look, last: Look): LearnedTiming | null {
    const { offsetMs } = learned;
    const [sinceStamp, sinceLook, shownMs] = [stamp - last.stamp, at - last.at, at - stamp];
    // Where the two clocks disagree, one round has passed, mostly.
    const isTold = Math.abs(sinceStamp - sinceLook) <= learned.roundMs + MINUTE_MS;
    const count = isTold ? Math.max(1, Math.round(sinceStamp / learned.roundMs)) : 1;
    const ahead = sinceStamp - count * learned.roundMs;
    const isFirst = this.#misses === 0 && Math.abs(at - this.#due) <= IN_TIME_MS;
    if (Math.abs(ahead) > ODD_MS) {
      return this.#onOdd(learned, sinceStamp, ahead, shownMs, isFirst);
    }
    const roundMs = count === 1 ? learned.roundMs + ahead / 4 : learned.roundMs;
    this.#late = this.#misses > 1 ? this.#late + 1 : 0;
    if (this.#notBefore !== null) {
      const isSeen = isFirst || this.#misses > 0;
      return isSeen ? this.#narrow(roundMs, this.#shownBy(offsetMs, last.at - stamp, shownMs)) : learned;
    }
    if (shownMs < offsetMs - ODD_MS || this.#late >= LATE_UNTIL_SET) {
      return this.#forget(offsetMs);
    }
    const step = isFirst ? -this.#stepDown() : this.#misses === 1 ? this.#stepUp() : 0;
    return { roundMs, offsetMs: offsetMs + step };
  }

  /** @param ahead ms by which the stamp is further ahead than whole rounds */
  #onOdd(learned: LearnedTiming, sinceStamp: number, ahead: number, shownMs: number, isFirst: boolean) {
    const isRepeated = Math.abs(sinceStamp - this.#oddMs) <= ODD_MS;
    this.#oddMs = sinceStamp;
    if (isFirst && (ahead > 0 || sinceStamp <= 0)) {
      // It came when it was due, under a stamp that no round can bear: the ECU's clock was set, as twice a year.
      this.#settle();
      return { ...learned, offsetMs: shownMs };
    }
    const isLonger = this.#misses > 0 && ahead > 0 && shownMs >= learned.offsetMs - MINUTE_MS;
    if (!isLonger) {
      return this.#forget(learned.offsetMs);
    }
    return isRepeated ? { ...learned, roundMs: sinceStamp } : learned;
  }

  /** Halves what is not known. @param shownMs the round shows by then */
  #narrow(roundMs: number, shownMs: number): LearnedTiming {
    const from = this.#notBefore ?? shownMs;
    if (shownMs - from > NARROW_MS) {
      return { roundMs, offsetMs: (from + shownMs) / 2 };
    }
    this.#settle();
    return { roundMs, offsetMs: shownMs };
  }

  /** While narrowing down, of a round that showed between two looks, or at the first one; a late one tells nothing. */
  #shownBy(offsetMs: number, missedMs: number, shownMs: number): number {
    const from = this.#notBefore ?? offsetMs;
    // It was halved from there.
    const before = 2 * offsetMs - from;
    if (missedMs >= before) {
      return before;
    }
    this.#notBefore = Math.max(from, this.#misses > 0 ? missedMs : from);
    return Math.min(before, shownMs);
  }

  #stepUp(): number {
    const step = this.#step;
    this.#step = Math.min(STEP_MS.most, step * STEP_GROWS);
    this.#hits = 0;
    return step;
  }

  #stepDown(): number {
    this.#hits++;
    this.#step = Math.max(STEP_MS.least, this.#step * STEP_SHRINKS);
    const surplus = this.#hits - HITS_UNTIL_DOWN;
    const isAtRest = this.#step === STEP_MS.least && surplus < 0;
    const faster = 2 ** Math.max(0, Math.floor(surplus / HITS_UNTIL_FASTER));
    return isAtRest ? 0 : Math.min(MOST_DOWN_MS, DOWN * this.#step * faster);
  }

  #settle(): void {
    this.#notBefore = null;
    this.#shown = null;
    this.#step = STEP_MS.first;
    this.#hits = 0;
    this.#late = 0;
    this.#rounds = 0;
  }

  /** Looks once a minute again. What was known is kept where the search finds that it still fits. */
  #forget(offsetMs: number): null {
    this.#settle();
    this.#before = offsetMs;
    return null;
  }
}
