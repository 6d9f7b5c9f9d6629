import { describe, expect, it } from 'vitest';
import type { InverterRecord } from '../../src/ecu/inverters.ts';
import type { PolledReading } from '../../src/ecu/reading.ts';
import type { EcuSummary } from '../../src/ecu/summary.ts';
import { EcuError } from '../../src/errors.ts';
import {
  type KnownEcu,
  newEcu,
  recalled,
  remembered,
  takeReading,
  takeSignal,
  withoutInverter,
} from '../../src/site/knownEcu.ts';

const ECU = '216200000001';
const DS3 = '704000000011';
const QS1 = '801000000012';
const ROOF = { name: null, timezone: 'Europe/Paris' };
const NOON = new Date('2026-06-21T10:00:20Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const later = (ms: number) => new Date(NOON.getTime() + ms);

const summary: EcuSummary = {
  ecuId: ECU,
  deviceClass: '01',
  lifetimeEnergy: 1234.5,
  currentPower: 410,
  todayEnergy: 3.25,
  lastUpload: null,
  invertersRegistered: 2,
  invertersOnline: 2,
  firmware: 'ECU_R_PRO_2.1.27',
  timeZone: 'Europe/Paris',
};
const record = (id: string): InverterRecord => ({
  id,
  online: true,
  type: '01',
  channels: { powers: 2, voltages: 2 },
  measurement: { frequency: 50, temperature: 31, powers: [200, 210], voltages: [231, 231] },
});
const both = [record(DS3), record(QS1)];
const data = (records: readonly InverterRecord[], stamp = '2026-06-21 12:00:05') =>
  ({ kind: 'data', stamp, records, leftOut: [] }) as const;

function reading(change: Partial<PolledReading> = {}): PolledReading {
  return { ecuId: ECU, summary, inverters: data(both), problem: null, ...change };
}
const broken = new EcuError('made up');
const noTotals = reading({ summary: null, problem: broken });
const noInverters = reading({ inverters: null, problem: broken });

/** Several readings, a minute apart. */
function takeAll(readings: readonly PolledReading[], from: KnownEcu = newEcu(ECU)) {
  return readings.reduce<KnownEcu>(
    (known, one, index) => takeReading(known, one, later(index * MINUTE), ROOF).known,
    from,
  );
}

it("counts today's energy by the ECU's own day, which is what resets its counter", () => {
  const { saved } = takeAll([reading({ inverters: data(both, '2026-06-22 00:03:00') })]);
  expect(saved.energy?.today.date).toBe('2026-06-22');
});

describe('a reading', () => {
  it('tells totals, model and round', () => {
    expect(takeAll([reading()]).snapshot).toMatchObject({
      ecuId: ECU,
      name: 'ECU-R-Pro',
      model: 'ECU-R-Pro',
      firmware: 'ECU_R_PRO_2.1.27',
      round: '2026-06-21T12:00:05+02:00',
      currentPower: 410,
      todayEnergy: 3.25,
      lifetimeEnergy: 1234.5,
    });
    const garage = takeReading(newEcu(ECU), reading(), NOON, { ...ROOF, name: 'Garage' });
    expect(garage.known.snapshot.name).toBe('Garage');
  });

  it.each<[string, PolledReading]>([
    ['left out of a reply', reading({ inverters: data([]) })],
    ['without data', reading({ inverters: { kind: 'noData' } })],
    ['in an unsupported reply', reading({ inverters: { kind: 'unsupported', deviceClass: '02', count: 1 } })],
  ])('an inverter %s stays, and nothing of it is known', (_, second) => {
    expect(takeAll([reading(), second]).snapshot?.inverters[0]).toEqual({
      id: DS3,
      family: 'DS3',
      online: null,
      channels: { powers: 2, voltages: 2 },
      signal: null,
      temperature: null,
      frequency: null,
      powers: [null, null],
      voltages: [null, null],
      // What it has made stays.
      counted: { energy: [0, 0], today: [0, 0] },
      verdict: { problems: [], panels: [] },
    });
  });

  it("an inverter whose record turns to type 00 keeps its panels' number", () => {
    const odd = record('303000000014');
    const silent = { ...odd, online: false, type: '00', channels: null, measurement: null };
    const known = takeAll([reading({ inverters: data([odd]) }), reading({ inverters: data([silent]) })]);
    expect(known.snapshot?.inverters).toMatchObject([{ online: false, powers: [0, 0], voltages: [null, null] }]);
  });

  it('that lists other inverters each time makes nothing grow: 200 are taken, and those that are known go on', () => {
    const listing = (from: number, count: number) =>
      reading({
        inverters: data(Array.from({ length: count }, (_, index) => record(String(704_000_000_000 + from + index)))),
      });
    const first = takeReading(newEcu(ECU), listing(0, 150), NOON, ROOF);
    expect(first.isTooMany).toBe(false);
    const second = takeReading(first.known, listing(100, 150), NOON, ROOF);
    expect(second.isTooMany).toBe(true);
    const { inverters } = second.known.snapshot;
    expect(inverters).toHaveLength(200);
    expect(inverters.filter(({ online }) => online).map(({ id }) => id)).toEqual(
      Array.from({ length: 100 }, (_, index) => String(704_000_000_100 + index)),
    );
    expect(takeReading(second.known, listing(0, 150), NOON, ROOF).isTooMany).toBe(false);
    expect(second.known.saved.inverters).toHaveLength(200);
  });
});

describe('a half that cannot be read', () => {
  it('stays as it was twice, and is unknown then: the inverters', () => {
    const [first, twice, thrice] = [1, 3, 4].map(
      (count) => takeAll([reading(), ...Array.from({ length: count - 1 }, () => noInverters)]).snapshot,
    );
    expect(twice?.inverters).toEqual(first?.inverters);
    expect(thrice?.inverters).toMatchObject([
      { id: DS3, online: null, powers: [null, null] },
      { id: QS1, online: null },
    ]);
    // The totals are live all the time, of a round that nobody knows.
    expect(thrice).toMatchObject({ currentPower: 410, invertersOnline: 2, round: null });
  });

  it('stays as it was twice, and is unknown then: the totals', () => {
    const newer = reading({ summary: null, problem: broken, inverters: data(both, '2026-06-21 12:05:05') });
    const twice = takeAll([reading(), newer, newer]).snapshot;
    expect(twice).toMatchObject({ currentPower: 410, round: '2026-06-21T12:00:05+02:00' });
    const thrice = takeAll([reading(), newer, newer, newer]).snapshot;
    expect(thrice).toMatchObject({ currentPower: null, invertersRegistered: null, invertersOnline: null });
    // Energies are kept, and so is what the ECU is.
    expect(thrice).toMatchObject({ lifetimeEnergy: 1234.5, todayEnergy: 3.25, firmware: 'ECU_R_PRO_2.1.27' });
    expect(thrice?.inverters).toMatchObject([{ online: true }, { online: true }]);
  });

  it('is unknown at once where it was never read', () => {
    expect(takeAll([noInverters]).snapshot?.inverters).toEqual([]);
    expect(takeAll([noTotals]).snapshot).toMatchObject({ currentPower: null, lifetimeEnergy: null, round: null });
  });

  it('counts anew when it was read again', () => {
    const known = takeAll([reading(), noInverters, noInverters, reading(), noInverters, noInverters]);
    expect(known.snapshot?.inverters[0]).toMatchObject({ online: true });
  });
});

describe('the signal', () => {
  it('joins the reading that it goes with, and stays until it is told anew', () => {
    const told = takeSignal(takeAll([reading()]), new Map([[DS3, 216]]));
    expect(told.snapshot?.inverters.map(({ signal }) => signal)).toEqual([84, null]);
    const next = takeReading(told, reading(), later(MINUTE), ROOF).known;
    expect(next.snapshot.inverters.map(({ signal }) => signal)).toEqual([84, null]);
    expect(takeSignal(next, null).snapshot?.inverters.map(({ signal }) => signal)).toEqual([null, null]);
  });
});

describe('what is remembered', () => {
  const known = takeAll([reading()]);

  it('is shown before the first answer: energies, and that the inverters exist', () => {
    const again = recalled(known.saved, later(DAY));
    expect(remembered(again, later(DAY), ROOF)).toMatchObject({
      ecuId: ECU,
      firmware: 'ECU_R_PRO_2.1.27',
      lifetimeEnergy: 1234.5,
      todayEnergy: 3.25,
      currentPower: null,
      round: null,
      inverters: [
        { id: DS3, online: null, powers: [null, null] },
        { id: QS1, online: null },
      ],
    });
  });

  it('is without an inverter that somebody removed, until the ECU lists it', () => {
    const without = withoutInverter(known, DS3);
    expect(without.saved.inverters.map(({ id }) => id)).toEqual([QS1]);
    expect(without.snapshot?.inverters.map(({ id }) => id)).toEqual([QS1]);
    expect(takeReading(without, reading(), later(MINUTE), ROOF).known.saved.inverters).toHaveLength(2);
  });
});

describe('an inverter that the ECU does not list', () => {
  const alone = reading({ inverters: data([record(DS3)]) });
  const start = takeAll([reading()]);
  /** Replies without it, one a quarter of an hour, up to a moment. */
  function absentUntil(ms: number, from = start, first = 0) {
    let known: KnownEcu = from;
    for (let at = first; at < ms; at += 15 * MINUTE) {
      known = takeReading(known, alone, later(at), ROOF).known;
    }
    return takeReading(known, alone, later(ms), ROOF);
  }

  it('is gone after 30 days', () => {
    const { known } = absentUntil(30 * DAY);
    expect(known.saved.inverters).toHaveLength(2);
    const last = takeReading(known, alone, later(30 * DAY + MINUTE), ROOF);
    expect(last.gone).toEqual([QS1]);
    expect(last.known.saved.inverters.map(({ id }) => id)).toEqual([DS3]);
    expect(last.known.snapshot.inverters.map(({ id }) => id)).toEqual([DS3]);
  });

  it('is not gone because our clock was set', () => {
    expect(takeReading(start, alone, later(31 * DAY), ROOF).gone).toEqual([]);
    expect(absentUntil(31.7 * DAY, start, 31 * DAY).known.saved.inverters).toHaveLength(2);
  });

  it('gets another day where it was absent while we were, too', () => {
    const again = recalled(start.saved, later(300 * DAY));
    expect(absentUntil(300.9 * DAY, again, 300 * DAY).known.saved.inverters).toHaveLength(2);
    expect(absentUntil(301.2 * DAY, again, 300 * DAY).known.saved.inverters).toHaveLength(1);
  });

  it('is not gone while nobody can read the inverters', () => {
    let known: KnownEcu = start;
    for (let day = 0; day < 400; day++) {
      known = takeReading(known, noInverters, later(day * DAY), ROOF).known;
    }
    expect(known.saved.inverters).toHaveLength(2);
  });
});
