import type { CountingState } from '../energy/countingState.ts';
import type { EnergyState } from '../energy/guard.ts';
import { parseCounting } from '../energy/parseCounting.ts';
import { parseEnergyState } from '../energy/savedEnergy.ts';
import { isObject, parseObject } from '../json.ts';
import { type LearnedTiming, parseTiming } from '../polling/learnedTiming.ts';
import { parseSavedSides, type SavedSides } from './savedSides.ts';
import type { KnownInverter } from './snapshot.ts';

/** All that is kept over a restart. Small JSON; anything in it may be missing without harm. */
export interface SavedState {
  readonly ecus: readonly SavedEcu[];
  readonly publication?: SavedPublication;
}

/** Where a broker may keep something of ours, so that it can be cleared when it is not wanted any more. */
export interface SavedPublication {
  /** The present one, and those of before that are not cleared yet. Without slashes at their ends; empty for none. */
  readonly topicPrefixes: readonly string[];
  /** The same, for discovery; none where it was never on. */
  readonly discoveryPrefixes: readonly string[];
  /** What was removed while the broker may not have heard of it. */
  readonly removed: readonly RemovedDevice[];
}

/** Of an ECU, an inverter; or the ECU itself. */
export interface RemovedDevice {
  readonly ecuId: string;
  readonly inverterId: string | null;
}

/** What is needed to announce an ECU while it is silent, and to judge its next answer. */
export interface SavedEcu {
  /** `host:port`, as the options have it. */
  readonly address: string;
  /** The address in the options that it has left for this one. */
  readonly typedAddress?: string | null;
  /** 12 digits. */
  readonly ecuId: string;
  readonly firmware: string | null;
  /** When it answered last, ms since 1970. */
  readonly lastSeen?: number;
  readonly energy: EnergyState | null;
  /** Energies of its panels; not there before its first round. */
  readonly counting?: CountingState;
  readonly timing: LearnedTiming | null;
  /** When it was restarted, ms since 1970: it may be twice a day. */
  readonly restarts?: readonly number[];
  /** Of its Modbus and its web page. */
  readonly sides?: SavedSides;
  readonly inverters: readonly SavedInverter[];
}

export interface SavedInverter extends KnownInverter {
  /** When a reply last listed it, ms since 1970. */
  readonly lastSeen: number;
  /** ms of its absence that replies have covered; not there for none. */
  readonly absentMs?: number;
}

export const NOTHING_SAVED: SavedState = { ecus: [] };

/** Counts up with each change of shape; a file of another version is not read. */
const VERSION = 1;

export function printSavedState(state: SavedState): string {
  return `${JSON.stringify({ version: VERSION, ...state })}\n`;
}

/** @throws Error with the reason when the text is no saved state; nothing in it is taken on trust */
export function parseSavedState(text: string): SavedState {
  const root = parseObject(text);
  if (root.version !== VERSION) {
    throw new Error(`it is not of version ${VERSION}`);
  }
  const { ecus, publication } = root;
  if (!isList(ecus, isSavedEcu) || !(publication === undefined || isPublication(publication))) {
    throw new Error('it is not what was saved');
  }
  return {
    // It may be of an earlier version.
    ecus: ecus.map((ecu) => ({
      ...ecu,
      energy: parseEnergyState(ecu.energy),
      timing: parseTiming(ecu.timing),
      ...sidesOf(ecu),
    })),
    ...(publication === undefined ? {} : { publication }),
  };
}

const sidesOf = ({ sides }: SavedEcu) => (sides === undefined ? {} : { sides: parseSavedSides(sides) });

type Guard<T> = (value: unknown) => value is T;

function isList<T>(value: unknown, isItem: Guard<T>): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => isItem(item));
}

function isNullOr<T>(value: unknown, isIt: Guard<T>): value is T | null {
  return value === null || isIt(value);
}

/** A kWh, ms or count: finite, and not negative. */
function isAmount(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 300;
}

/** Goes into topics. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{12}$/.test(value);
}

/** Goes into topics as well; the options allow no other. */
function isPrefix(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100 && !/[+#\0]/.test(value);
}

function isPublication(value: unknown): value is SavedPublication {
  return (
    isObject(value) &&
    isList(value.topicPrefixes, isPrefix) &&
    isList(value.discoveryPrefixes, isPrefix) &&
    isList(value.removed, isRemovedDevice)
  );
}

function isRemovedDevice(value: unknown): value is RemovedDevice {
  return isObject(value) && isId(value.ecuId) && isNullOr(value.inverterId, isId);
}

function isSavedEcu(value: unknown): value is SavedEcu {
  return (
    isObject(value) &&
    isText(value.address) &&
    (value.typedAddress === undefined || isNullOr(value.typedAddress, isText)) &&
    isId(value.ecuId) &&
    isNullOr(value.firmware, isText) &&
    (value.energy === null || parseEnergyState(value.energy) !== null) &&
    (value.counting === undefined || parseCounting(value.counting) !== null) &&
    (value.lastSeen === undefined || isAmount(value.lastSeen)) &&
    (value.restarts === undefined || isList(value.restarts, isAmount)) &&
    isList(value.inverters, isSavedInverter)
  );
}

function isSavedInverter(value: unknown): value is SavedInverter {
  return (
    isObject(value) &&
    isId(value.id) &&
    isNullOr(value.channels, isChannels) &&
    isAmount(value.lastSeen) &&
    (value.absentMs === undefined || isAmount(value.absentMs))
  );
}

function isChannels(value: unknown): value is NonNullable<KnownInverter['channels']> {
  return isObject(value) && isPanelCount(value.powers) && isPanelCount(value.voltages);
}

/** No record holds more, and each makes an entity. */
function isPanelCount(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value) && value <= 8;
}
