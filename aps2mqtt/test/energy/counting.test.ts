import { describe, expect, test } from 'vitest';
import type { CountingRound } from '../../src/energy/countingRound.ts';
import { distrusted } from '../../src/energy/trial.ts';
import { type ArraySettings, Counter, DAY, HOUR, idOf, MINUTE, sun, trueArray, worst } from './array.ts';

const DAY_ROUNDS = 288;
const NOON = { from: 140, to: 164 };

/** Whole days, of which some rounds are not read; with what each day's end shows. */
function days(count: number, settings: ArraySettings = {}, isRead = (_round: number, _day: number) => true) {
  const array = trueArray(settings);
  const counter = new Counter();
  let furthest = 0;
  for (let day = 0; day < count; day++) {
    for (let round = 0; round < DAY_ROUNDS; round++) {
      if (isRead(round, day)) {
        counter.take(array.round());
        furthest = Math.max(furthest, Math.abs(counter.energy / 1_000 - (array.lifetime - 1234)));
      } else {
        array.skip(1);
      }
    }
  }
  // The round that ends the last day.
  counter.take(array.round());
  const made = array.truth.flat().reduce((a, b) => a + b, 0) / 1_000;
  const closed = counter.all.flatMap((one) => one.closed);
  const guessed = closed.map(({ inverters }) => Math.round(inverters.flatMap((one) => one.estimated).reduce(add, 0)));
  return { array, counter, furthest, made, closed, guessed, worst: worst(counter.energies(), array.truth) };
}

const add = (a: number, b: number) => a + b;

describe('counting', () => {
  test('gives each panel what it has made', () => {
    const { counter, made, worst: off, furthest, guessed } = days(3);
    expect(off).toBeLessThan(0.002);
    expect(counter.energy / 1_000).toBeCloseTo(made, 1);
    expect(furthest).toBeLessThan(0.1);
    expect(guessed).toEqual([0, 0, 0]);
    expect(counter.notes()).toEqual([]);
  });

  test.each([0.85, 0.93, 1.12])('follows a counter on the grid side of %f, and learns it', (factor) => {
    const { furthest, worst: off, counter } = days(3, { factor });
    expect(furthest).toBeLessThan(0.15);
    expect(off).toBeLessThan(0.01);
    expect(counter.state?.factor.value).toBeCloseTo(factor, 1);
    expect(counter.notes()).toEqual([]);
  });

  test('begins at 0, and today begins at 0 with the first round of a new day', () => {
    const array = trueArray({ start: Date.UTC(2026, 5, 21, 12) });
    const counter = new Counter();
    expect(counter.take(array.round()).state).toMatchObject({ energy: 0, todayEnergy: 0 });
    let before = 0;
    while (counter.state?.day === '2026-06-21') {
      before = counter.state.todayEnergy;
      counter.take(array.round());
    }
    expect(before).toBeGreaterThan(1_000);
    expect(counter.state?.todayEnergy).toBe(0);
    expect(counter.energy).toBe(before);
    expect(counter.all.at(-1)?.closed).toMatchObject([{ day: '2026-06-21' }]);
  });

  test('what the counter tells late in the evening still belongs to the day', () => {
    const lag: { lifetime: number; today: number }[] = [];
    const tell = (lifetime: number, today: number) => {
      lag.push({ lifetime, today });
      return lag[Math.max(0, lag.length - 7)] ?? { lifetime, today };
    };
    const { closed, made } = days(2, { tell });
    const first = closed[0]?.inverters.flatMap(({ energy }) => energy).reduce(add, 0) ?? 0;
    expect(Math.abs(first / 1_000 - made / 2)).toBeLessThan(0.15);
  });

  test('a panel whose power cannot be is not believed', () => {
    const array = trueArray({ start: Date.UTC(2026, 5, 21, 9) });
    const counter = new Counter();
    counter.take(array.round());
    const round = array.round();
    const [first, ...others] = round.inverters;
    counter.take({ ...round, inverters: [{ id: first?.id ?? '', online: true, powers: [65_535, 65_535] }, ...others] });
    expect(counter.energy).toBeLessThan(400);
  });

  test('an inverter whose powers cannot be read takes nothing from the others, and gives them nothing', () => {
    const power = (inverter: number, panel: number, at: number) => 3 * sun(inverter, panel, at);
    const array = trueArray({ power });
    const counter = new Counter();
    for (let round = 0; round < DAY_ROUNDS; round++) {
      const { inverters, ...rest } = array.round();
      counter.take({ ...rest, inverters: inverters.map((one, index) => (index === 0 ? { ...one, powers: [] } : one)) });
    }
    expect(worst(counter.energies().slice(1), array.truth.slice(1))).toBeLessThan(0.02);
    expect(counter.notes()).toEqual([]);
  });
});

describe('a gap', () => {
  test.each([0, 1, 2])('of two hours at noon on day %i is given to the panels, and marked', (gapDay) => {
    const isGap = (round: number, day: number) => day === gapDay && round >= NOON.from && round < NOON.to;
    const { furthest, worst: off, guessed, counter } = days(3, {}, (round, day) => !isGap(round, day));
    expect(counter.notes()).toEqual(['gap']);
    // On the first day nobody knows the panels' usual powers.
    expect(off).toBeLessThan(gapDay === 0 ? 0.02 : 0.005);
    expect(furthest).toBeLessThan(0.15);
    expect(guessed.map((wh) => wh > 0)).toEqual([0, 1, 2].map((day) => day === gapDay));
  });

  test('is given to each panel nearly as it was', () => {
    const array = trueArray();
    const counter = new Counter();
    for (let round = 0; round < DAY_ROUNDS + NOON.from; round++) {
      counter.take(array.round());
    }
    const before = { truth: array.truth.map((panels) => [...panels]), counted: counter.energies() };
    array.skip(NOON.to - NOON.from);
    counter.take(array.round());
    const since = (now: readonly (readonly number[])[], then: readonly (readonly number[])[]) =>
      now.map((panels, row) => panels.map((wh, panel) => wh - (then[row]?.[panel] ?? 0)));
    const off = worst(since(counter.energies(), before.counted), since(array.truth, before.truth));
    expect(off).toBeLessThan(0.1);
  });

  test('over nights is given to the days that it covers', () => {
    const { closed, made, counter } = days(6, {}, (round, day) => day < 2 || day === 5 || (day === 2 && round < 150));
    expect(closed.map(({ day }) => day)).toEqual([
      '2026-06-21',
      '2026-06-22',
      '2026-06-23',
      '2026-06-24',
      '2026-06-25',
      '2026-06-26',
    ]);
    const energies = closed.map(({ inverters }) => inverters.flatMap(({ energy }) => energy).reduce(add, 0) / 1_000);
    expect(energies.map((kWh) => Math.abs(kWh - made / 6) < 0.3)).toEqual([true, true, true, true, true, true]);
    expect(Math.abs(counter.energy / 1_000 - made)).toBeLessThan(0.1);
  });

  test('a night that nobody looked at is none', () => {
    const { guessed, counter, worst: off } = days(4, {}, (round) => round >= 71 && round <= 242);
    expect(counter.notes()).toEqual([]);
    expect(guessed).toEqual([0, 0, 0, 0]);
    expect(off).toBeLessThan(0.005);
  });

  test('no counter that is trusted: nothing is made up', () => {
    const isRead = (round: number) => round < NOON.from || round >= NOON.to;
    const { guessed } = days(2, { tell: () => ({ lifetime: null, today: null }) }, isRead);
    expect(guessed).toEqual([0, 0]);
  });

  test('a counter that leaps by what nobody can have made gives nobody anything', () => {
    const leap = Date.UTC(2026, 5, 22, 12);
    const tell = (lifetime: number, today: number, at: number) => ({
      lifetime: at < leap ? lifetime : lifetime + 5_000,
      today,
    });
    const { counter, made } = days(3, { tell });
    expect(Math.abs(counter.energy / 1_000 - made)).toBeLessThan(0.2);
  });
});

describe('an inverter that was away', () => {
  const away = { from: Date.UTC(2026, 5, 23, 10), to: Date.UTC(2026, 5, 23, 13) };
  const isHeard = (inverter: number, at: number) => inverter !== 1 || at < away.from || at >= away.to;

  test('and only lost its radio gets what the counter tells at its return', () => {
    // The ECU counts what it hears; at its return, the inverter's own counter tells the rest.
    const missing = trueMissing();
    const tell = (lifetime: number, today: number, at: number) => {
      const hidden = at < away.to ? missing(at) : 0;
      return { lifetime: step(lifetime - hidden, 0.1), today: step(today - hidden, 0.01) };
    };
    const { worst: off, guessed } = days(4, { isHeard, tell });
    expect(off).toBeLessThan(0.02);
    expect(guessed[2]).toBeGreaterThan(300);
  });

  test('and made nothing meanwhile gets nothing', () => {
    const power = (inverter: number, panel: number, at: number) =>
      isHeard(inverter, at) ? sun(inverter, panel, at) : 0;
    const { worst: off, guessed } = days(4, { power });
    expect(off).toBeLessThan(0.01);
    expect(guessed).toEqual([0, 0, 0, 0]);
  });

  function trueMissing() {
    const made = (at: number) => ((sun(1, 0, at) + sun(1, 1, at)) * 5 * MINUTE) / HOUR / 1_000;
    return (at: number) => {
      let kWh = 0;
      for (let one = away.from; one <= at; one += 5 * MINUTE) {
        kWh += made(one);
      }
      return kWh;
    };
  }

  const step = (kWh: number, by: number) => Math.floor(kWh / by + 1e-6) * by;
});

describe('a counter that can not be right', () => {
  test.each<[string, NonNullable<ArraySettings['tell']>, string[]]>([
    ['a today of 0.6', (lifetime, today) => ({ lifetime, today: today * 0.6 }), ['today']],
    ['a today that stands still', (lifetime) => ({ lifetime, today: 0 }), ['today']],
    ['a today at random', (lifetime, today, at) => ({ lifetime, today: (today * ((at / 300_000) % 7)) / 7 }), []],
    ['a lifetime that stands still', (_, today) => ({ lifetime: 1234, today }), ['lifetime']],
    [
      'a lifetime of half',
      (lifetime, today) => ({ lifetime: 1234 + Math.floor((lifetime - 1234) * 5) / 10, today }),
      ['lifetime'],
    ],
    ['both stand still', () => ({ lifetime: 1234, today: 0 }), ['lifetime', 'today']],
    ['no counter at all', () => ({ lifetime: null, today: null }), []],
  ])('%s', (_, tell, told) => {
    const { counter, made, furthest, worst: off } = days(3, { tell });
    expect(Math.abs(counter.energy / 1_000 - made)).toBeLessThan(0.15);
    // Until it is found out, the sum waits for it.
    expect(furthest).toBeLessThan(0.6);
    expect(off).toBeLessThan(0.02);
    expect(counter.notes().sort()).toEqual(told);
  });

  test('leaves the factor as it was last good', () => {
    const bad = Date.UTC(2026, 5, 23);
    const tell = (lifetime: number, today: number, at: number) =>
      at < bad ? { lifetime, today } : { lifetime: 1250, today: 3 };
    const { counter, array } = days(5, { tell, factor: 0.9 });
    expect(counter.state?.factor.value).toBeCloseTo(0.9, 1);
    expect(worst(counter.energies(), array.truth)).toBeLessThan(0.03);
  });

  test('one in steps of 1 kWh is only coarse', () => {
    const { counter, made, worst: off } = days(4, { lifetimeStep: 1 });
    expect(counter.notes()).toEqual([]);
    expect(Math.abs(counter.energy / 1_000 - made)).toBeLessThan(1);
    expect(off).toBeLessThan(0.05);
  });
});

describe('clocks', () => {
  const at = Date.UTC(2026, 5, 22, 11);
  const minutes = (stamp: string, change: number) =>
    new Date(Date.parse(`${stamp.replace(' ', 'T')}Z`) + change * MINUTE).toISOString().slice(0, 19).replace('T', ' ');

  test.each<[string, (round: CountingRound) => Partial<CountingRound>]>([
    ['the ECU sets its clock back by an hour', ({ stamp }) => ({ stamp: minutes(stamp ?? '', -60) })],
    ['the ECU sets its clock ahead by an hour', ({ stamp }) => ({ stamp: minutes(stamp ?? '', 60) })],
    ['the ECU sets its clock back by ten minutes', ({ stamp }) => ({ stamp: minutes(stamp ?? '', -10) })],
    ['the ECU loses its clock', () => ({ stamp: null })],
    ['our clock is set ahead by 30 days', (round) => ({ at: round.at + 30 * DAY, day: '2026-07-22' })],
    ['our clock is set back to 1970', (round) => ({ at: round.at - at, day: '1970-01-01' })],
  ])('%s', (_, change) => {
    const array = trueArray();
    const counter = new Counter();
    for (let round = 0; round < 3 * DAY_ROUNDS; round++) {
      const told = array.round();
      const isSet = array.now >= at && array.now < at + 4 * HOUR;
      const before = counter.state?.todayEnergy ?? 0;
      counter.take(isSet ? { ...told, ...change(told) } : told);
      if (array.now % DAY > 6 * HOUR && array.now % DAY < 20 * HOUR) {
        expect(counter.state?.todayEnergy).toBeGreaterThanOrEqual(before);
      }
    }
    expect(worst(counter.energies(), array.truth)).toBeLessThan(0.01);
    expect(counter.all.flatMap(({ closed }) => closed).map(({ day }) => day)).toEqual(['2026-06-21', '2026-06-22']);
    expect(counter.notes()).toEqual([]);
  });

  test('an ECU that stands still adds nothing', () => {
    const array = trueArray({ start: Date.UTC(2026, 5, 21, 9) });
    const counter = new Counter();
    counter.take(array.round());
    const round = array.round();
    counter.take(round);
    const { state } = counter;
    for (let later = 1; later < 200; later++) {
      expect(counter.take({ ...round, at: round.at + later * MINUTE })).toMatchObject({ isNew: false });
    }
    expect(counter.state).toBe(state);
  });
});

describe('an inverter that moves to another ECU', () => {
  test('takes its energies along, there and back', () => {
    const array = trueArray({ start: Date.UTC(2026, 5, 21, 8) });
    const [left, right] = [new Counter(), new Counter()];
    const id = idOf(1);
    const elsewhere = (other: Counter) => (wanted: string) => {
      const count = other.state?.inverters.find((one) => one.id === wanted);
      return count === undefined ? null : { day: other.state?.day ?? '', count };
    };
    const energyAt = (counter: Counter) =>
      counter.state?.inverters.find((one) => one.id === id)?.energy.reduce(add, 0) ?? 0;
    let newest = 0;
    for (let round = 0; round < 60; round++) {
      const told = array.round();
      const isRight = round >= 20 && round < 40;
      const listed = (isHere: boolean) => ({
        ...told,
        inverters: told.inverters.filter((one) => (one.id === id) === isHere || (one.id !== id && !isHere)),
      });
      left.take(isRight ? listed(false) : told, elsewhere(right));
      right.take(isRight ? listed(true) : { ...told, inverters: [] }, elsewhere(left));
      const now = energyAt(isRight ? right : left);
      expect(now).toBeGreaterThanOrEqual(newest);
      newest = now;
    }
    // The other inverter panels' counter tells nothing of one that left: their sums stay.
    expect(newest).toBeGreaterThan(500);
    expect(left.energy).toBeGreaterThan(0);
  });
});

describe('an ECU that takes the place of another', () => {
  test('goes on with the energies of its inverters, by night as well', () => {
    const array = trueArray();
    const before = new Counter();
    for (let round = 0; round < DAY_ROUNDS; round++) {
      before.take(array.round());
    }
    const elsewhere = (id: string) => {
      const count = before.state?.inverters.find((one) => one.id === id);
      return count === undefined ? null : { day: before.state?.day ?? '', count };
    };
    const after = new Counter();
    after.take(array.round(), elsewhere);
    expect(after.energies()).toEqual(before.energies());
    expect(after.energy).toBe(0);
    for (let round = 0; round < DAY_ROUNDS; round++) {
      after.take(array.round(), elsewhere);
    }
    expect(worst(after.energies(), array.truth)).toBeLessThan(0.01);
  });
});

test.each([0, 3, 6, 9])('counters that are right are trusted when a person asks once an hour only (%i)', (rounds) => {
  const power = (_: number, __: number, at: number) => {
    const share = ((at % DAY) / HOUR - 6) / 14;
    return share < 0 || share > 1 ? 0 : Math.round(350 * Math.sin(Math.PI * share) ** 1.5);
  };
  const array = trueArray({ power });
  array.skip(rounds);
  const counter = new Counter();
  for (let hour = 0; hour < 14 * 24; hour++) {
    array.skip(11);
    const { state } = counter.take(array.round());
    expect(distrusted(state)).toEqual([]);
  }
  expect(Math.abs(counter.energy / 1_000 - (array.lifetime - 1234))).toBeLessThan(1);
});

describe('a simulated ECU whose time runs faster', () => {
  test.each([12, 60])('%i times: its own time counts', (speed) => {
    // Rounds of five of its minutes; it is asked once in a minute of ours.
    const array = trueArray({ start: Date.UTC(2026, 5, 21, 6), roundMs: speed * MINUTE });
    const counter = new Counter();
    const ours = Date.UTC(2026, 5, 21, 6);
    for (let round = 0; round < (14 * 60) / speed; round++) {
      counter.take({ ...array.round(), at: ours + round * MINUTE });
    }
    expect(worst(counter.energies(), array.truth)).toBeLessThan(0.12);
    expect(Math.abs(counter.energy / 1_000 - (array.lifetime - 1234))).toBeLessThan(1);
  });
});
