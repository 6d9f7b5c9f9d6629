import { isObject } from '../json.ts';
import type { CountingState, Factor, InverterCount, SeenRound, Tracker } from './countingState.ts';
import { isCurve } from './curve.ts';

/** No record holds more panels. */
const MOST_PANELS = 8;
/** Far more than an ECU can make in its life, yet exact to a thousandth. */
const MOST_WH = 1e12;

/** Takes nothing on trust: null for what is not a state of counting. */
export function parseCounting(value: unknown): CountingState | null {
  return isCounting(value) ? value : null;
}

function isCounting(value: unknown): value is CountingState {
  return (
    isObject(value) &&
    isShortList(value.seen, 8, isSeenRound) &&
    isNumber(value.at) &&
    isWithin(value.minute, 0, 1440) &&
    isShortList(value.intervals, 8, isAmount) &&
    isDay(value.day) &&
    (value.stampDay === null || isDay(value.stampDay)) &&
    isObject(value.hour) &&
    isWithin(value.hour.index, 0, 23) &&
    Number.isInteger(value.hour.index) &&
    isAmount(value.hour.ms) &&
    (value.lifetime === null || isTracker(value.lifetime)) &&
    (value.today === null || isTracker(value.today)) &&
    (value.gap === null || isGap(value.gap)) &&
    isObject(value.trial) &&
    isAmount(value.trial.ms) &&
    isAmount(value.trial.made) &&
    isNumber(value.carry) &&
    isFactor(value.factor) &&
    isAmount(value.energy) &&
    isAmount(value.todayEnergy) &&
    isShortList(value.inverters, 1_000, isInverter) &&
    isSortedById(value.inverters)
  );
}

function isSeenRound(value: unknown): value is SeenRound {
  return isObject(value) && isText(value.stamp) && isNumber(value.at);
}

function isGap(value: unknown): value is NonNullable<CountingState['gap']> {
  return isObject(value) && isAmount(value.ms) && typeof value.isByDay === 'boolean';
}

function isTracker(value: unknown): value is Tracker {
  return (
    isObject(value) &&
    isAmount(value.value) &&
    isNumber(value.low) &&
    isNumber(value.high) &&
    value.low <= value.high &&
    isAmount(value.divisor) &&
    isAmount(value.steps) &&
    typeof value.isTrusted === 'boolean' &&
    isNumber(value.grown) &&
    isNumber(value.pulled) &&
    typeof value.isTold === 'boolean' &&
    typeof value.isBroken === 'boolean'
  );
}

function isFactor(value: unknown): value is Factor {
  return (
    isObject(value) &&
    isWithin(value.value, 0.8, 1.2) &&
    typeof value.isLearned === 'boolean' &&
    isAmount(value.made) &&
    isNumber(value.grown)
  );
}

function isInverter(value: unknown): value is InverterCount {
  if (
    !isObject(value) ||
    typeof value.id !== 'string' ||
    !/^\d{12}$/.test(value.id) ||
    typeof value.isOnline !== 'boolean' ||
    !isDay(value.listedOn) ||
    !isAmount(value.roundsBack) ||
    !isAmount(value.openMs)
  ) {
    return false;
  }
  const { energy } = value;
  const lists = [value.today, value.estimated, value.owed, value.open];
  return (
    isShortList(energy, MOST_PANELS, isAmount) &&
    lists.every((list) => isShortList(list, MOST_PANELS, isAmount) && list.length === energy.length) &&
    isShortList(value.curves, MOST_PANELS, isCurve) &&
    value.curves.length === energy.length
  );
}

function isSortedById(inverters: readonly InverterCount[]): boolean {
  return inverters.every(({ id }, index) => index === 0 || (inverters[index - 1]?.id ?? '') < id);
}

function isShortList<T>(value: unknown, most: number, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= most && value.every((item) => isItem(item));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isAmount(value: unknown): value is number {
  return isWithin(value, 0, MOST_WH);
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 40;
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
}
