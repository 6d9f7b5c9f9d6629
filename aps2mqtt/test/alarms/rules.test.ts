import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../src/alarms/dayCurves.ts';
import type { DayTable } from '../../src/alarms/dayTable.ts';
import { EcuAlarms } from '../../src/alarms/ecuAlarms.ts';
import { BINS } from '../../src/alarms/halfHours.ts';
import { Judge } from '../../src/alarms/judge.ts';
import { Moves } from '../../src/alarms/moves.ts';
import { PanelPast } from '../../src/alarms/panelPast.ts';
import { RoofGroups } from '../../src/alarms/roofGroups.ts';
import { UsualDay } from '../../src/alarms/usualDay.ts';

const ID = '704000000011';
const DAY_MS = 86_400_000;
const dayAt = (index: number) => new Date(Date.parse('2026-05-01') + index * DAY_MS).toISOString().slice(0, 10);
/** Ten hours around noon; other half hours count for nothing. */
const ratios = (ratioOf: (bin: number) => number) =>
  Array.from({ length: BINS }, (_, bin) => (bin >= 14 && bin < 34 ? ratioOf(bin) : Number.NaN));
const weights = Float32Array.from(
  ratios(() => 200),
  (watts) => watts || 0,
);

/** A day of four rounds an hour, in which each panel makes the same all the time. */
function tableOf(day: string, watts: readonly number[]): DayTable {
  const times = Array.from({ length: 40 }, (_, round) => Date.parse(day) + 7 * 3_600_000 + round * 900_000);
  const columns = new Map<string, number[]>(
    watts.map((value, index) => [`${ID}/${index + 1}`, times.map(() => value)]),
  );
  columns.set(
    `${ID}/online`,
    times.map(() => 1),
  );
  return { day, times, stamps: times.map((time) => new Date(time).toISOString().replace('.000Z', '+00:00')), columns };
}

describe('a panel that has not moved', () => {
  it.each([[[0.99, 0.99, 0.99, 0.99, 0.1, 0.99, 0.99, 0.99, 0.99]], [[0.1, 0.99, 0.99, 0.99, 0.99, 0.99]]])(
    'is still there after a day below snow: %j',
    (days) => {
      const moves = new Moves();
      moves.begin('panel', [0.98, 0.3, 0.99, 0.99]);
      const group = { members: [], witnesses: [], sizes: new Map() };
      const isMoved = (own: number) => {
        const isBack = own > (moves.usual('panel') ?? own) + 0.15;
        return moves.take('panel', { own, target: isBack ? group : null });
      };
      expect(days.map(isMoved)).not.toContain(true);
    },
  );
});

describe('the size of a panel', () => {
  it('is what it makes on the same days as the others, whichever were dark or white', () => {
    const groups = new RoofGroups(() => 'roof');
    const days = Array.from({ length: 10 }, (_, index) => {
      const light = index % 5 < 3 ? 300 : 100;
      const isWhite = (panel: number) => panel === 0 && index < 2;
      const powers = [1, 1, 1, 1, 1.2].map((size, panel) => (isWhite(panel) ? 2 : size * light));
      return curvesOf(tableOf(dayAt(index), powers));
    });
    const keys = days[0]?.keys ?? [];
    groups.join(keys, days);
    const sizes = groups.of(`${ID}/1`)?.sizes;
    expect(keys.map((key) => sizes?.get(key))).toEqual([1, 1, 1, 1, 1.2].map((size) => expect.closeTo(size, 2)));
  });
});

describe('a shade that a panel has always had', () => {
  it('tells nothing on a clear day, though it takes more than half of it', () => {
    const usual = new UsualDay();
    const shaded = (part: number) => ratios((bin) => (bin >= 23 ? part : 1));
    for (let day = 0; day < 20; day++) {
      usual.learn(shaded(day % 2 === 0 ? 0.4 : 1));
    }
    expect(usual.shareOf(shaded(0.3), weights)).toBeCloseTo(1, 2);
    expect(
      usual.shareOf(
        shaded(0.3).map((ratio) => ratio * 0.5),
        weights,
      ),
    ).toBeCloseTo(0.5, 2);
  });

  it('may move with the sun, half an hour in some weeks', () => {
    const past = new PanelPast();
    for (let day = 0; day < 44; day++) {
      const end = day < 12 ? 28 : day < 28 ? 31 : 32;
      const shaded = ratios((bin) => (bin < 25 || bin >= end ? 1 : bin < 28 ? 0.3 : 0.22));
      past.take(dayAt(day), { ratio: 1, ratios: shaded }, weights, false);
    }
    expect(past.alarm).toBeNull();
  });
});

describe('a day of the future in the history', () => {
  it('does not keep today from being judged', async () => {
    const [today, future] = ['2026-05-20', '2099-01-01'];
    const history = {
      days: async () => [future],
      readDay: async (_: string, day: string) => ({ ...tableOf(day, [200, 200, 200]), skipped: 0 }),
    };
    const by = { history, sides: () => () => null, language: () => 'en' as const };
    const alarms = new EcuAlarms('216200000001', by);
    await alarms.read(new Date(`${today}T06:00:00Z`), new AbortController().signal);
    const { stamps } = tableOf(today, []);
    const inverter = { id: ID, family: 'ds3', online: true, temperature: 30 };
    for (const [round, stamp] of stamps.entries()) {
      alarms.take({ stamp, inverters: [{ ...inverter, powers: [round < 9 ? 200 : 0, 200, 200] }] as never });
    }
    const [judged] = alarms.judged([{ ...inverter, powers: [0, 200, 200] } as never]);
    expect(judged?.verdict.problems).toMatchObject([{ panel: 1, kind: 'dead' }]);
  });
});

describe('an inverter below snow', () => {
  /** One that wakes at noon for an hour, beside two that work. */
  function whiteDay(day: string, temperature: number): DayTable {
    const { times, stamps } = tableOf(day, []);
    const ids = ['704000000011', '704000000012', '704000000013'];
    const isAwake = (id: string, round: number) => id !== ID || (round >= 18 && round < 22);
    const watts = (id: string) => (id === ID ? 3 : 200);
    const columns = new Map<string, readonly number[]>(
      ids.flatMap((id) => {
        const online = times.map((_, round) => Number(isAwake(id, round)));
        const powers = online.map((isOn) => isOn * watts(id));
        const temperatures = times.map(() => temperature);
        return [
          [`${id}/1`, powers],
          [`${id}/2`, powers],
          [`${id}/online`, online],
          [`${id}/temperature`, temperatures],
        ] as const;
      }),
    );
    return { day, times, stamps, columns };
  }

  it.each([
    { temperature: -2, told: [] },
    { temperature: 12, told: ['offline'] },
  ])('that wakes at noon at $temperature °C: $told', ({ temperature, told }) => {
    const judge = new Judge();
    judge.takeDay(tableOf(dayAt(0), [200, 200]));
    judge.takeDay(whiteDay(dayAt(1), temperature));
    expect(judge.verdict(ID, 2).problems.map(({ kind }) => kind)).toEqual(told);
  });
});
