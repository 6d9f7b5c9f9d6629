import { describe, expect, it } from 'vitest';
import type { InverterRecord, InvertersReply } from '../../src/ecu/inverters.ts';
import type { EcuReading } from '../../src/ecu/reading.ts';
import type { EcuSummary } from '../../src/ecu/summary.ts';
import { assemble, roundTime } from '../../src/site/assemble.ts';
import { Site } from '../../src/site/site.ts';

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

describe('a site from poll to poll', () => {
  const site = () => new Site(roof, null, () => null, noon);
  const without = (kind: InvertersReply): EcuReading => ({ summary, inverters: kind, signal: null });

  it.each<[string, EcuReading]>([
    ['left out of a reply', reading([])],
    ['without data', without({ kind: 'noData' })],
    ['in an unsupported reply', without({ kind: 'unsupported', deviceClass: '02', count: 1 })],
  ])('an inverter %s stays, and nothing of it is known', (_, second) => {
    const one = site();
    one.take(reading([ds3]), noon);
    expect(one.take(second, noon).snapshot.inverters).toEqual([
      {
        id: ds3.id,
        family: 'DS3',
        online: null,
        channels: { powers: 2, voltages: 2 },
        signal: null,
        temperature: null,
        frequency: null,
        powers: [null, null],
        voltages: [null, null],
      },
    ]);
  });

  it("an inverter whose record turns to type 00 keeps its panels' number", () => {
    const one = site();
    const odd = { ...ds3, id: '303000000014' };
    one.take(reading([odd]), noon);
    const [inverter] = one.take(
      reading([{ ...odd, online: false, type: '00', channels: null, measurement: null }]),
      noon,
    ).snapshot.inverters;
    expect(inverter).toMatchObject({ online: false, powers: [0, 0], voltages: [null, null] });
  });

  it("another ECU at the address starts without the first one's inverters", () => {
    const one = site();
    one.take(reading([ds3]), noon);
    const other = { ...reading([]), summary: { ...summary, ecuId: '216200000002' } };
    expect(one.take(other, noon).snapshot.inverters).toEqual([]);
    expect(one.ecuId).toBe('216200000002');
  });

  it('tells totals, model and round', () => {
    expect(site().take(reading([ds3]), noon).snapshot).toMatchObject({
      ecuId: '216200000001',
      name: 'ECU-R-Pro',
      model: 'ECU-R-Pro',
      firmware: 'ECU_R_PRO_2.1.27',
      round: '2026-06-21T12:00:05+02:00',
      currentPower: 410,
      todayEnergy: 3.25,
      lifetimeEnergy: 1234.5,
    });
    expect(new Site({ ...roof, name: 'Garage' }, null, () => null, noon).take(reading([]), noon).snapshot.name).toBe(
      'Garage',
    );
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

describe('an ECU that lists other inverters each time', () => {
  it('makes nothing grow: 200 are taken, and those that are known go on', () => {
    const site = new Site(roof, null, () => null, noon);
    const listing = (from: number, count: number) =>
      reading(Array.from({ length: count }, (_, index) => ({ ...ds3, id: String(704_000_000_000 + from + index) })));
    expect(site.take(listing(0, 150), noon).isTooMany).toBe(false);
    const { snapshot, isTooMany } = site.take(listing(100, 150), noon);
    expect(isTooMany).toBe(true);
    expect(snapshot.inverters).toHaveLength(200);
    expect(snapshot.inverters.filter(({ online }) => online).map(({ id }) => id)).toEqual(
      Array.from({ length: 100 }, (_, index) => String(704_000_000_100 + index)),
    );
    expect(site.take(listing(0, 150), noon).isTooMany).toBe(false);
    expect(site.saved({ address: 'a', timing: null })?.inverters).toHaveLength(200);
  });
});
