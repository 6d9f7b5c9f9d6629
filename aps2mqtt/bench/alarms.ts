import { Judge } from '../src/alarms/judge.ts';
import { PARIS } from '../src/tools/simulator/years/description.ts';
import { type SimulatedDay, simulateYears } from '../src/tools/simulator/years/years.ts';

/** How long a year of 400 panels takes to be judged, once it is read. Prints ms of processor time, so that others on the machine do no harm. */
const PANELS = 400;
const TOGETHER = 20;
const inverters = Array.from({ length: PANELS / 2 }, (_, index) => ({
  id: String(704_000_000_001 + index),
  azimuths: index < PANELS / 4 ? [90, 90] : [270, 270],
}));
const years = simulateYears({
  inverters,
  lastDay: '2026-11-23',
  days: 365,
  position: PARIS,
  timeZone: 'Europe/Paris',
  round: 300,
  seed: 'bench',
  ordinary: new Set(['chimney', 'snow', 'dirt', 'limit']),
  weak: [],
});
const judge = new Judge();
let spent = 0;
let waiting: SimulatedDay[] = [];
for (const day of years) {
  waiting.push(day);
  if (waiting.length === TOGETHER) {
    take();
  }
}
take();
console.log(`a year of ${PANELS} panels: ${Math.round(spent)} ms`);

function take(): void {
  const from = process.cpuUsage();
  for (const day of waiting) {
    judge.takeDay(day);
  }
  const { user, system } = process.cpuUsage(from);
  spent += (user + system) / 1000;
  waiting = [];
}
