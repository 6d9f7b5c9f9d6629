import { asObject, isObject } from '../json.ts';
import { type Commanded, NOTHING_COMMANDED } from './plan.ts';

/** What is kept of an ECU's Modbus over a restart. */
export interface SavedModbus {
  /** The unit of each inverter that has answered. */
  readonly units: Readonly<Record<string, number>>;
  /** Keys of states that have had a value, by inverter. */
  readonly shown: Readonly<Record<string, readonly string[]>>;
  readonly commanded: Commanded;
  /** When the last write went out, ms since 1970; null for never. */
  readonly lastWrite: number | null;
}

export const NOTHING_SAVED_OF_MODBUS: SavedModbus = {
  units: {},
  shown: {},
  commanded: NOTHING_COMMANDED,
  lastWrite: null,
};

/** Whatever can be used of it: nothing in the file is taken on trust. */
export function parseSavedModbus(value: unknown): SavedModbus {
  const { units, shown, commanded, lastWrite } = asObject(value);
  const { limit, production, held } = asObject(commanded);
  return {
    units: entriesOf(units, isUnit),
    shown: entriesOf(shown, isKeys),
    commanded: {
      limit: isPercent(limit) ? limit : null,
      production: typeof production === 'boolean' ? production : null,
      held: isPercent(held) ? held : null,
    },
    lastWrite: typeof lastWrite === 'number' && Number.isFinite(lastWrite) ? lastWrite : null,
  };
}

const isUnit = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 247;

const isPercent = (value: unknown): value is number => typeof value === 'number' && value >= 1 && value <= 100;

/** They become parts of discovery. */
const isKeys = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= 40 && value.every((key) => /^[a-z0-9_]{1,40}$/.test(String(key)));

function entriesOf<T>(value: unknown, isValue: (one: unknown) => one is T): Record<string, T> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, T] => /^\d{12}$/.test(entry[0]) && isValue(entry[1])),
  );
}
