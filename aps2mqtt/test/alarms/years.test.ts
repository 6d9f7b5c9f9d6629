import { describe, expect, it } from 'vitest';
import { ORDINARY } from '../../src/tools/simulator/years/description.ts';
import { describeYear, judgeYear, TWELVE } from './roofYears.ts';

/** More seeds, and others, by hand: `ALARM_SEEDS=100 ALARM_WORD=sun npx vitest run test/alarms/years.test.ts`. */
const SEEDS = Number(process.env.ALARM_SEEDS ?? 1);
const WORD = process.env.ALARM_WORD ?? 'roof';
const seeds = Array.from({ length: Math.max(1, SEEDS) }, (_, index) => `${WORD}${index}`);

/** Of 24 panels: 30 panel-years. In rounds of twenty minutes, to take a quarter of the time. */
const LONG = { days: 457, round: 1_200 };

describe('thirty panel-years in which nothing is wrong', () => {
  const TOGETHER = ['chimney', 'snow', 'dirt', 'clipping', 'limit', 'moved', 'gaps'] as const;

  it.each([...ORDINARY.map((one) => [one]), TOGETHER])('raise no alarm: %s', (...ordinary) => {
    const found = seeds.flatMap((seed) => judgeYear(describeYear(seed, ordinary, [], LONG)).found);
    expect(found).toEqual([]);
  });
});

describe('years that were judged wrong once', () => {
  it('the winter, in which a chimney weighs more, is no new shade', () => {
    const weak = [{ inverter: '704000000013', panel: 1, factor: 0.8, from: 230, hour: 10 }];
    const { found } = judgeYear(describeYear('hill4', ['chimney', 'dirt', 'limit', 'gaps'], weak));
    expect(found.filter(({ inverter }) => inverter !== '704000000013')).toEqual([]);
  });

  it('two that look east, beside ten that look south, lose together when the sun gets low', () => {
    const roof = TWELVE.slice(0, 6).map(({ id }, index) => ({ id, azimuths: index < 5 ? [180, 180] : [90, 90] }));
    const autumn = { inverters: roof, days: 110, lastDay: '2026-12-10', round: 1_200 };
    for (const seed of ['pair0', 'pair1', 'pair2']) {
      expect(judgeYear(describeYear(seed, [], [], autumn)).found).toEqual([]);
    }
  });

  it('a single panel that is white in the morning is not dead', () => {
    const { found } = judgeYear(describeYear('hill4', ['chimney', 'snow', 'dirt', 'clipping', 'limit', 'gaps'], []));
    expect(found).toEqual([]);
  });

  it('a loss in spring, when a shade gets less, is no dirt', () => {
    const weak = [{ inverter: '704000000018', panel: 2, factor: 0.8, from: 140, hour: 10 }];
    const { found, goodDays } = judgeYear(describeYear('o1', ['chimney', 'dirt', 'limit', 'gaps'], weak));
    expect(found).toMatchObject([{ inverter: '704000000018', panel: 2, kind: 'weak', cause: 'fault' }]);
    expect((found[0]?.goodDays ?? 0) - (goodDays[139] ?? 0)).toBeLessThanOrEqual(10);
  });

  it('what stays low by the same part after snow is no snow', () => {
    const weak = [{ inverter: '704000000018', panel: 2, factor: 0.78, from: 140, hour: 10 }];
    const { found } = judgeYear(describeYear('wind4', ['chimney', 'snow', 'dirt', 'clipping', 'limit', 'gaps'], weak));
    expect(found).toMatchObject([{ inverter: '704000000018', panel: 2, kind: 'weak', cause: 'fault' }]);
    expect(found[0]?.index).toBeLessThan(140 + 30);
  });
});

describe('a panel that loses', () => {
  const since = 140;
  const weak = (factor: number) => [{ inverter: '704000000018', panel: 2, factor, from: since, hour: 10 }];

  it.each([
    { factor: 0.8, kind: 'weak', within: 10 },
    { factor: 0.78, kind: 'weak', within: 10 },
    { factor: 0.5, kind: 'faulty', within: 4 },
  ])('$factor of its power is $kind within $within good days', ({ factor, kind, within }) => {
    for (const seed of seeds) {
      const year = judgeYear(describeYear(seed, ['chimney', 'dirt', 'limit', 'gaps'], weak(factor)));
      expect(year.found).toMatchObject([{ inverter: '704000000018', panel: 2, kind }]);
      expect(year.judge.verdict('704000000018', 2).problems).toMatchObject([{ panel: 2, cause: 'fault' }]);
      const [found] = year.found;
      expect((found?.goodDays ?? 0) - (year.goodDays[since - 1] ?? 0)).toBeLessThanOrEqual(within);
      expect(found?.loss).toBeCloseTo(100 - 100 * factor, -1);
    }
  });

  it('everything is dead on the same day', () => {
    for (const seed of seeds) {
      const { found } = judgeYear(describeYear(seed, ['dirt'], weak(0)));
      expect(found[0]).toMatchObject({ inverter: '704000000018', panel: 2, kind: 'dead' });
      // Other seeds may have a dark day there: that tells nothing.
      expect(found[0]?.index).toBeLessThanOrEqual(WORD === 'roof' ? since : since + 2);
    }
  });

  it('is well again when it makes what it should', () => {
    const mended = [{ inverter: '704000000011', panel: 1, factor: 0.7, from: 100, until: 200 }];
    const { found, judge } = judgeYear(describeYear('mended', [], mended));
    expect(found).toMatchObject([{ inverter: '704000000011', kind: 'weak' }]);
    expect(judge.verdict('704000000011', 2).problems).toEqual([]);
  });

  it('in certain hours stands in a new shade, and slowly over weeks is dirty', () => {
    const shade = judgeYear(
      describeYear('shade', [], [{ inverter: '704000000012', panel: 1, factor: 0.4, from: 200, hours: [9, 12] }]),
    );
    expect(shade.found).toMatchObject([{ inverter: '704000000012', panel: 1, cause: 'shade' }]);
    expect(shade.found[0]?.reason).toMatch(/^\d\d % less, lost from \d\d:[03]0 to 1[123]:[03]0: something new/);
    const dirt = judgeYear(
      describeYear('dirt', [], [{ inverter: '704000000012', panel: 1, factor: 0.7, from: 150, over: 60 }]),
    );
    expect(dirt.found).toMatchObject([{ inverter: '704000000012', panel: 1, kind: 'weak', cause: 'dirt' }]);
  });
});

describe('who is judged', () => {
  it('nobody before ten good days', () => {
    const { judge } = judgeYear(describeYear('new', [], [], { days: 5 }));
    const { problems, panels } = judge.verdict('704000000011', 2);
    expect(problems).toEqual([]);
    expect(panels.every(({ ratio, goodDays }) => ratio === null && goodDays > 0 && goodDays < 10)).toBe(true);
  });

  it('a new inverter after ten good days of its own', () => {
    const inverters = TWELVE.map((one, index) => (index === 3 ? { ...one, from: 360 } : one));
    const { judge } = judgeYear(describeYear('later', [], [], { inverters }));
    expect(judge.verdict('704000000014', 2).panels[0]?.ratio).toBeNull();
    expect(judge.verdict('704000000013', 2).panels[0]?.ratio).toBeCloseTo(100, -1);
  });

  it('by the sides of the layout, where there is one', () => {
    const sideOf = (key: string) => (Number(key.slice(0, 12)) < 704_000_000_017 ? 'east' : 'west');
    const weak = [{ inverter: '704000000013', panel: 1, factor: 0.78, from: 120 }];
    expect(judgeYear(describeYear('sides', ['chimney'], weak), sideOf).found).toMatchObject([
      { inverter: '704000000013', panel: 1, kind: 'weak' },
    ]);
  });

  it('two panels by their own past, a single one not at all', () => {
    const pair = { inverters: [{ id: '704000000011', azimuths: [180, 180] }] };
    const weak = [{ inverter: '704000000011', panel: 2, factor: 0.5, from: 200 }];
    expect(judgeYear(describeYear('pair', [], weak, pair)).found).toMatchObject([{ panel: 2, kind: 'faulty' }]);
    expect(judgeYear(describeYear('pair', ['dirt', 'gaps', 'limit'], [], pair)).found).toEqual([]);
    const single = { inverters: [{ id: '704000000011', azimuths: [180] }] };
    const alone = judgeYear(
      describeYear('alone', [], [{ ...weak[0], inverter: '704000000011', panel: 1, factor: 0.5, from: 200 }], single),
    );
    expect(alone.found).toEqual([]);
    expect(alone.judge.verdict('704000000011', 1).panels[0]?.ratio).toBeNull();
  });

  it('an input that nothing is connected to is not dead', () => {
    const unused = [{ inverter: '704000000015', panel: 2, factor: 0, from: 0 }];
    expect(judgeYear(describeYear('unused', [], unused, { days: 60 })).found).toEqual([]);
  });

  it('an inverter that falls silent by day is offline', () => {
    const silent = [{ inverter: '704000000015', panel: null, factor: 0, from: 150, hour: 9 }];
    expect(judgeYear(describeYear('silent', [], silent, { days: 200 })).found).toMatchObject([
      { inverter: '704000000015', panel: null, kind: 'offline', index: 150 },
    ]);
  });
});
