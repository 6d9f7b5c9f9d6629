import { describe, expect, it } from 'vitest';
import { countMeter } from '../../src/ecuweb/meterEnergy.ts';
import { consumptionOf, newestOf, parseMeters } from '../../src/ecuweb/meters.ts';

const NOON = Date.parse('2026-06-21T10:00:00Z');
const MINUTE = 60_000;
const ZONE = 'Europe/Paris';

const point = (time: number | string, powerA: unknown, powerB: unknown = 0, powerC: unknown = 0) => ({
  time,
  powerA,
  powerB,
  powerC,
});

describe('what the page tells', () => {
  it('takes the newest moment that both meters have, whatever the lists are', () => {
    const points = parseMeters(
      {
        power1: [point(NOON, 900, 100, 0), point(NOON + 5 * MINUTE, 950)],
        power2: [point(NOON - 5 * MINUTE, 5), point(NOON, -600, 50, -20)],
      },
      ZONE,
    );
    const newest = newestOf(points);
    expect(newest?.time).toBe(NOON);
    expect(newest?.grid).toEqual({ total: -570, a: -600, b: 50, c: -20 });
    expect(newest && consumptionOf(newest.production, newest.grid)).toEqual({ total: 430, a: 300, b: 150, c: -20 });
  });

  it("reads times on the ECU's clock, and both hours of an autumn night", () => {
    const times = [
      '20261025015500',
      '20261025020000',
      '20261025025500',
      '20261025020000',
      '20261025025500',
      '20261025030000',
    ];
    const { grid } = parseMeters({ power2: times.map((time) => point(time, 1)) }, ZONE);
    expect(grid.map(({ time }) => new Date(time).toISOString().slice(11, 16))).toEqual([
      '23:55',
      '00:00',
      '00:55',
      '01:00',
      '01:55',
      '02:00',
    ]);
  });

  it.each([
    null,
    [],
    'x',
    {},
    { power1: [], power2: [] },
    { power1: {}, power2: [null, 1, {}, point('soon', 1), point(NOON, 'x')] },
  ])('gives nothing for %j', (answer) => {
    expect(newestOf(parseMeters(answer, ZONE))).toBeNull();
  });
});

describe('energies of the grid', () => {
  const points = (...powers: number[]) =>
    parseMeters({ power2: powers.map((power, index) => point(NOON + index * 5 * MINUTE, power)) }, ZONE).grid;
  const now = new Date(NOON + 60 * MINUTE);

  it('begin with the first sight, and hold each power for the time since the point before', () => {
    const first = countMeter(null, points(1200), now);
    expect(first).toEqual({ gridImport: 0, gridExport: 0, countedTo: NOON });
    const second = countMeter(first, points(1200, 600, -1200, 2400), now);
    expect(second).toEqual({ gridImport: 0.25, gridExport: 0.1, countedTo: NOON + 15 * MINUTE });
    expect(countMeter(second, points(1200, 600, -1200, 2400), now)).toEqual(second);
    expect(countMeter(second, [], now)).toEqual(second);
  });

  it('count one usual round after a gap', () => {
    const first = countMeter(null, points(1200), now);
    const late = parseMeters({ power2: [point(NOON, 1200), point(NOON + 40 * MINUTE, 1200)] }, ZONE).grid;
    expect(countMeter(first, late, now)?.gridImport).toBe(0.1);
  });

  it('go on after a clock that was far ahead', () => {
    const ahead = { gridImport: 3, gridExport: 1, countedTo: NOON + 24 * 60 * MINUTE };
    const again = countMeter(ahead, points(1200), now);
    expect(again).toEqual({ gridImport: 3, gridExport: 1, countedTo: NOON });
    expect(countMeter(again, points(1200, 1200), now)?.gridImport).toBe(3.1);
  });
});
