import { expect, it } from 'vitest';
import { type EnergyState, guardEnergy } from '../../src/energy/guard.ts';
import type { SiteDescription } from '../../src/tools/simulator/description.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';

const BEGAN = Date.parse('2026-06-21T10:00:30Z');
const POLL_MS = 5 * 60_000;
const MINUTES = 60;
const DESCRIPTION: SiteDescription = { ecu: 'ecu-r-pro', inverters: [{ family: 'qt2', count: 50 }], timeZone: 'UTC' };

/** An hour of polls, with the ECU's time at this speed. */
function anHour(speed: number) {
  let now = BEGAN;
  const site = simulatedSite({ ...DESCRIPTION, speed }, { now: () => new Date(BEGAN + (now - BEGAN) * speed) });
  const first = site.state().summary;
  const notes: unknown[] = [];
  let state: EnergyState | null = null;
  let watts = 0;
  for (; now <= BEGAN + MINUTES * 60_000; now += POLL_MS) {
    const { summary, stamp } = site.state();
    const guarded = guardEnergy(state, {
      ecuId: summary.ecuId,
      lifetime: summary.lifetimeEnergy,
      today: summary.todayEnergy,
      at: new Date(now),
      stamp: null,
      localDate: stamp?.slice(0, 10) ?? null,
      anyOnline: summary.invertersOnline > 0,
      peakKw: 50 * 3.6,
    });
    state = guarded.state;
    watts = Math.max(watts, summary.currentPower);
    notes.push(...(guarded.note === null ? [] : [guarded.note]));
    expect(guarded).toMatchObject({ lifetime: summary.lifetimeEnergy, today: summary.todayEnergy });
  }
  const last = site.state().summary;
  return { notes, made: last.lifetimeEnergy - first.lifetimeEnergy, first, most: (watts / 1000) * (MINUTES / 60) };
}

it.each([0.5, 1, 60, 3600])('at %s times the speed, the bridge believes every energy', (speed) => {
  const { notes, made, most } = anHour(speed);
  expect(notes).toEqual([]);
  expect(made).toBeGreaterThan(most / 10);
  expect(made).toBeLessThanOrEqual(most * 1.1);
});

it('the day until now was a real one, however fast it goes on', () => {
  expect(anHour(60).first.todayEnergy).toBe(anHour(1).first.todayEnergy);
  expect(anHour(60).first.todayEnergy).toBeGreaterThan(100);
});
