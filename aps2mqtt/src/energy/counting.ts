import { type Counters, followCounters, growthUnseen } from './counters.ts';
import { type CountingRound, dayOf, hourOf, isUnread, readingsOf } from './countingRound.ts';
import type { CountingState } from './countingState.ts';
import { addToHour, closeHour, learnNight } from './dayHours.ts';
import { type Elapsed, elapsedSince, newestMoment, wasSeen, withInterval, withSeen } from './elapsed.ts';
import { afterNight, type ClosedDay, closeDay, isNewDay } from './energyDay.ts';
import { learned, UNLEARNED, withRound } from './factor.ts';
import { giveGap } from './gap.ts';
import { closeLedger, type Elsewhere, giveOut, openLedger, rounded } from './ledger.ts';
import { giveMissed, noteMissed } from './missed.ts';
import { todaysShares, total } from './shares.ts';
import { clamp } from './tracker.ts';
import { judgeCounters, withNewTrial } from './trial.ts';

export interface Counted {
  readonly state: CountingState;
  /** False for a round that was counted before. */
  readonly isNew: boolean;
  /** Days that have ended with this round. */
  readonly closed: readonly ClosedDay[];
  readonly gap: GapGiven | null;
}

/** What was made while nobody looked was given to the panels. */
export interface GapGiven {
  readonly ms: number;
  readonly kWh: number;
}

const HOUR_MS = 3_600_000;
/** Within a round at most this part of what it made is added or kept back to follow the counter. */
const MOST_CORRECTION = 0.5;
/** Of the difference, this part is made up for in each round. */
const CORRECTION = 0.5;
/** Growth that a counter's steps may hide is no gap. */
const HIDDEN_STEPS = 2;

/**
 * Counts a poll round: the power of each panel holds for the time since the round before, and the sum follows the ECU's
 * own counter. The same round again changes nothing, and nothing but the state is remembered.
 *
 * @param before null at first sight: from then on it is counted
 * @param elsewhere what is known of an inverter at other ECUs
 */
export function countRound(
  before: CountingState | null,
  round: CountingRound,
  elsewhere: Elsewhere = () => null,
): Counted {
  if (before === null) {
    return { state: begin(round, elsewhere), isNew: true, closed: [], gap: null };
  }
  if (wasSeen(before.seen, round, before.intervals)) {
    return { state: before, isNew: false, closed: [], gap: null };
  }
  return count(before, round, elapsedSince(newestMoment(before), round, before.intervals), elsewhere);
}

function begin(round: CountingRound, elsewhere: Elsewhere): CountingState {
  const ledger = openLedger({ inverters: [], energy: 0, todayEnergy: 0 }, round.inverters, round.day, elsewhere);
  const none: Counters = { lifetime: null, today: null, trial: { ms: 0, made: 0 } };
  const isBlind = ledger.rows.some(isUnread(round));
  return {
    seen: withSeen([], round),
    at: round.at,
    minute: round.minute,
    intervals: [],
    day: round.day,
    stampDay: dayOf(round.stamp),
    hour: { index: hourOf(round), ms: 0 },
    ...followCounters(none, 0, readingsOf(round, ledger, 0, isBlind)).counters,
    gap: null,
    carry: 0,
    factor: UNLEARNED,
    energy: 0,
    todayEnergy: 0,
    inverters: closeLedger(ledger),
  };
}

function count(before: CountingState, round: CountingRound, elapsed: Elapsed, elsewhere: Elsewhere): Counted {
  const { ms, usualMs, isLong } = elapsed;
  const ledger = openLedger(before, round.inverters, round.day, elsewhere);
  const isAnyOnline = ledger.rows.some(({ online }) => online === true);
  const wasAnyOnline = ledger.rows.some(({ wasOnline }) => wasOnline);
  const isUnreadInRound = ledger.rows.some(isUnread(round));
  const readings = readingsOf(round, ledger, ms + (before.gap?.ms ?? 0), isUnreadInRound);

  // 1. What the round itself tells.
  const usual = Math.min(ms, usualMs);
  const msOf = ({ wasOnline }: { readonly wasOnline: boolean }) => (isLong || !wasOnline ? usual : ms);
  const measured = ledger.rows.map((row) => row.powers.map((watts) => (watts * msOf(row)) / HOUR_MS));
  const made = total(measured);
  const counted = before.factor.value * made;

  // 2. What was made while nobody looked, and the day's end, which may lie in there.
  const open = openGap(before.gap, elapsed, wasAnyOnline);
  const unseen = open === null ? null : growthUnseen(before, readings);
  const beyond = unseen === null ? 0 : unseen.wh - counted;
  const isGap = open !== null && unseen !== null && beyond > HIDDEN_STEPS * unseen.step + (open.isByDay ? 0 : counted);
  const isNight = !isGap && !(isAnyOnline && wasAnyOnline);
  const isNext = isNewDay(before, round, isNight);
  const day = isNext ? round.day : before.day;
  let { hour, factor } = before;
  if (isLong || isNext || hour.index !== hourOf(round)) {
    closeHour(ledger, hour);
    if (isLong && !isGap && !wasAnyOnline) {
      learnNight(ledger, Math.floor(before.minute / 60), hourOf(round));
    }
    hour = { index: hourOf(round), ms: 0 };
  }
  const closed: ClosedDay[] = [];
  if (isGap) {
    const today = before.today?.isTrusted === true ? readings.today : null;
    const nights = { from: before.day, to: day };
    const minutes = { from: round.minute - open.ms / 60_000, to: round.minute };
    closed.push(...giveGap(ledger, beyond, nights, minutes, today, isAnyOnline));
  } else if (isNext) {
    closed.push(closeDay(ledger, before.day));
  }
  if (isNext) {
    factor = learned(factor, before.lifetime);
  }
  addToHour(ledger, (row) => (row.online === true ? msOf(row) : usual), isAnyOnline);

  // 3. What the ECU's counters say.
  const followed = followCounters(before, isGap ? beyond + counted : counted, readings);
  const missed = giveMissed(ledger, followed.pull);
  if (made > 0 && !isLong) {
    noteMissed(ledger, round.minute, counted);
  }
  const carry = before.carry + followed.pull - missed;
  const isTrial = made > 0 && open === null;
  const trial = { ms: before.trial.ms + ms, made: before.trial.made + counted + missed };
  const judged = isTrial
    ? judgeCounters({ ...followed.counters, trial }, usualMs)
    : { counters: withNewTrial(followed.counters), takenBack: 0, isAnyFallen: false };
  const owing = carry - judged.takenBack;

  // 4. What the panels get.
  const correction = clamp(CORRECTION * owing, -MOST_CORRECTION * counted, MOST_CORRECTION * counted);
  let left = owing;
  if (giveOut(ledger, counted + correction, measured, false)) {
    left -= correction;
  } else if (
    !isAnyOnline &&
    owing > 0 &&
    ledger.todayEnergy > 0 &&
    giveOut(ledger, owing, todaysShares(ledger), false)
  ) {
    // What the counter told late in the evening: the panels are asleep, and the day is not over.
    left = 0;
  }
  if (!isAnyOnline) {
    afterNight(ledger);
  }
  const isToldNothing = readings.lifetime === null && readings.today === null;
  const isRight = !isUnreadInRound && !judged.isAnyFallen;
  const isLearning = isRight && (followed.growth !== null || isToldNothing);
  const state: CountingState = {
    seen: withSeen(before.seen, round),
    at: round.at,
    minute: round.minute,
    // By night the ECU is asked less often.
    intervals:
      isAnyOnline && wasAnyOnline ? withInterval(before.intervals, newestMoment(before), round) : before.intervals,
    day,
    stampDay: isNext ? dayOf(round.stamp) : before.stampDay,
    hour: { index: hour.index, ms: hour.ms + usual },
    ...judged.counters,
    gap: isToldNothing ? open : null,
    carry: rounded(left),
    factor: isGap ? factor : withRound(factor, made, isLearning ? (followed.growth ?? 0) - missed : null),
    energy: ledger.energy,
    todayEnergy: ledger.todayEnergy,
    inverters: closeLedger(ledger),
  };
  return {
    state,
    isNew: true,
    closed,
    gap: isGap ? { ms: open.ms, kWh: beyond / 1_000 } : null,
  };
}

/** A gap that has just ended, or of which the counters have not told yet. */
function openGap(before: CountingState['gap'], { ms, isLong }: Elapsed, wasAnyOnline: boolean): CountingState['gap'] {
  if (!isLong && before === null) {
    return null;
  }
  return { ms: ms + (before?.ms ?? 0), isByDay: before?.isByDay ?? wasAnyOnline };
}
