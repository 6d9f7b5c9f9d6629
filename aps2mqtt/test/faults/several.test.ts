import { describe, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import { median } from '../support/pollSimulation.ts';
import { ECU, expectNoHurry, HOUR, MINUTE, ROOF, settledRoof, sharedBroker } from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';

const OTHER = '216300000002';
const ALWAYS = { times: Number.POSITIVE_INFINITY };

const broker = sharedBroker();

const two = () =>
  settledRoof(broker.port, {
    ecus: [{ site: ROOF }, { site: { ecu: 'ecu-b', ecuId: OTHER, inverters: [{ family: 'yc600', count: 2 }] } }],
  });
const availability = (roof: Installation, id: string) => roof.on(`aps/${id}/availability`);
const rounds = (roof: Installation, id: string, from: number) =>
  new Set(roof.on(`aps/${id}`, from).map((payload) => JSON.parse(payload).poll_round)).size;

describe.concurrent('two ECUs', () => {
  it('a silent one costs the other nothing', async () => {
    const roof = await two();
    const [silent, other] = roof.ecus;
    const message = roof.heard.length;
    silent?.simulator.misbehave({ kind: 'silent' }, ALWAYS);
    await roof.pass(HOUR);
    expect(rounds(roof, OTHER, message)).toBe(12);
    expect(rounds(roof, ECU, message)).toBe(0);
    expect(availability(roof, OTHER)).toEqual(['online']);
    expect(availability(roof, ECU)).toEqual(['online', 'offline']);
    // Its rounds are read as early as ever: an exchange with the silent one takes 8 s and more.
    const shown = new Map((other?.served ?? []).map(({ state }) => [state.round.getTime(), state.showsAt.getTime()]));
    const firstReads = [...shown].map(([round, showsAt]) => {
      const read = other?.served.find(({ state }) => state.round.getTime() === round);
      return (read?.at.getTime() ?? Number.NaN) - showsAt;
    });
    expect(median(firstReads.slice(-12))).toBeLessThan(8_000);
    expectNoHurry(roof);
  });

  it('change places: each goes on under its own name, with its own energies', async () => {
    const roof = await two();
    const [one, other] = roof.ecus.map(({ site }) => site);
    const lifetime = 1_500;
    one?.setEcuId(OTHER);
    one?.setLifetimeEnergy(lifetime);
    other?.setEcuId(ECU);
    await roof.pass(20 * MINUTE);
    expect(availability(roof, ECU).at(-1)).toBe('online');
    expect(availability(roof, OTHER).at(-1)).toBe('online');
    // The first one of them is missing until the second one answers in its place; not the other way round as well.
    expect(
      [...availability(roof, ECU), ...availability(roof, OTHER)].filter((word) => word === 'offline'),
    ).toHaveLength(1);
    const newest = (id: string) => JSON.parse(roof.on(`aps/${id}`).at(-1) ?? '');
    expect(newest(ECU).firmware).toContain('ECU_B');
    // So much more at once cannot be, so what was known of it is still there.
    expect(newest(OTHER).lifetime_energy).toBeLessThan(1_300);
    expect(roof.told().filter((line) => line.includes(`${OTHER} reports a lifetime energy of`))).toHaveLength(1);
    const message = roof.heard.length;
    await roof.say('homeassistant/status', 'online');
    await roof.pass(MINUTE);
    expect(roof.on(`aps/${ECU}/availability`, message)).toEqual(['online']);
    expect(roof.on(`aps/${OTHER}/availability`, message)).toEqual(['online']);
  });

  it('and all their states are true', async () => {
    const roof = await two();
    await roof.pass(HOUR);
    for (const ecu of roof.ecus) {
      expect(rounds(roof, ecu.id, 0)).toBeGreaterThanOrEqual(14);
      expect(falsehoods(roof.heard, ecu)).toEqual([]);
    }
  });
});
