import { describe, expect, it } from 'vitest';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { splitRecords } from '../../src/ecu/records.ts';
import { MalformedReplyError } from '../../src/errors.ts';

/** A record: id, online flag, type, and 16-bit words. */
function record(id: string, online: number, type: string, words: readonly number[] = []): Buffer {
  const body = Buffer.alloc(words.length * 2);
  words.forEach((word, index) => {
    body.writeUInt16BE(word, index * 2);
  });
  return Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([online]), Buffer.from(type, 'latin1'), body]);
}

function reply(count: number, ...records: readonly Buffer[]): Buffer {
  const number = Buffer.alloc(2);
  number.writeUInt16BE(count);
  const body = Buffer.concat([Buffer.from('0001'), number, Buffer.from('20260621120005', 'hex'), ...records]);
  const length = String(13 + body.length + 3).padStart(4, '0');
  return Buffer.concat([Buffer.from(`APS11${length}0002`), body, Buffer.from('END\n')]);
}

function decodeData(frame: Buffer) {
  const decoded = decodeInverters(frame);
  if (decoded.kind !== 'data') {
    throw new Error(decoded.kind);
  }
  return decoded;
}

const DS3 = '704000000011';
const QS1 = '801000000012';
const QT2 = '901000000013';
const YC600 = '406000000014';
const TWO = [500, 130, 200, 230, 210, 231];
const THREE = [501, 140, 1, 391, 2, 392, 3, 393, 4];
const FOUR = [499, 120, 10, 229, 11, 12, 13];

describe('record types', () => {
  it.each([
    ['01', DS3, TWO, { powers: [200, 210], voltages: [230, 231], frequency: 50, temperature: 30 }],
    ['02', QT2, THREE, { powers: [1, 2, 3, 4], voltages: [391, 392, 393], frequency: 50.1, temperature: 40 }],
    ['03', QS1, FOUR, { powers: [10, 11, 12, 13], voltages: [229], frequency: 49.9, temperature: 20 }],
    ['04', DS3, TWO, { powers: [200, 210], voltages: [230, 231], frequency: 50, temperature: 30 }],
    ['05', DS3, TWO, { powers: [200, 210], voltages: [230, 231], frequency: 50, temperature: 30 }],
    ['05', QT2, THREE, { powers: [1, 2, 3, 4], voltages: [391, 392, 393], frequency: 50.1, temperature: 40 }],
    // The likelier size for the family does not fit, the other one does.
    ['05', QT2, TWO, { powers: [200, 210], voltages: [230, 231], frequency: 50, temperature: 30 }],
    ['05', DS3, THREE, { powers: [1, 2, 3, 4], voltages: [391, 392, 393], frequency: 50.1, temperature: 40 }],
  ])('%s of %s', (type, id, words, measurement) => {
    const { records, leftOut, stamp } = decodeData(reply(1, record(id, 1, type, words)));
    expect(leftOut).toEqual([]);
    expect(stamp).toBe('2026-06-21 12:00:05');
    expect(records).toEqual([
      {
        id,
        online: true,
        type,
        channels: { powers: measurement.powers.length, voltages: measurement.voltages.length },
        measurement,
      },
    ]);
  });

  it('00 is offline, whatever its flag says', () => {
    expect(decodeData(reply(1, record(DS3, 1, '00'))).records).toEqual([
      { id: DS3, online: false, type: '00', channels: null, measurement: null },
    ]);
  });

  it('an offline inverter has its layout and no values', () => {
    expect(decodeData(reply(1, record(QS1, 0, '03', [0, 100, 0, 0, 0, 0, 0]))).records).toEqual([
      { id: QS1, online: false, type: '03', channels: { powers: 4, voltages: 1 }, measurement: null },
    ]);
  });

  it("an online inverter's temperature is null for raw 0 and 0 °C for raw 100", () => {
    const temperatures = [0, 100].map((raw) => {
      const { records } = decodeData(reply(1, record(DS3, 1, '01', [500, raw, 1, 230, 1, 230])));
      return records[0]?.measurement?.temperature;
    });
    expect(temperatures).toEqual([null, 0]);
  });

  it('no inverters is no error', () => {
    expect(decodeData(reply(0))).toMatchObject({ records: [], leftOut: [] });
  });

  it('100 inverters of three phases fit', () => {
    const many = Array.from({ length: 100 }, (_, index) => record(String(901_000_000_000 + index), 1, '02', THREE));
    expect(decodeData(reply(100, ...many)).records).toHaveLength(100);
  });

  it('another device class is said to be unsupported', () => {
    const frame = reply(2, record(DS3, 1, '01', TWO));
    frame.write('02', 15, 'latin1');
    expect(decodeInverters(frame)).toEqual({ kind: 'unsupported', deviceClass: '02', count: 2 });
  });
});

describe('records that cannot be used', () => {
  it('an id that is not 12 digits costs its own record', () => {
    const { records, leftOut } = decodeData(reply(2, record('7040000000fa', 1, '01', TWO), record(QS1, 1, '03', FOUR)));
    expect(records.map(({ id }) => id)).toEqual([QS1]);
    expect(leftOut).toEqual([
      { reason: "a record's inverter id is not 12 digits: 7040000000fa", bytes: record('7040000000fa', 1, '01', TWO) },
    ]);
  });

  it('an ECU in the list of inverters is left out', () => {
    const { records, leftOut } = decodeData(reply(2, record('216000000001', 0, '00'), record(DS3, 1, '01', TWO)));
    expect(records.map(({ id }) => id)).toEqual([DS3]);
    expect(leftOut[0]?.reason).toContain('216000000001 in the list of inverters is an ECU');
  });

  it('the second one of two with one id is left out', () => {
    const twice = decodeData(reply(2, record(DS3, 1, '01', TWO), record(DS3, 0, '00')));
    expect(twice.records).toHaveLength(1);
    expect(twice.records[0]?.online).toBe(true);
    expect(twice.leftOut[0]?.reason).toBe(`inverter ${DS3} is there twice`);
  });
});

describe('records of unknown type', () => {
  const odd = record('704000000099', 1, '09', [500, 130, 1, 2, 3, 4, 5, 6, 7, 8]);

  it.each([
    ['first', [odd, record(DS3, 1, '01', TWO), record(QT2, 1, '02', THREE)]],
    ['in the middle', [record(DS3, 1, '01', TWO), odd, record(QT2, 1, '02', THREE)]],
    ['last', [record(DS3, 1, '01', TWO), record(QT2, 1, '02', THREE), odd]],
  ])('%s: costs that record, and it is named with its bytes', (_, records) => {
    const decoded = decodeData(reply(3, ...records));
    const byId = new Map(decoded.records.map((one) => [one.id, one]));
    expect(byId.get(DS3)?.measurement?.powers).toEqual([200, 210]);
    expect(byId.get(QT2)?.measurement?.powers).toEqual([1, 2, 3, 4]);
    expect(byId.get('704000000099')).toEqual({
      id: '704000000099',
      online: true,
      type: '09',
      channels: null,
      measurement: null,
    });
    expect(decoded.leftOut).toEqual([
      { reason: 'inverter 704000000099 sends a record of unknown type 09', bytes: odd },
    ]);
  });

  it('several of one unknown type, among known ones', () => {
    const other = record(
      '704000000098',
      0,
      '09',
      Array.from({ length: 10 }, () => 0),
    );
    const records = [odd, record(DS3, 1, '01', TWO), other, record(YC600, 1, '01', TWO)];
    expect(decodeData(reply(4, ...records)).records.map(({ measurement }) => measurement !== null)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('two unknown types', () => {
    const second = record('704000000097', 1, '0A', [1, 2, 3]);
    const records = [odd, record(DS3, 1, '01', TWO), second, record(QS1, 1, '03', FOUR)];
    expect(decodeData(reply(4, ...records)).records.map(({ type }) => type)).toEqual(['09', '01', '0A', '03']);
  });

  it('beside the disputed type in two families', () => {
    const records = [
      record(QT2, 1, '05', THREE),
      record(DS3, 1, '05', TWO),
      record('704000000098', 1, '0A', [1, 2, 3, 4, 5, 6]),
      record(QS1, 1, '03', FOUR),
    ];
    expect(decodeData(reply(4, ...records)).records.map(({ measurement }) => measurement?.powers.length)).toEqual([
      4,
      2,
      undefined,
      4,
    ]);
  });

  it('a reply that they do not fill exactly is refused', () => {
    expect(() => decodeData(reply(3, record(DS3, 1, '01', TWO), odd))).toThrow(MalformedReplyError);
    expect(() => decodeData(reply(1, record(DS3, 1, '01', TWO), odd))).toThrow(MalformedReplyError);
    expect(() => decodeData(reply(1, Buffer.alloc(3)))).toThrow('expected 1 inverter records up to END');
  });

  it('a split that could be made in two ways is not trusted', () => {
    // Two heads behind each other inside the odd record: its end cannot be told.
    const hidden = record(DS3, 0, '00');
    const bytes = Buffer.concat([record('704000000099', 1, '09', [1, 2]), hidden, record('704000000099', 1, '09', [])]);
    const ways = splitRecords(Buffer.concat([bytes, hidden, hidden]), 0, bytes.length + 18, 4);
    expect(ways).toBeNull();
  });

  it('a hostile reply of unknown types only is refused in no time', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => record('704000000099', 1, String(10 + (index % 80))));
    const bytes = Buffer.concat(many);
    expect(splitRecords(bytes, 0, bytes.length, 700)).toBeNull();
    expect(splitRecords(bytes, 0, bytes.length, 1_000)).toBeNull();
  });
});
