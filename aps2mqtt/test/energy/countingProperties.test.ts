import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRound } from '../../src/energy/counting.ts';
import type { CountingRound } from '../../src/energy/countingRound.ts';
import { parseCounting } from '../../src/energy/parseCounting.ts';
import { Counter, DAY, HOUR, sun, trueArray } from './array.ts';

/** What may happen to a round on its way to us. */
const fate = fc.oneof(
  { weight: 30, arbitrary: fc.constant('read' as const) },
  { weight: 2, arbitrary: fc.constant('lost' as const) },
  { weight: 2, arbitrary: fc.constant('twice' as const) },
  { weight: 2, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.constant('reversed' as const) },
  { weight: 1, arbitrary: fc.constant('without summary' as const) },
);

const site = fc.record({
  inverters: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  factor: fc.double({ min: 0.85, max: 1.15, noNaN: true }),
  clouds: fc.integer({ min: 1, max: 1_000 }),
  roundMinutes: fc.constantFrom(5, 6, 10),
});

const few = { numRuns: 15 };

/** A sky of its own: clouds that pass within half an hour. */
const cloudy = (seed: number) => (inverter: number, panel: number, at: number) => {
  const cloud = 0.55 + 0.45 * Math.sin(seed + (at / HOUR) * 7 + Math.sin(at / HOUR + seed));
  return Math.round(sun(inverter, panel, at) * cloud);
};

test('energies never fall, and a round that is told again or a restart between any two changes nothing', () => {
  fc.assert(
    fc.property(site, fc.array(fate, { minLength: 300, maxLength: 500 }), (one, fates) => {
      const array = trueArray({ ...one, power: cloudy(one.clouds), roundMs: one.roundMinutes * 60_000 });
      const [plain, hard] = [new Counter(), new Counter()];
      for (const kind of fates) {
        const round = array.round(kind === 'without summary' ? { lifetime: null, today: null } : {});
        if (kind === 'lost') {
          continue;
        }
        plain.take(round);
        if (kind === 'restart') {
          hard.restart();
        }
        hard.take(kind === 'reversed' ? { ...round, inverters: round.inverters.toReversed() } : round);
        if (kind === 'twice') {
          hard.restart();
          expect(hard.take({ ...round, at: round.at + 61_000 }).isNew).toBe(false);
        }
        expect(hard.state).toEqual(plain.state);
      }
    }),
    few,
  );
});

test('the sum follows the trusted counter, to one of its steps and what one round makes', () => {
  fc.assert(
    fc.property(site, fc.array(fate, { minLength: 864, maxLength: 864 }), (one, fates) => {
      const array = trueArray({ ...one, power: cloudy(one.clouds) });
      const counter = new Counter();
      for (const kind of fates) {
        const round = array.round();
        if (kind !== 'lost') {
          counter.take(round);
        }
        if (array.now % DAY > 22 * HOUR) {
          const grown = array.lifetime - 1234;
          expect(Math.abs(counter.energy / 1_000 - grown)).toBeLessThan(0.15);
        }
      }
    }),
    few,
  );
});

test('whatever counters tell, an energy is finite and never falls, and no more is given than panels can make', () => {
  const told = fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: null });
  const wild = fc.record({
    minutes: fc.integer({ min: -3_000, max: 3_000 }),
    ours: fc.integer({ min: -3_000, max: 3_000 }),
    isStamped: fc.boolean(),
    lifetime: told,
    today: told,
    inverters: fc.array(
      fc.record({
        id: fc.constantFrom('704000000001', '704000000002', '801000000003'),
        online: fc.option(fc.boolean(), { nil: null }),
        powers: fc.array(fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: null }), { maxLength: 4 }),
      }),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(fc.array(wild, { maxLength: 60 }), (rounds) => {
      const counter = new Counter();
      let [stamp, at] = [Date.UTC(2026, 5, 21, 12), Date.UTC(2026, 5, 21, 12)];
      for (const one of rounds) {
        stamp += one.minutes * 60_000;
        at += one.ours * 60_000;
        const iso = new Date(at).toISOString();
        const round: CountingRound = {
          stamp: one.isStamped ? new Date(stamp).toISOString().slice(0, 19).replace('T', ' ') : null,
          at,
          day: iso.slice(0, 10),
          minute: Math.floor((((at % DAY) + DAY) % DAY) / 60_000),
          lifetime: one.lifetime,
          today: one.today,
          inverters: one.inverters,
        };
        const before = counter.energy;
        counter.take(round);
        counter.restart();
        expect(Number.isFinite(counter.energy)).toBe(true);
        // 12 panels of 1.5 kW at most, for two days at most, and what may have been owed.
        expect(counter.energy - before).toBeLessThan(12 * 1_500 * 60);
      }
    }),
    { numRuns: 150 },
  );
});

test('a state of another kind is none', () => {
  const array = trueArray({ start: Date.UTC(2026, 5, 21, 10) });
  const counter = new Counter();
  for (let round = 0; round < 30; round++) {
    counter.take(array.round());
  }
  const text = JSON.stringify(counter.state);
  expect(parseCounting(JSON.parse(text))).toEqual(counter.state);
  const leaves = [...text.matchAll(/(?<=[:[,])(?:"[^"]*"|-?[\d.]+|true|false)(?=[,\]}])/g)];
  expect(leaves.length).toBeGreaterThan(60);
  for (const { 0: leaf, index } of leaves) {
    for (const other of ['{}', '[[]]', '1e999']) {
      const spoilt = JSON.parse(text.slice(0, index) + other + text.slice(index + leaf.length));
      expect(parseCounting(spoilt), `${leaf} at ${index} as ${other}`).toBeNull();
    }
  }
});

test('a state is small: 100 inverters take less than 40 kB', () => {
  const array = trueArray({ inverters: Array.from({ length: 100 }, () => 2) });
  const counter = new Counter();
  for (let round = 0; round < 400; round++) {
    counter.take(array.round());
  }
  expect(JSON.stringify(counter.state).length).toBeLessThan(40_000);
});

test('a round is counted from the state alone', () => {
  const array = trueArray({ start: Date.UTC(2026, 5, 21, 10) });
  const first = countRound(null, array.round()).state;
  const text = JSON.stringify(first);
  const round = array.round();
  expect(countRound(first, round)).toEqual(countRound(first, round));
  expect(JSON.stringify(first)).toBe(text);
});
