import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeInverters, type InverterRecord } from '../../src/ecu/inverters.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary, type KnownSummary } from '../../src/ecu/summary.ts';
import { readCapture } from '../../src/tools/captureFile.ts';
import {
  type EcuSystem,
  encodeError,
  encodeInverters,
  encodeRawRecord,
  encodeRecord,
  encodeSignal,
  encodeSummary,
  type RecordLayoutName,
} from '../../src/tools/simulator/encode.ts';

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
const word = fc.nat(0xffff);
const system = fc.constantFrom<EcuSystem>('rtos', 'linux');
const stamp = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 19).replace('T', ' '));
const name = fc.stringMatching(/^[A-Za-z0-9_/+.-]{1,40}$/);

const summary = fc.record<KnownSummary>({
  ecuId: digits(12),
  deviceClass: fc.constant('01'),
  lifetimeEnergy: fc.nat(0xfffffffe).map((tenths) => tenths / 10),
  currentPower: fc.nat(0xfffffffe),
  todayEnergy: fc.nat(0xfffffffe).map((hundredths) => hundredths / 100),
  lastUpload: fc.option(stamp),
  invertersRegistered: word,
  invertersOnline: word,
  firmware: name,
  timeZone: name,
});

const LAYOUTS: readonly (readonly [type: string, layout: RecordLayoutName, powers: number, voltages: number])[] = [
  ['01', 'PVPV', 2, 2],
  ['02', 'PVPVPVP', 4, 3],
  ['03', 'PVPPP', 4, 1],
  ['04', 'PVPV', 2, 2],
];

interface Described {
  readonly record: InverterRecord;
  readonly layout: RecordLayoutName | null;
}

/** An inverter of any known type: measuring, offline or never heard. The id may be any that is not an ECU's own. */
const described: fc.Arbitrary<Described> = fc
  .tuple(digits(11), fc.constantFrom('1', '4', '5', '7', '8', '9'), fc.constantFrom(...LAYOUTS), fc.nat(9))
  .chain(([rest, first, [type, layout, powers, voltages], luck]) => {
    const id = first + rest;
    if (luck === 0) {
      const record = { id, online: false, type: '00', channels: null, measurement: null };
      return fc.constant<Described>({ record, layout: null });
    }
    return fc
      .option(
        fc.record({
          frequency: word.map((tenths) => tenths / 10),
          temperature: fc.integer({ min: -99, max: 155 }),
          powers: fc.array(word, { minLength: powers, maxLength: powers }),
          voltages: fc.array(word, { minLength: voltages, maxLength: voltages }),
        }),
      )
      .map((measurement) => {
        const record = { id, online: measurement !== null, type, channels: { powers, voltages }, measurement };
        return { record, layout };
      });
  });

const encode = ({ record, layout }: Described, ecu: EcuSystem) =>
  layout === null ? encodeRawRecord(record) : encodeRecord(record, record.measurement, ecu);

describe('what is described is what the decoders find', () => {
  test('summaries', () => {
    fc.assert(
      fc.property(summary, system, (values, ecu) => {
        expect(decodeSummary(encodeSummary(values, ecu))).toEqual(values);
      }),
    );
  });

  test('summaries of an optimizer hub', () => {
    fc.assert(
      fc.property(summary, (values) => {
        const hub: KnownSummary = { ...values, deviceClass: '02', lastUpload: null, timeZone: null };
        expect(decodeSummary(encodeSummary(hub, 'rtos'))).toEqual(hub);
      }),
    );
  });

  test('inverters', () => {
    const list = fc.uniqueArray(described, { selector: ({ record }) => record.id, maxLength: 100 });
    fc.assert(
      fc.property(list, fc.option(stamp), system, (inverters, time, ecu) => {
        const records = inverters.map((inverter) => encode(inverter, ecu));
        const reply = decodeInverters(encodeInverters({ stamp: time, records, system: ecu }));
        const expected = inverters.map(({ record }) => record);
        expect(reply).toEqual({ kind: 'data', stamp: time, records: expected, leftOut: [] });
      }),
    );
  });

  test('signal, in its own order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(digits(12), fc.nat(255)), { selector: ([id]) => id }), (entries) => {
        expect([...(decodeSignal(encodeSignal(new Map(entries))) ?? [])]).toEqual(entries);
      }),
    );
  });
});

describe('the disputed type 05', () => {
  const head = { id: '705123456789', online: true, type: '05' };
  const two = { frequency: 50, temperature: 31, powers: [211, 214], voltages: [231, 231] };
  const four = { frequency: 50, temperature: 31, powers: [1, 2, 3, 4], voltages: [390, 391, 392] };

  test.each([
    ['21 bytes', head, two, 'PVPV'],
    ['27 bytes', { ...head, id: '901123456789' }, four, 'PVPVPVP'],
  ] as const)('in %s', (size, ofHead, measurement, layout) => {
    const record = encodeRecord(ofHead, measurement, 'rtos', layout);
    expect(`${record.length} bytes`).toBe(size);
    const reply = decodeInverters(encodeInverters({ stamp: null, records: [record], system: 'rtos' }));
    expect(reply).toMatchObject({ records: [{ type: '05', measurement }] });
  });

  test('has no layout of its own', () => {
    expect(() => encodeRecord(head, two, 'rtos')).toThrow('type 05 has no layout of its own');
  });
});

test('an unknown record keeps its bytes, between known ones', () => {
  const known = { id: '704123456789', online: true, type: '01' };
  const measurement = { frequency: 50, temperature: 31, powers: [211, 214], voltages: [231, 231] };
  const records = [
    encodeRecord(known, measurement, 'linux'),
    encodeRawRecord({ id: '990123456789', online: true, type: '0A' }, Buffer.from('01f3009700d300f000d6', 'hex')),
    encodeRecord({ ...known, id: '704123456780' }, null, 'linux'),
  ];
  const reply = decodeInverters(encodeInverters({ stamp: '2026-06-21 12:00:00', records, system: 'linux' }));
  expect(reply).toMatchObject({
    records: [{ measurement }, { id: '990123456789', type: '0A', measurement: null }, { id: '704123456780' }],
    leftOut: [{ bytes: records[1] }],
  });
});

test('records of the optimizer hub', () => {
  const reply = encodeInverters({ stamp: null, records: [Buffer.alloc(57)], system: 'rtos', deviceClass: '02' });
  expect(decodeInverters(reply)).toEqual({ kind: 'unsupported', deviceClass: '02', count: 1 });
});

test('an error reply has the bytes of a captured one', () => {
  const { replies } = readCapture('test/frames/ecub-inv-nodata-status02-k270.json');
  expect(encodeError('0002', '02').toString('hex')).toBe(replies['0002']);
  expect(() => decodeInverters(encodeError('0002', '01'))).toThrow('this id is not its own');
});

test('a captured night comes out byte for byte', () => {
  const capture = readCapture('test/frames/ecurpro-2.0.7A-ds3x8-night-k110.json');
  const reply = decodeInverters(Buffer.from(capture.replies['0002'] ?? '', 'hex'));
  expect.assert(reply.kind === 'data');
  const records = reply.records.map((record) =>
    record.channels === null ? encodeRawRecord(record) : encodeRecord(record, record.measurement, 'linux'),
  );
  const again = encodeInverters({ stamp: reply.stamp, records, system: 'linux' });
  expect(again.toString('hex')).toBe(capture.replies['0002']);
});

test('a reply whose length does not fit four digits is refused', () => {
  const records = Array.from({ length: 200 }, () => Buffer.alloc(57));
  expect(() => encodeInverters({ stamp: null, records, system: 'rtos' })).toThrow('four digits');
});
