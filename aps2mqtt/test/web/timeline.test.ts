import { describe, expect, test } from 'vitest';
import type { Day, State } from '../../web/api.ts';
import { timelineOf, withNewest } from '../../web/timeline.ts';

const at = (time: string) => `2026-06-21T${time}:00+02:00`;
const day: Day = {
  day: '2026-06-21',
  ecus: [
    {
      ecu: '216200000001',
      rounds: [at('12:00'), at('12:05'), at('12:10'), at('13:00')],
      panels: { 'a/1': [300, 240, null, 120] },
      inverters: { a: { online: [1, 1, null, 1], temperature: [30, 31, null, 32] } },
    },
    {
      ecu: '216200000002',
      rounds: [at('12:02'), at('12:07')],
      panels: { 'b/1': [100, 0] },
      inverters: { b: { online: [1, 0], temperature: [20, null] } },
    },
  ],
};
// Ids are 12 digits in truth.
const long: Day = JSON.parse(JSON.stringify(day).replace(/"a/g, '"704000000011').replace(/"b/g, '"704000000012'));
const [a, b] = ['704000000011/1', '704000000012/1'];

describe('a day', () => {
  const timeline = timelineOf(long);

  test('has the rounds of all ECUs in order; a value holds until the next round, or 20 minutes', () => {
    expect(timeline.stamps.map((stamp) => stamp.slice(11, 16))).toEqual([
      '12:00',
      '12:02',
      '12:05',
      '12:07',
      '12:10',
      '13:00',
    ]);
    expect(timeline.times.map((_, index) => timeline.at(index, a).power)).toEqual([300, 300, 240, 240, null, 120]);
    expect(timeline.times.map((_, index) => timeline.at(index, b).power)).toEqual([null, 100, 100, 0, 0, null]);
    expect(timeline.totals).toEqual([300, 400, 340, 240, 0, 120]);
    expect(timeline.peak).toBe(300);
  });

  test('tells offline from unknown', () => {
    expect(timeline.at(3, b)).toEqual({ power: 0, isOffline: true });
    expect(timeline.at(4, a)).toEqual({ power: null, isOffline: false });
    expect(timeline.at(0, 'nobody/1')).toEqual({ power: null, isOffline: false });
  });

  test('adds up energies, and bridges no gap', () => {
    // 240 W for 5 minutes; 120 W for 20 of the 50 minutes.
    expect(timeline.energyUntil(2, a)).toBeCloseTo(0.02, 6);
    expect(timeline.energyUntil(5, a)).toBeCloseTo(0.02 + 0.04, 6);
    expect(timeline.energyUntil(0, b)).toBeNull();
    expect(timeline.temperatureAt(1, '704000000012')).toBe(20);
  });
});

describe('the newest round', () => {
  const state = (round: string | null, power: number, answers = true) =>
    ({
      ecus: [{ id: '216200000001', poll_round: round, answers }],
      inverters: [{ id: '704000000011', ecu: '216200000001', online: true, temperature: 33 }],
      panels: [{ ecu: '216200000001', inverter: '704000000011', panel: 1, power }],
    }) as unknown as State;

  test('goes on behind the others, once', () => {
    const after = withNewest(withNewest(long, state(at('13:05'), 77)), state(at('13:05'), 77));
    expect(after?.ecus[0]?.rounds).toHaveLength(5);
    expect(after?.ecus[0]?.panels[a]).toEqual([300, 240, null, 120, 77]);
    expect(after?.ecus[0]?.inverters['704000000011']?.temperature.at(-1)).toBe(33);
  });

  test('begins a day, and adds nothing of an ECU that is silent', () => {
    const next = withNewest(long, state('2026-06-22T05:00:00+02:00', 1));
    expect(next).toMatchObject({ day: '2026-06-22', ecus: [{ rounds: ['2026-06-22T05:00:00+02:00'] }] });
    expect(withNewest(null, state(at('13:05'), 1, false))?.ecus[0]?.rounds).toEqual([]);
    expect(withNewest(long, state(null, 1))).toBe(long);
  });
});
