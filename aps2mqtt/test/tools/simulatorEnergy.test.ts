import { describe, expect, it } from 'vitest';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';

const ROUND_MS = 300_000;
const DS3 = '704000000011';
const QS1 = '801000000012';
const INVERTERS = [
  {
    family: 'ds3',
    id: DS3,
    panels: [
      { azimuth: 90, tilt: 30 },
      { azimuth: 270, tilt: 30 },
    ],
  },
  { family: 'qs1', id: QS1, panels: [{}, { factor: 0.5 }, { factor: 0 }, { shade: { from: 100, to: 180 } }] },
] as const;

/** A site whose time a test moves on, round by round. */
function live(description: Partial<SiteDescription> = {}, start = '2026-06-21T02:00:15Z') {
  let now = Date.parse(start);
  const described = { ecu: 'ecu-r-pro', timeZone: 'UTC', inverters: INVERTERS, ...description } as const;
  const site = simulatedSite(described, { now: () => new Date(now) });
  return {
    site,
    pass: (hours: number, onRound: () => void = () => {}) => {
      for (let rounds = Math.round(hours * 12); rounds > 0; rounds--) {
        now += ROUND_MS;
        onRound();
      }
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the truth about each panel', () => {
  it('is its power added up round by round, and the counters are the sum of all', () => {
    const { site, pass } = live({ clouds: 0.8 });
    const added = new Map<string, number[]>([
      [DS3, [0, 0]],
      [QS1, [0, 0, 0, 0]],
    ]);
    pass(20, () => {
      for (const { id, measurement } of site.state().records) {
        for (const [panel, watts] of (measurement?.powers ?? []).entries()) {
          const sums = added.get(id) ?? [];
          sums[panel] = (sums[panel] ?? 0) + watts / 12_000;
        }
      }
    });
    const { energies, summary } = site.state();
    for (const [id, sums] of added) {
      for (const [panel, kWh] of sums.entries()) {
        expect(energies.get(id)?.[panel]?.today).toBeCloseTo(kWh, 9);
        expect(energies.get(id)?.[panel]?.lifetime).toBeCloseTo(kWh, 9);
      }
    }
    const all = sum([...energies.values()].flat().map(({ today }) => today));
    expect(all).toBeGreaterThan(5);
    expect(all - summary.todayEnergy).toBeGreaterThanOrEqual(-1e-9);
    expect(all - summary.todayEnergy).toBeLessThan(0.01);
    expect(1234.5 + all - summary.lifetimeEnergy).toBeLessThan(0.1);
  });

  it('tells the sides of the roof apart', () => {
    const { site, pass } = live();
    const powers = () => site.state().records.flatMap(({ measurement }) => measurement?.powers ?? []);
    pass(5);
    const [eastAtSeven = 0, westAtSeven = 0] = powers();
    expect(eastAtSeven).toBeGreaterThan(2 * westAtSeven);
    pass(10);
    const [eastAtFive = 0, westAtFive = 0, whole = 0, half = 0, dead] = powers();
    expect(westAtFive).toBeGreaterThan(2 * eastAtFive);
    expect(half / whole).toBeGreaterThan(0.45);
    expect(half / whole).toBeLessThan(0.55);
    expect(dead).toBe(0);
    pass(5);
    const made =
      site
        .state()
        .energies.get(QS1)
        ?.map(({ today }) => today) ?? [];
    expect((made[3] ?? 0) / (made[0] ?? 1)).toBeGreaterThan(0.4);
    expect((made[3] ?? 0) / (made[0] ?? 1)).toBeLessThan(0.9);
  });

  it('begins its days by the right time, whatever the clock and the counters say', () => {
    const { site, pass } = live();
    pass(20);
    const today = () => sum([...site.state().energies.values()].flat().map((panel) => panel.today));
    const made = today();
    site.setClockOffset(5 * 3_600);
    site.setLifetimeEnergy(0);
    pass(1);
    expect(site.state().summary).toMatchObject({ todayEnergy: 0, lifetimeEnergy: 0 });
    expect(today()).toBe(made);
    pass(2);
    expect(today()).toBe(0);
    expect(sum([...site.state().energies.values()].flat().map((panel) => panel.lifetime))).toBe(made);
  });

  it('has nothing of a panel that sleeps, and keeps what one made that is gone', () => {
    const { site, pass } = live({}, '2026-06-21T11:00:15Z');
    const before = site.state().energies;
    site.setInverter(DS3, 'offline');
    pass(1);
    expect(site.state().energies.get(DS3)).toEqual(before.get(DS3));
    site.removeInverter(QS1);
    const { energies } = site.state();
    pass(1);
    expect(site.state().energies.get(QS1)).toEqual(energies.get(QS1));
  });
});

describe('firmware that counts badly', () => {
  it('moves its lifetime by large steps', () => {
    const { site, pass } = live({ lifetimeStep: 2.5 });
    const seen = new Set<number>();
    pass(20, () => seen.add(site.state().summary.lifetimeEnergy));
    expect([...seen].slice(0, 4)).toEqual([1232.5, 1235, 1237.5, 1240]);
  });

  it.each([
    ['half', 0.5],
    ['stands', 0],
  ] as const)("counts today's energy badly: %s", (lyingToday, part) => {
    const { site, pass } = live({ lyingToday }, '2026-06-21T12:00:15Z');
    const { todayEnergy } = site.state().summary;
    const truth = () => sum([...site.state().energies.values()].flat().map(({ today }) => today));
    const morning = truth();
    expect(todayEnergy).toBeGreaterThan(3);
    expect(morning - todayEnergy).toBeLessThan(0.01);
    pass(8);
    expect(site.state().summary.todayEnergy - todayEnergy).toBeCloseTo(part * (truth() - morning), 1);
    pass(18);
    expect(site.state().summary.todayEnergy).toBeCloseTo(part * truth(), 1);
    expect(site.state().summary.lifetimeEnergy).toBeGreaterThan(1236);
  });
});
