import { describe, expect, it } from 'vitest';
import type { InverterRecord } from '../../src/ecu/inverters.ts';
import type { EcuReading } from '../../src/ecu/reading.ts';
import type { EcuSummary } from '../../src/ecu/summary.ts';
import { assemble, roundTime } from '../../src/site/assemble.ts';

const noon = new Date('2026-06-21T10:00:20Z');
const roof = { name: null, timezone: 'Europe/Paris' };

const summary: EcuSummary = {
  ecuId: '216200000001',
  deviceClass: '01',
  lifetimeEnergy: 1234.5,
  currentPower: 410,
  todayEnergy: 3.25,
  lastUpload: null,
  invertersRegistered: 1,
  invertersOnline: 1,
  firmware: 'ECU_R_PRO_2.1.27',
  timeZone: 'Europe/Paris',
};

const ds3: InverterRecord = {
  id: '704000000011',
  online: true,
  type: '01',
  channels: { powers: 2, voltages: 2 },
  measurement: { frequency: 50, temperature: 30, powers: [200, 210], voltages: [230, 231] },
};

function reading(records: readonly InverterRecord[], signal: [string, number][] = []): EcuReading {
  return {
    summary,
    inverters: { kind: 'data', stamp: '2026-06-21 12:00:05', records, leftOut: [] },
    signal: new Map(signal),
  };
}

const read = (...records: readonly InverterRecord[]) => assemble(reading(records), noon, roof, []).inverters;

describe('an inverter in the snapshot', () => {
  it('online: as it was read', () => {
    const { inverters } = assemble(reading([ds3], [[ds3.id, 216]]), noon, roof, []);
    expect(inverters).toEqual([
      {
        id: '704000000011',
        family: 'DS3',
        online: true,
        channels: { powers: 2, voltages: 2 },
        signal: 84,
        temperature: 30,
        frequency: 50,
        powers: [200, 210],
        voltages: [230, 231],
        counted: null,
        verdict: { problems: [], panels: [] },
      },
    ]);
  });

  it('offline: powers 0, the rest unknown', () => {
    expect(read({ ...ds3, online: false, measurement: null })[0]).toMatchObject({
      online: false,
      powers: [0, 0],
      voltages: [null, null],
      temperature: null,
      frequency: null,
      signal: null,
    });
  });

  it.each([
    ['801000000012', 'QS1', [0, 0, 0, 0], [null]],
    ['901000000013', 'QT2', [0, 0, 0, 0], [null, null, null]],
    ['303000000014', null, [], []],
  ])('%s, never heard: its family tells what it will have', (id, family, powers, voltages) => {
    const never = { id, online: false, type: '00', channels: null, measurement: null };
    expect(read(never)[0]).toMatchObject({ family, powers, voltages });
  });

  it('online with a record of unknown type: known to be there, nothing else', () => {
    expect(read({ ...ds3, type: '09', channels: null, measurement: null })[0]).toMatchObject({
      online: true,
      powers: [null, null],
      voltages: [null, null],
    });
  });
});

describe('the time of a poll round', () => {
  it.each([
    ['2026-06-21 12:00:05', 'Europe/Paris', '2026-06-21T10:00:20Z', '2026-06-21T12:00:05+02:00'],
    ['2026-06-21 12:00:05', 'America/Denver', '2026-06-21T18:00:20Z', '2026-06-21T12:00:05-06:00'],
    // The hour that autumn repeats: the stamp alone does not tell which of the two is meant.
    ['2026-10-25 02:30:00', 'Europe/Paris', '2026-10-25T00:30:20Z', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25 02:30:00', 'Europe/Paris', '2026-10-25T01:30:20Z', '2026-10-25T02:30:00+01:00'],
  ])('%s in %s at %s', (stamp, zone, now, expected) => {
    expect(roundTime(stamp, zone, new Date(now))).toBe(expected);
  });

  it('is not known in a zone that nobody knows', () => {
    expect(roundTime('2026-06-21 12:00:05', 'Nowhere/Land', noon)).toBeNull();
  });
});
