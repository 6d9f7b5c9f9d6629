import { describe, expect, test } from 'vitest';
import { guardEnergy, lifetimeOf, lifetimeResetOf, todayOf } from '../../src/energy/guard.ts';
import { parseEnergyState } from '../../src/energy/savedEnergy.ts';

const AT = Date.UTC(2026, 5, 1, 12);
const ECU = '216200012345';
/** As 3.0.0 wrote it. */
const OLD = {
  ecuId: ECU,
  lifetime: { value: 5_004.6, since: AT - 300_000, doubt: null, isHeld: false, resetAt: AT - 86_400_000 },
  today: { value: 4.66, date: '2026-06-01', at: AT, before: 12, doubt: { first: 1, value: 2, at: AT, coveredMs: 3 } },
};

function parsed(value: unknown) {
  const state = parseEnergyState(JSON.parse(JSON.stringify(value)));
  if (state === null) {
    throw new Error('not read');
  }
  return state;
}

describe('what 3.0.0 saved', () => {
  test('is known from the start', () => {
    const state = parsed(OLD);
    expect([lifetimeOf(state), todayOf(state)]).toEqual([5_004.6, 4.66]);
    expect(lifetimeResetOf(state)?.getTime()).toBe(AT - 86_400_000);
    expect(lifetimeOf(parsed({ ...OLD, lifetime: { ...OLD.lifetime, value: 0, isUnknown: true } }))).toBeNull();
  });

  test('goes on with what was made during the update, and with no spike', () => {
    const reading = {
      ecuId: ECU,
      at: new Date(AT + 600_000),
      stamp: '2026-06-01 12:10:00',
      localDate: '2026-06-01',
      anyOnline: true,
      peakKw: 3.84,
    };
    const truth = { ...reading, lifetime: 5_004.9, today: 4.93 };
    expect(guardEnergy(parsed(OLD), truth)).toMatchObject({ lifetime: 5_004.9, today: 4.93, note: null });
    expect(guardEnergy(parsed(OLD), { ...truth, lifetime: 9_000, today: 90 })).toMatchObject({
      lifetime: 5_004.6,
      today: 4.66,
    });
  });

  test.each([
    ['no object', 7],
    ['no id', { ...OLD, ecuId: '2162/#' }],
    ['no lifetime', { ...OLD, lifetime: { ...OLD.lifetime, value: 'x' } }],
    ['a negative one', { ...OLD, lifetime: { ...OLD.lifetime, value: -1 } }],
    ['no today', { ...OLD, today: null }],
    ['half of the new form', { ...OLD, look: { at: AT, stamp: null, anyOnline: true } }],
  ])('is not read with %s', (_, value) => {
    expect(parseEnergyState(value)).toBeNull();
  });
});
