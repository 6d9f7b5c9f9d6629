import { describe, expect, it } from 'vitest';
import { sumOfTotal, sumOfTotalIncreasing } from '../support/homeAssistantSums.ts';
import type { Installation } from '../support/installation.ts';
import { seeded } from '../support/pollSimulation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import { DAY, HOUR, MINUTE, ROOF, STATES, sharedBroker, startRoof } from '../support/roof.ts';
import { nextTrouble } from '../support/troubles.ts';
import { falsehoods } from '../support/truth.ts';

const broker = sharedBroker();

/** When something was wrong, ms since 1970. */
type Span = readonly [from: number, to: number];

interface Life {
  readonly spans: readonly Span[];
  /** What went wrong, for whoever has to find out why. */
  readonly story: readonly string[];
}

/** The longest pause between two polls of an ECU that was silent, and two rounds. */
const RECOVERY_MS = 16 * MINUTE;
const ROUND_MS = 5 * MINUTE;

async function live(roof: Installation, days: number, seed: number): Promise<Life> {
  const random = seeded(seed);
  const now = () => roof.clock.now().getTime();
  const end = now() + days * DAY;
  const spans: Span[] = [];
  const story: string[] = [];
  while (now() < end) {
    await roof.pass((0.2 + 4 * random()) * HOUR);
    const from = now();
    const trouble = nextTrouble(roof, random);
    const isBrokerAway = trouble.isOfEcu && random() < 0.2;
    const what = `${trouble.name} for ${trouble.lasts / MINUTE} min${isBrokerAway ? ', without a broker' : ''}`;
    story.push(`${roof.clock.now().toISOString()} ${what}`);
    await trouble.begin();
    await (isBrokerAway && roof.wire.close());
    await roof.pass(trouble.lasts);
    await (isBrokerAway && roof.wire.open());
    await trouble.end();
    await roof.pass(trouble.recovers ?? 0);
    spans.push([from, now() + RECOVERY_MS]);
  }
  await roof.pass(HOUR);
  return { spans, story };
}

/** Of the states that were heard by day while nothing was wrong: how many rounds they tell, and which lack one before. */
function roundsIn(roof: Installation, spans: readonly Span[]) {
  const isCalm = (at: Date) => spans.every(([from, to]) => at.getTime() < from || at.getTime() > to);
  const isSameCalm = (from: Date, to: Date) => spans.every(([begin]) => begin < from.getTime() || begin > to.getTime());
  const rounds = roof.heard
    .filter(({ topic, at }) => topic === STATES && isCalm(at))
    .map(({ payload, at }) => ({ at, ...JSON.parse(payload) }))
    .map(({ at, poll_round, inverters_online }) => ({
      at,
      round: Date.parse(poll_round),
      isDay: inverters_online > 0,
    }));
  const pairs = rounds
    .map((to, index) => ({ from: rounds[index - 1] ?? to, to }))
    .filter(({ from, to }) => from.isDay && to.isDay && isSameCalm(from.at, to.at) && from.round !== to.round);
  const missed = pairs.filter(({ from, to }) => to.round - from.round !== ROUND_MS);
  return { told: pairs.length, missed: missed.map(({ to }) => to.at.toISOString()) };
}

/** Polls begin a minute apart. After a start nobody knows when the last one was. */
function shortestGap(roof: Installation): number {
  const polls = roof.ecu.polls().map((at) => at.getTime());
  return Math.min(...polls.slice(1).map((at, index) => at - (polls[index] ?? 0)));
}

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
const numbers = (roof: Installation, key: string) => roof.on(STATES).map((payload) => JSON.parse(payload)[key]);

/** `npm run soak` sets 30. */
const DAYS = Number(process.env.SOAK_DAYS ?? 2);
const SEEDS = (process.env.SOAK_SEEDS ?? '1').split(',').map(Number);

describe('days on end', () => {
  it.each([...SEEDS.map((seed) => ({ days: DAYS, seed, isInMemory: true })), { days: 1, seed: 2, isInMemory: false }])(
    '$days days of troubles, seed $seed',
    { timeout: 120_000 },
    async ({ days, seed, isInMemory }) => {
      const site = { ...ROOF, clouds: 0.8, seed: String(seed), lifetimeEnergy: 1_234.5 };
      const roof = await startRoof(broker.port, {
        ecus: [{ site, isInMemory }],
        options: { stateFile: 'state.json' },
        files: new PowerCutDisk(),
      });
      await roof.pass(HOUR);
      const before = { listeners: roof.listeners(), sleepers: roof.clock.sleepers, sockets: sockets() };
      const { spans, story } = await live(roof, days, seed);
      const because = `seed ${seed}\n${story.join('\n')}`;

      expect(falsehoods(roof.heard, roof.ecu), because).toEqual([]);
      const { told, missed } = roundsIn(roof, spans);
      expect(missed, because).toEqual([]);
      expect(told).toBeGreaterThan(50 * days);
      expect(shortestGap(roof), because).toBeGreaterThanOrEqual(MINUTE);

      const truth = roof.ecu.served.findLast(({ command }) => command === '0001')?.state.summary ?? site;
      const made = truth.lifetimeEnergy - site.lifetimeEnergy;
      const lifetimes = numbers(roof, 'lifetime_energy');
      expect(lifetimes.at(-1), because).toBe(truth.lifetimeEnergy);
      expect(sumOfTotal(lifetimes), because).toBeCloseTo(made, 6);
      const total = sumOfTotalIncreasing(numbers(roof, 'today_energy'));
      expect(total / made, because).toBeGreaterThan(0.98);
      expect(total / made, because).toBeLessThan(1.005);

      expect(roof.listeners(), because).toBeLessThanOrEqual(before.listeners);
      expect(roof.clock.sleepers, because).toBeLessThanOrEqual(before.sleepers);
      expect(sockets(), because).toBeLessThanOrEqual(before.sockets + 2);
      expect(roof.told().length, because).toBeLessThan(4 * story.length);
    },
  );
});
