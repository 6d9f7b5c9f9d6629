import { MalformedReplyError } from '../errors.ts';
import { ByteReader } from './bytes.ts';
import { SUMMARY } from './commands.ts';
import { openFrame } from './frame.ts';
import { readStamp } from './stamp.ts';
import { cleanText } from './text.ts';

/** What the ECU says of itself (reply 0001). */
export interface EcuSummary {
  /** 12 digits; the first ones tell the model. */
  readonly ecuId: string;
  /** `01` for every ECU that people own; `02` is the optimizer hub. */
  readonly deviceClass: '01' | '02';
  /** kWh, 0.1 steps. 0 on a new ECU, and at times by mistake. Null where the ECU does not know. */
  readonly lifetimeEnergy: number | null;
  /** W at the last poll round. Null where the ECU does not know. */
  readonly currentPower: number | null;
  /** kWh, 0.01 steps. Null where the ECU does not know. */
  readonly todayEnergy: number | null;
  /** Last upload to the vendor's cloud, ECU wall clock; null where never, or not told. */
  readonly lastUpload: string | null;
  readonly invertersRegistered: number;
  readonly invertersOnline: number;
  readonly firmware: string;
  /** IANA name as the ECU has it. A 2160 or 2163 always says `Etc/GMT-8`, wherever it is. Null where not told. */
  readonly timeZone: string | null;
}

/** Of an ECU that knows all its totals. */
export interface KnownSummary extends EcuSummary {
  readonly lifetimeEnergy: number;
  readonly currentPower: number;
  readonly todayEnergy: number;
}

/** @throws MalformedReplyError */
export function decodeSummary(frame: Buffer): EcuSummary {
  const reader = openFrame(frame, SUMMARY);
  const ecuId = reader.digits(12, 'ECU id');
  const classAt = reader.offset;
  const deviceClass = reader.ascii(2, 'device class');
  const energy = {
    ecuId,
    lifetimeEnergy: readKnown(reader, 'lifetime energy', 10),
    currentPower: readKnown(reader, 'power', 1),
    todayEnergy: readKnown(reader, 'energy today', 100),
  };
  switch (deviceClass) {
    case '01':
      return { ...energy, deviceClass, ...readClass01(reader) };
    case '02':
      return { ...energy, deviceClass, ...readClass02(reader) };
    default:
      throw new MalformedReplyError('device class 01 or 02', `"${cleanText(deviceClass)}"`, classAt, frame);
  }
}

/** All bits set is no value. */
const NOT_KNOWN = 0xffff_ffff;

function readKnown(reader: ByteReader, what: string, stepsPerUnit: number): number | null {
  const raw = reader.uint32(what);
  return raw === NOT_KNOWN ? null : raw / stepsPerUnit;
}

function readClass01(reader: ByteReader) {
  const lastUpload = readUploadTime(reader);
  const invertersRegistered = reader.uint16('inverters registered');
  const invertersOnline = reader.uint16('inverters online');
  reader.take(2, 'Zigbee channel');
  const firmware = readText(reader, 'firmware');
  const timeZone = readText(reader, 'time zone');
  // Group 12 adds 12 bytes of unknown meaning behind the two addresses: left alone.
  reader.take(12, 'Ethernet and WiFi address');
  return { lastUpload, invertersRegistered, invertersOnline, firmware, timeZone };
}

/** Whatever stands there, it is no reason to do without the rest of the reply. */
function readUploadTime(reader: ByteReader): string | null {
  const bytes = new ByteReader(reader.take(7, 'time of the last upload'));
  try {
    return readStamp(bytes, 'time of the last upload');
  } catch {
    return null;
  }
}

/** No capture of this class exists; the layout is the one the Python program reads. */
function readClass02(reader: ByteReader) {
  const invertersRegistered = reader.uint16('inverters registered');
  const invertersOnline = reader.uint16('inverters online');
  reader.take(6, 'level, channel and type');
  const firmware = readText(reader, 'firmware');
  return { lastUpload: null, invertersRegistered, invertersOnline, firmware, timeZone: null };
}

/** Three ASCII digits of length, then so many characters. */
function readText(reader: ByteReader, what: string): string {
  const length = Number(reader.digits(3, `length of the ${what}`));
  return cleanText(reader.ascii(length, what));
}
