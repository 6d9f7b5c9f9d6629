import { expect, it } from 'vitest';
import { fractionOf } from '../../src/tools/simulator/seeded.ts';
import { mean, quantile } from '../support/pollSimulation.ts';
import { DAY, expectNoHurry, HOUR, ROOF, STATES, sharedBroker, startRoof } from '../support/roof.ts';

const broker = sharedBroker();

/** Where the sun does not set, so that nothing slows down. */
const SVALBARD = { latitude: 78.2, longitude: 15.6 };
const ROUND_MS = 300_000;

it('values are young when a subscriber hears them, and the ECU is hardly bothered', async () => {
  const roof = await startRoof(broker.port, {
    ecus: [{ site: { ...ROOF, position: SVALBARD }, isInMemory: true }],
    prepare: ([ecu]) => ecu?.site.setRounds(300, (round) => 5 + 20 * fractionOf(`delay ${round}`)),
  });
  await roof.pass(2 * HOUR);
  const [message, polls] = [roof.heard.length, roof.ecu.polls().length];
  await roof.pass(2 * DAY);

  const ages = new Map<number, number>();
  for (const { topic, payload, at } of roof.heard.slice(message)) {
    const round = topic === STATES ? Date.parse(JSON.parse(payload).poll_round) : Number.NaN;
    if (!Number.isNaN(round) && !ages.has(round)) {
      ages.set(round, (at.getTime() - round) / 1_000);
    }
  }
  const rounds = (2 * DAY) / ROUND_MS;
  const pollsPerRound = (roof.ecu.polls().length - polls) / rounds;
  expect(ages.size).toBe(rounds);
  expect(mean([...ages.values()])).toBeLessThan(27);
  expect(quantile([...ages.values()], 0.95)).toBeLessThan(35);
  expect(pollsPerRound).toBeLessThanOrEqual(1.1);
  expectNoHurry(roof);
});
