import {
  type Days,
  FIRST_DAY,
  figures,
  mean,
  quantile,
  type Random,
  simulateDays,
} from '../test/support/pollSimulation.ts';
import { describeMachine } from './machine.ts';
import { run } from './running.ts';
import { renderCells } from './table.ts';

const SEEDS = 300;
/** Settled half an hour after nothing was known. */
const FROM_HOUR = 0.5;

/** ms of a poll of which 3 % of connections fail: these queries are tried a second time, half a second later. */
const retried = (random: Random) => 100 + (random() < 0.06 ? 500 : 0);

const driftOf = (perDay: number) => (ms: number) => ms + ((ms - FIRST_DAY) * perDay) / 86_400;

const WORLDS: Readonly<Record<string, Omit<Days, 'seed'>>> = {
  '5 to 25 s at random, the first day': { hours: 24.5, took: retried },
  '5 to 25 s at random, three days': { hours: 72, took: retried },
  'the same, an ECU clock 5 s a day fast': { hours: 72, ecuClock: driftOf(5) },
  'the same, an ECU clock 5 s a day slow': { hours: 72, ecuClock: driftOf(-5) },
  '12 s, always': { hours: 24.5, delay: () => 12 },
  '5 to 25 s, a fifth of the rounds 200 s': {
    hours: 24.5,
    delay: (random) => (random() < 0.2 ? 200 : 5 + 20 * random()),
  },
  'rounds of 15 minutes': { hours: 96, length: () => 900, took: retried },
};

/** How old values are when they are published, and how often an ECU is asked: simulated days, which take no time. */
async function main(): Promise<void> {
  const head = ['rounds show after', 'mean age, s', 'of the worst seed', '95 % within, s', 'polls a round', 'missed'];
  const lines = Object.entries(WORLDS).map(([name, world]) => [name, ...measure(world)]);
  process.stdout.write(`${describeMachine({})}\n${SEEDS} seeds each\n\n${renderCells([head, ...lines])}\n`);
}

function measure(world: Omit<Days, 'seed'>): string[] {
  const runs = Array.from({ length: SEEDS }, (_, seed) =>
    figures(simulateDays({ ...world, seed: 1_000 + seed }), FROM_HOUR, world.hours),
  );
  const means = runs.map(({ ages }) => mean(ages));
  const all = runs.flatMap(({ ages }) => ages);
  const missed = runs.reduce((sum, one) => sum + one.missed, 0);
  return [
    mean(means).toFixed(1),
    Math.max(...means).toFixed(1),
    quantile(all, 0.95).toFixed(1),
    mean(runs.map(({ pollsPerRound }) => pollsPerRound)).toFixed(2),
    `${missed} of ${runs.reduce((sum, one) => sum + one.rounds, 0)}`,
  ];
}

run(main);
