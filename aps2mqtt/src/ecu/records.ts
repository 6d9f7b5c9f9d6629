/**
 * How the inverters' reply is split into records. Known types have known sizes; an unknown one costs no more than its
 * own record, as long as exactly one size for it makes the rest fit up to END.
 */

/** Id (6 bytes), online flag (1), type (2). */
export const HEAD_BYTES = 9;
/** A type that is only a head: registered, but not heard since the ECU started. */
export const NEVER_HEARD = '00';
/** Frequency and temperature. */
const COMMON_BYTES = 4;
/** No record anybody has seen is longer than 27 bytes; the optimizers' have 57. */
const LONGEST_RECORD = 64;
/** More unknown types than this in one reply: it is garbage, not news. */
const MOST_UNKNOWN_TYPES = 2;
/** Together with the disputed type's families. A hostile reply must not make us try for long. */
const MOST_CHOICES = 4;

/** The words that follow frequency and temperature. */
export interface RecordLayout {
  readonly words: readonly ('power' | 'voltage')[];
  readonly powers: number;
  readonly voltages: number;
  /** Of the whole record, in bytes. */
  readonly size: number;
}

export interface RecordPlace {
  readonly offset: number;
  readonly size: number;
  /** Null for a type without values, and for an unknown one. */
  readonly layout: RecordLayout | null;
}

function layout(words: string): RecordLayout {
  const list = Array.from(words, (letter) => (letter === 'P' ? 'power' : 'voltage'));
  const powers = list.filter((word) => word === 'power').length;
  return { words: list, powers, voltages: list.length - powers, size: HEAD_BYTES + COMMON_BYTES + 2 * list.length };
}

/** YC500, YC600, the DS3 family: 21 bytes (ecurpro-ds3x8-inv-day-k110). */
const TWO_PANELS = layout('PVPV');
/** YC1000 and QT2: 27 bytes (ecur-qt2x6-inv-k185). */
const THREE_PHASES = layout('PVPVPVP');
/** QS1 and QS1A: 23 bytes (ecuc-qs1x5plus4-inv-night-k74). */
const FOUR_PANELS = layout('PVPPP');

const LAYOUTS: Readonly<Record<string, RecordLayout>> = {
  '01': TWO_PANELS,
  '02': THREE_PHASES,
  '03': FOUR_PANELS,
  '04': TWO_PANELS,
};

/** Type 05 is two panels to some and a QT2 to others; no capture exists, so the one that fits is taken. */
const DISPUTED = '05';

/** What one type (and for the disputed one, one family) may be. */
function candidatesOf(type: string, family: string): readonly (RecordLayout | number)[] {
  if (type === DISPUTED) {
    return family.startsWith('9') ? [THREE_PHASES, TWO_PANELS] : [TWO_PANELS, THREE_PHASES];
  }
  return Array.from({ length: LONGEST_RECORD - HEAD_BYTES + 1 }, (_, extra) => HEAD_BYTES + extra);
}

/** The size of a record of this type; undefined where the type alone does not tell. */
export function sizeOf(type: string): number | undefined {
  return type === NEVER_HEARD ? HEAD_BYTES : LAYOUTS[type]?.size;
}

type Choices = ReadonlyMap<string, RecordLayout | number>;

function mayChoose(choices: Choices, type: string, mostUnknown: number): boolean {
  const unknown = [...choices.values()].filter((choice) => typeof choice === 'number').length;
  return choices.size < MOST_CHOICES && (type === DISPUTED || unknown < mostUnknown);
}

interface Head {
  readonly type: string;
  readonly family: string;
  /** Looks like a head: digits, a flag of 0 or 1, and a type of two hexadecimal digits. */
  readonly plausible: boolean;
}

function headAt(bytes: Buffer, offset: number, end: number): Head | null {
  if (offset + HEAD_BYTES > end) {
    return null;
  }
  const id = bytes.toString('hex', offset, offset + 6);
  const type = bytes.toString('latin1', offset + 7, offset + HEAD_BYTES);
  const plausible = /^\d+$/.test(id) && (bytes[offset + 6] ?? 2) < 2 && /^[0-9A-F]{2}$/.test(type);
  return { type, family: id.slice(0, 2), plausible };
}

/**
 * Places of `count` records that fill `bytes` from `start` to `end` exactly.
 *
 * An unknown type has one size throughout a reply. Sizes are tried until all records fit; where an unknown type is
 * involved, every head behind it must look like one, and only a single way to fit is trusted.
 *
 * @returns null when the records do not fit, or fit in more than one way
 */
export function splitRecords(bytes: Buffer, start: number, end: number, count: number): readonly RecordPlace[] | null {
  if (count * HEAD_BYTES > end - start) {
    return null;
  }
  const found: RecordPlace[][] = [];
  let mostUnknown = 0;
  // The fewer unknown types, the likelier: a second one is only for when one does not do.
  for (; found.length === 0 && mostUnknown <= MOST_UNKNOWN_TYPES; mostUnknown++) {
    tryChoices(new Map());
  }
  return found.length === 1 ? (found[0] ?? null) : null;

  /** Walks with the sizes chosen so far; at the first type that has none, goes through its candidates. */
  function tryChoices(choices: Choices): void {
    const places: RecordPlace[] = [];
    let offset = start;
    for (let index = 0; index < count; index++) {
      const head = headAt(bytes, offset, end);
      if (head === null || (choices.size > 0 && !head.plausible)) {
        return;
      }
      const known = head.type === NEVER_HEARD ? HEAD_BYTES : LAYOUTS[head.type];
      const key = head.type === DISPUTED ? head.type + head.family : head.type;
      const choice = known ?? choices.get(key);
      if (choice === undefined) {
        if (head.plausible && mayChoose(choices, head.type, mostUnknown)) {
          tryCandidates(choices, key, candidatesOf(head.type, head.family));
        }
        return;
      }
      const size = typeof choice === 'number' ? choice : choice.size;
      places.push({ offset, size, layout: typeof choice === 'number' ? null : choice });
      offset += size;
    }
    if (offset === end) {
      found.push(places);
    }
  }

  function tryCandidates(choices: Choices, key: string, candidates: readonly (RecordLayout | number)[]): void {
    const isDisputed = key.startsWith(DISPUTED);
    for (const candidate of candidates) {
      const before = found.length;
      tryChoices(new Map(choices).set(key, candidate));
      // The disputed type's first candidate is the likelier one: the other is only for when it does not fit.
      if (found.length > 1 || (isDisputed && found.length > before)) {
        return;
      }
    }
  }
}
