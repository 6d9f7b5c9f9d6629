import { MalformedReplyError, WrongEcuError } from '../errors.ts';
import type { ByteReader } from './bytes.ts';
import { INVERTERS } from './commands.ts';
import { openFrame } from './frame.ts';
import { type Channels, isEcuId } from './models.ts';
import { NEVER_HEARD, type RecordLayout, type RecordPlace, splitRecords } from './records.ts';
import { readStamp } from './stamp.ts';

const OK = '00';
const WRONG_ECU = '01';
const NO_DATA = '02';
const INVERTER_CLASS = '01';
/** Twice what an ECU takes: each one becomes a device in Home Assistant. */
export const MOST_INVERTERS = 200;

/** What an online inverter measured in the last poll round. */
export interface Measurement {
  /** Hz, 0.1 steps. */
  readonly frequency: number;
  /** °C; null where the ECU sent its filler. */
  readonly temperature: number | null;
  /** W, one a panel. */
  readonly powers: readonly number[];
  /** V AC, of the grid: one, two equal ones, or one a phase. */
  readonly voltages: readonly number[];
}

export interface InverterRecord {
  /** 12 digits. */
  readonly id: string;
  /** Answered in the last round. */
  readonly online: boolean;
  /** The layout's code; `00` is an inverter that has not been heard since the ECU started. */
  readonly type: string;
  /** Null where the type does not tell: never heard, or unknown. */
  readonly channels: Channels | null;
  /** Null while offline, and where the type is unknown. */
  readonly measurement: Measurement | null;
}

/** A record that could not be used, for one line in the log. */
export interface LeftOut {
  readonly reason: string;
  readonly bytes: Buffer;
}

/** The reply to 0002. */
export type InvertersReply =
  | {
      readonly kind: 'data';
      /** The poll round's time on the ECU's wall clock, `yyyy-mm-dd hh:mm:ss`; null where the clock is not set. */
      readonly stamp: string | null;
      readonly records: readonly InverterRecord[];
      readonly leftOut: readonly LeftOut[];
    }
  /** The ECU is up and has not finished a poll round yet. */
  | { readonly kind: 'noData' }
  /** Records of a device class that nobody has documented. */
  | { readonly kind: 'unsupported'; readonly deviceClass: string; readonly count: number };

/** @throws MalformedReplyError, a WrongEcuError for an id that is not the ECU's own */
export function decodeInverters(frame: Buffer): InvertersReply {
  const reader = openFrame(frame, INVERTERS);
  const statusAt = reader.offset;
  const status = reader.digits(2, 'status');
  if (status === NO_DATA) {
    return { kind: 'noData' };
  }
  if (status === WRONG_ECU) {
    throw new WrongEcuError('status 00 or 02', '01: the ECU says that this id is not its own', statusAt, frame);
  }
  if (status !== OK) {
    throw new MalformedReplyError('status 00 or 02', status, statusAt, frame);
  }
  const deviceClass = reader.digits(2, 'device class');
  const countAt = reader.offset;
  const count = reader.uint16('number of inverters');
  if (count > MOST_INVERTERS) {
    throw new MalformedReplyError(`at most ${MOST_INVERTERS} inverters`, String(count), countAt, frame);
  }
  if (deviceClass !== INVERTER_CLASS) {
    return { kind: 'unsupported', deviceClass, count };
  }
  const stamp = readStamp(reader, 'time of the poll round');
  return { kind: 'data', stamp, ...readRecords(reader, count) };
}

function readRecords(reader: ByteReader, count: number) {
  const { bytes, offset } = reader;
  const places = splitRecords(bytes, offset, reader.end, count);
  if (places === null) {
    const found = `${reader.end - offset} bytes that ${count} records do not fill`;
    throw new MalformedReplyError(`${count} inverter records up to END`, found, offset, bytes);
  }
  const records: InverterRecord[] = [];
  const leftOut: LeftOut[] = [];
  const seen = new Set<string>();
  for (const place of places) {
    const record = readRecord(reader, place);
    const raw = bytes.subarray(place.offset, place.offset + place.size);
    const problem = problemOf(record, seen);
    if (problem !== null) {
      leftOut.push({ reason: problem, bytes: raw });
      continue;
    }
    seen.add(record.id);
    records.push(record);
    if (place.layout === null && record.type !== NEVER_HEARD) {
      leftOut.push({ reason: `inverter ${record.id} sends a record of unknown type ${record.type}`, bytes: raw });
    }
  }
  return { records, leftOut };
}

function problemOf(record: InverterRecord, seen: ReadonlySet<string>): string | null {
  if (!/^\d{12}$/.test(record.id)) {
    return `a record's inverter id is not 12 digits: ${record.id}`;
  }
  if (record.type === NEVER_HEARD && isEcuId(record.id)) {
    return `${record.id} in the list of inverters is an ECU: remove it from the list with the vendor's app`;
  }
  return seen.has(record.id) ? `inverter ${record.id} is there twice` : null;
}

function readRecord(reader: ByteReader, place: RecordPlace): InverterRecord {
  reader.offset = place.offset;
  const id = reader.bcd(6, 'inverter id');
  const online = (reader.uint8('online') & 1) === 1;
  const type = reader.ascii(2, 'record type');
  const { layout } = place;
  const measurement = layout !== null && online ? readMeasurement(reader, layout) : null;
  reader.offset = place.offset + place.size;
  return { id, online: online && type !== NEVER_HEARD, type, channels: layout && channelsOf(layout), measurement };
}

const channelsOf = ({ powers, voltages }: RecordLayout): Channels => ({ powers, voltages });

function readMeasurement(reader: ByteReader, layout: RecordLayout): Measurement {
  const frequency = reader.uint16('frequency') / 10;
  const rawTemperature = reader.uint16('temperature');
  const powers: number[] = [];
  const voltages: number[] = [];
  for (const word of layout.words) {
    const value = reader.uint16(word);
    (word === 'power' ? powers : voltages).push(value);
  }
  // Raw 0 is a Linux ECU's filler, not -100 °C (ecurpro-ds3x8-inv-night-k110).
  return { frequency, temperature: rawTemperature === 0 ? null : rawTemperature - 100, powers, voltages };
}
