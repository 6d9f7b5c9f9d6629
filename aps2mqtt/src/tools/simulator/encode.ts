import { INVERTERS, SIGNAL, SUMMARY } from '../../ecu/commands.ts';
import type { Measurement } from '../../ecu/inverters.ts';
import type { KnownSummary } from '../../ecu/summary.ts';

/**
 * Values to bytes: the way back of src/ecu. The layouts are written down here a second time, and nothing but types comes
 * from there, so that a mistake in a decoder shows as a difference.
 */

/** The two kinds of firmware differ in their fillers. */
export type EcuSystem = 'rtos' | 'linux';

/** The words behind frequency and temperature: P is a panel's power, V a voltage. */
const TWO_PANELS = 'PVPV';
const THREE_PHASES = 'PVPVPVP';
const FOUR_PANELS = 'PVPPP';

export type RecordLayoutName = typeof TWO_PANELS | typeof THREE_PHASES | typeof FOUR_PANELS;

/** What the types that are known to carry values look like. 05 may be either of two, so its layout must be told. */
const LAYOUT_OF_TYPE: Readonly<Record<string, RecordLayoutName>> = {
  '01': TWO_PANELS,
  '02': THREE_PHASES,
  '03': FOUR_PANELS,
  '04': TWO_PANELS,
};

function encodeFrame(group: string, command: string, payload: Buffer): Buffer {
  const total = 13 + payload.length + 4;
  if (total > 10_000) {
    throw new RangeError(`a reply of ${total} bytes: its length has four digits only`);
  }
  const head = `APS${group}${String(total - 1).padStart(4, '0')}${command}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload, Buffer.from('END\n', 'latin1')]);
}

/** The form without END. */
export function encodeError(command: string, status: '01' | '02'): Buffer {
  return Buffer.from(`APS110015${command}${status}\n`, 'latin1');
}

/** Reply 0001. An RTOS ECU answers in group 11, a Linux one in group 12 with 12 more bytes. */
export function encodeSummary(summary: KnownSummary, system: EcuSystem): Buffer {
  const isLinux = system === 'linux';
  const counts = [uint16(summary.invertersRegistered), uint16(summary.invertersOnline)];
  const energy = [
    ascii(summary.ecuId),
    ascii(summary.deviceClass),
    uint32(Math.round(summary.lifetimeEnergy * 10)),
    uint32(summary.currentPower),
    uint32(Math.round(summary.todayEnergy * 100)),
  ];
  const rest =
    summary.deviceClass === '02'
      ? [...counts, ascii('001101'), text(summary.firmware)]
      : [
          encodeStamp(summary.lastUpload, system),
          ...counts,
          ascii('10'),
          text(summary.firmware),
          text(summary.timeZone ?? ''),
          macOf(summary.ecuId, '80971b'),
          isLinux ? macOf(summary.ecuId, '60c5a8') : Buffer.alloc(6),
          isLinux ? Buffer.concat([ascii('00'), Buffer.alloc(10)]) : Buffer.alloc(0),
        ];
  return encodeFrame(isLinux ? '12' : '11', SUMMARY, Buffer.concat([...energy, ...rest]));
}

export interface InvertersDescription {
  /** `yyyy-mm-dd hh:mm:ss`; null for a clock that was never set. */
  readonly stamp: string | null;
  /** Encoded, each with its head. */
  readonly records: readonly Buffer[];
  readonly system: EcuSystem;
  /** `01` unless told. */
  readonly deviceClass?: string;
}

/** Reply 0002. Its group is 11 on every ECU. */
export function encodeInverters({ stamp, records, system, deviceClass = '01' }: InvertersDescription): Buffer {
  const head = [ascii('00'), ascii(deviceClass), uint16(records.length), encodeStamp(stamp, system)];
  return encodeFrame('11', INVERTERS, Buffer.concat([...head, ...records]));
}

export interface RecordHead {
  /** 12 digits. */
  readonly id: string;
  readonly online: boolean;
  /** Two characters. */
  readonly type: string;
}

/** A record of any type with these bytes behind its head; without any for type 00. */
export function encodeRawRecord({ id, online, type }: RecordHead, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([bcd(id), Buffer.from([online ? 1 : 0]), ascii(type), body]);
}

/**
 * A record with values, or with the fillers of an offline inverter where `measurement` is null.
 *
 * @param layout needed for a type that has no single one (05)
 */
export function encodeRecord(
  head: RecordHead,
  measurement: Measurement | null,
  system: EcuSystem,
  layout = LAYOUT_OF_TYPE[head.type],
): Buffer {
  if (layout === undefined) {
    throw new RangeError(`type ${head.type} has no layout of its own: tell one`);
  }
  if (measurement === null) {
    // An RTOS ECU's offline inverter reads 0 °C, a Linux one's reads zeros all over.
    const filler = Buffer.alloc(4 + 2 * layout.length);
    filler.writeUInt16BE(system === 'rtos' ? 100 : 0, 2);
    return encodeRawRecord(head, filler);
  }
  const { frequency, temperature } = measurement;
  const powers = measurement.powers.values();
  const voltages = measurement.voltages.values();
  const words = Array.from(layout, (letter) => (letter === 'P' ? powers : voltages).next().value ?? 0);
  const rawTemperature = temperature === null ? 0 : temperature + 100;
  return encodeRawRecord(head, Buffer.concat([Math.round(frequency * 10), rawTemperature, ...words].map(uint16)));
}

/** Reply 0030, in the order given: raw 0 to 255 by inverter id. */
export function encodeSignal(signal: ReadonlyMap<string, number>): Buffer {
  const records = Array.from(signal, ([id, raw]) => Buffer.concat([bcd(id), Buffer.from([raw])]));
  return encodeFrame('11', SIGNAL, Buffer.concat([ascii('00'), ...records]));
}

/** Seven bytes of decimal digits; the filler of a clock that was never set differs by firmware. */
function encodeStamp(stamp: string | null, system: EcuSystem): Buffer {
  return stamp === null ? Buffer.alloc(7, system === 'rtos' ? 0xd0 : 0) : bcd(stamp.replace(/\D/g, ''));
}

function text(value: string): Buffer {
  return ascii(`${String(value.length).padStart(3, '0')}${value}`);
}

/** A made-up address behind the maker's three bytes. */
function macOf(ecuId: string, maker: string): Buffer {
  return bcd(maker + ecuId.slice(-6));
}

const ascii = (value: string) => Buffer.from(value, 'latin1');
const bcd = (digits: string) => Buffer.from(digits, 'hex');

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
