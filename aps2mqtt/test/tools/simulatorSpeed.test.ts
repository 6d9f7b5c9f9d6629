import { expect, it } from 'vitest';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { simulatedClock } from '../../src/tools/simulator/sources.ts';

const MIDNIGHT = Date.parse('2026-06-21T00:00:30Z');
const DAY_MS = 24 * 3_600_000;
const POSITION = { latitude: 48.86, longitude: 2.35 };

/** kWh that a day makes, and how much of it an hour of ours, at this speed. */
function aDay(speed: number) {
  let now = MIDNIGHT;
  const described = {
    ecu: 'ecu-r-pro',
    inverters: [{ family: 'qt2', count: 50 }],
    timeZone: 'UTC',
    position: POSITION,
    round: 300,
    delay: 10,
  } as const;
  const clock = simulatedClock({ day: false, sites: [described], speed }, { now: () => new Date(now) });
  const site = simulatedSite(described, clock);
  const before = site.state().summary.lifetimeEnergy;
  now += DAY_MS / speed - 60_000 / speed;
  return site.state().summary.lifetimeEnergy - before;
}

it.each([0.5, 60, 3600])('at %s times the speed, a day makes as much as at the usual one', (speed) => {
  expect(aDay(speed)).toBeCloseTo(aDay(1), 6);
  expect(aDay(speed)).toBeGreaterThan(500);
});
