import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Judge } from '../src/alarms/judge.ts';
import { parseDay } from '../src/history/dayRounds.ts';
import { PARIS } from '../src/tools/simulator/years/description.ts';
import { dayText } from '../src/tools/simulator/years/writeYears.ts';
import { simulateYears } from '../src/tools/simulator/years/years.ts';

/** How long a year of 400 panels takes to be judged, once it is read. Prints ms of processor time, so that others on the machine do no harm. */
const PANELS = 400;
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
setFlagsFromString('--expose-gc');
const collect: (how: { type: 'minor' }) => void = runInNewContext('gc');
const judge = new Judge();
let spent = 0;
for (const simulated of years) {
  const day = { day: simulated.day, ...parseDay(dayText(simulated)) };
  // What reading leaves behind is not to be tidied up meanwhile.
  collect({ type: 'minor' });
  const from = process.cpuUsage();
  judge.takeDay(day);
  const { user, system } = process.cpuUsage(from);
  spent += (user + system) / 1000;
}
console.log(`a year of ${PANELS} panels: ${Math.round(spent)} ms`);
