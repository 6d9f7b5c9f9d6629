import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EnergyState, guardEnergy, lifetimeResetOf } from '../../src/energy/guard.ts';
import { parseEnergyState } from '../../src/energy/savedEnergy.ts';
import { type LifeOptions, randomLife } from '../support/ecuLife.ts';
import { sumOfTotal, sumOfTotalIncreasing } from '../support/homeAssistantSums.ts';
import { seeded } from '../support/pollSimulation.ts';

/** `GUARD_LIVES=3000 npx vitest run test/energy/lives.test.ts` lives as many of each kind. */
const LIVES = Number(process.env.GUARD_LIVES ?? 8);
const NOTHING: LifeOptions = {
  days: 8,
  mayBeReplaced: false,
  mayBeUnseen: false,
  mayLie: false,
  mayClocksJump: false,
};

/** What Home Assistant adds up of a life, look by look, and what it should be. kWh. */
function live(seed: number, options: LifeOptions) {
  const life = randomLife(seeded(seed), options);
  let state: EnergyState | null = null;
  const lifetime: (number | null)[] = [];
  const today: (number | null)[] = [];
  const resets: (string | null)[] = [];
  for (const look of life.looks) {
    const guarded = guardEnergy(state, look);
    // Each look may be the first one after a restart.
    state = parseEnergyState(JSON.parse(JSON.stringify(guarded.state)));
    lifetime.push(guarded.lifetime);
    today.push(guarded.today);
    resets.push(lifetimeResetOf(guarded.state)?.toISOString() ?? null);
  }
  const since = (values: readonly number[], first: number) => (values.at(-1) ?? 0) - (values[first] ?? 0);
  const [first, firstToday] = [lifetime, today].map((values) => values.findIndex((value) => value !== null));
  return {
    ...life,
    because: `seed ${seed}\n${life.story.join('\n')}`,
    sums: sumsOf(lifetime, resets),
    /** The most that can have been made since the first published value, look by look. */
    most: life.possible.map((kWh) => Math.max(0, kWh - (life.possible[first ?? 0] ?? 0))),
    sum: sumOfTotal(lifetime, resets),
    sumToday: sumOfTotalIncreasing(today),
    made: since(life.made, first ?? 0),
    madeSinceToday: since(life.made, firstToday ?? 0),
    possibleSinceToday: since(life.possible, firstToday ?? 0),
  };
}

/** The sum of a `total` after each look. */
function sumsOf(states: readonly (number | null)[], resets: readonly (string | null)[]): number[] {
  let sum = 0;
  let before: { value: number; reset: string | null } | null = null;
  return states.map((value, index) => {
    const reset = resets[index] ?? null;
    if (value !== null) {
      sum += before === null ? 0 : reset !== null && reset !== before.reset ? value : value - before.value;
      before = { value, reset };
    }
    return sum;
  });
}

/** Two steps of the counter, what it may be late by, and what inverters may add later. */
const slackOf = (peakKw: number) => 0.4 + 1.2 * peakKw;

function eachLife(options: Partial<LifeOptions>, check: (life: ReturnType<typeof live>) => void): void {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
      const life = live(seed, { ...NOTHING, ...options });
      // Nothing ever takes away, and nothing is added that can't have been made.
      const most = (index: number) => (life.most[index] ?? 0) + slackOf(life.peakKw);
      const fell = life.sums.findIndex((sum, index) => sum < (life.sums[index - 1] ?? 0) - 1e-6);
      const tooMuch = life.sums.findIndex((sum, index) => sum > most(index));
      expect({ fell, tooMuch }, life.because).toEqual({ fell: -1, tooMuch: -1 });
      expect(life.sumToday, life.because).toBeLessThanOrEqual(life.possibleSinceToday + slackOf(life.peakKw));
      check(life);
    }),
    { numRuns: LIVES },
  );
}

describe("whatever happens, Home Assistant adds what was made: in the lifetime's sum", () => {
  test('of an honest ECU, all of it', () => {
    eachLife({}, ({ sum, made, because }) => expect(Math.abs(sum - made), because).toBeLessThan(0.21));
  });

  test('of one that is silent for hours or days, all of it', () => {
    eachLife({ mayBeUnseen: true }, ({ sum, made, because }) =>
      expect(Math.abs(sum - made), because).toBeLessThan(0.21),
    );
  });

  test('of one that lies, and is replaced, and silent, while clocks are set, nothing that cannot be', () => {
    eachLife({ mayBeUnseen: true, mayLie: true, mayBeReplaced: true }, () => {});
    eachLife({ mayLie: true, mayClocksJump: true }, () => {});
  });

  test('of one that lies, all of it but what a lie hid while it was believed', () => {
    eachLife({ mayLie: true }, ({ sum, made, peakKw, because }) =>
      expect(made - sum, because).toBeLessThan(0.21 + 3 * peakKw),
    );
  });

  test('of one whose clock or ours is set, all of it but a look', () => {
    eachLife({ mayClocksJump: true }, ({ sum, made, peakKw, because }) =>
      expect(Math.abs(made - sum), because).toBeLessThan(0.21 + 2 * peakKw),
    );
  });

  test('of one that is replaced, all of it but a look for each time', () => {
    eachLife({ mayBeReplaced: true }, ({ sum, made, replacements, peakKw, because }) => {
      expect(made - sum, because).toBeLessThan(0.21 + replacements * (0.4 + 1.2 * peakKw));
      expect(sum - made, because).toBeLessThan(0.21 + replacements * (0.4 + 1.2 * peakKw));
    });
  });
});

test("today's sum of an honest ECU is what was made, but for what nobody saw before a reset", () => {
  eachLife({}, ({ sumToday, madeSinceToday, because }) =>
    expect(sumToday - madeSinceToday, because).toBeLessThan(0.05),
  );
});
