import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/tools/simulator/faults.ts';
import { sumOfTotal } from '../support/homeAssistantSums.ts';
import type { Installation, InstallationSettings } from '../support/installation.ts';
import { PowerCutDisk } from '../support/powerCutDisk.ts';
import {
  AVAILABILITY,
  DAY,
  DS3,
  ECU,
  expectNoHurry,
  HOUR,
  MINUTE,
  QS1,
  ROOF,
  STATES,
  settledRoof,
  sharedBroker,
  startRoof,
  YC1000,
} from '../support/roof.ts';
import { falsehoods } from '../support/truth.ts';

const SUMMARY = '0001';
const INVERTERS = '0002';
const ALWAYS = { times: Number.POSITIVE_INFINITY };
/** Polls that the schedule may have saved up before. */
const SAVED_UP = 4;
const UNKNOWN = { online: null, power: null, temperature: null, signal: null, panel_1_power: null };

const broker = sharedBroker();

const settled = (settings: Partial<InstallationSettings> = {}) => settledRoof(broker.port, settings);
/** Quicker, where hours pass and the wire is no matter. */
const IN_MEMORY = { ecus: [{ site: ROOF, isInMemory: true }] };
/** The newest state on a topic. */
const newest = (roof: Installation, topic: string) => JSON.parse(roof.on(topic).at(-1) ?? 'null');
const inverter = (roof: Installation, id: string) => newest(roof, `${STATES}/${id}`);
const values = (roof: Installation, key: string, from = 0) =>
  roof.on(STATES, from).map((payload) => JSON.parse(payload)[key]);
const config = (roof: Installation, id: string) => roof.on(`homeassistant/device/aps_${id}/config`);

function expectTruth(roof: Installation): void {
  for (const ecu of roof.ecus) {
    expect(falsehoods(roof.heard, ecu)).toEqual([]);
  }
  expectNoHurry(roof);
}

/** The summary with another number in it. */
const says = (offset: number, value: number): Fault => ({
  kind: 'patch',
  patch: (reply) => {
    reply.writeUInt32BE(value, offset);
    return reply;
  },
});
const lifetime = (kWh: number) => says(27, kWh * 10);
const today = (kWh: number) => says(35, kWh * 100);

describe.concurrent('an ECU without data', () => {
  it('status 02 at start, until its first round', async () => {
    const roof = await startRoof(broker.port, { prepare: ([ecu]) => ecu?.site.setStatus('02') });
    await roof.pass(6 * MINUTE);
    expect(roof.on(AVAILABILITY)).toEqual(['online']);
    expect(newest(roof, STATES)).toMatchObject({
      inverters_registered: 4,
      poll_round: null,
      current_power: expect.any(Number),
    });
    expect(roof.heard.filter(({ topic }) => topic.startsWith(`${STATES}/7`))).toEqual([]);
    expect(roof.told().slice(2)).toEqual([expect.stringMatching(/has no data from its inverters yet/)]);
    roof.ecu.site.setStatus('00');
    await roof.passUntil('an inverter', () => roof.on(`${STATES}/${DS3}`).length > 0, 5 * MINUTE);
    await roof.pass(MINUTE);
    expect(config(roof, DS3)).toHaveLength(1);
    expect(roof.told()).toHaveLength(3);
    expectTruth(roof);
  });

  it('status 02 later on: inverters are unknown at once', async () => {
    const roof = await settled();
    const before = newest(roof, STATES);
    roof.ecu.site.setStatus('02');
    await roof.pass(6 * MINUTE);
    expect(inverter(roof, DS3)).toMatchObject(UNKNOWN);
    expect(newest(roof, STATES).lifetime_energy).toBeGreaterThanOrEqual(before.lifetime_energy);
    expect(roof.on(AVAILABILITY)).toEqual(['online']);
    roof.ecu.site.setStatus('00');
    await roof.pass(6 * MINUTE);
    expect(inverter(roof, DS3).online).toBe(true);
    expect(roof.failures()).toEqual([]);
    expect(roof.told().slice(2)).toHaveLength(1);
    expectTruth(roof);
  });

  it('no inverters, a lifetime of 0, and the first inverter later', async () => {
    const roof = await startRoof(broker.port, {
      ecus: [{ site: { ...ROOF, inverters: [], lifetimeEnergy: 0, todayEnergy: 0 } }],
    });
    await roof.pass(6 * MINUTE);
    expect(newest(roof, STATES)).toMatchObject({ inverters_registered: 0, current_power: 0, lifetime_energy: null });
    const id = roof.ecu.site.addInverter('ds3');
    await roof.pass(HOUR);
    expect(newest(roof, `${STATES}/${id}`).online).toBe(true);
    expect(config(roof, id)).toHaveLength(1);
    expect(newest(roof, STATES).lifetime_energy).toBeGreaterThan(0.5);
    expect(roof.told().slice(2)).toEqual([]);
    expectTruth(roof);
  });
});

describe.concurrent('false energies', () => {
  it.each([
    ['a lifetime of 0', lifetime(0)],
    ['a lifetime that fell by 3 kWh', lifetime(1231.5)],
    ['a lifetime that jumped', lifetime(4_000)],
  ])('%s for one poll is held, and told once', async (_, fault) => {
    const roof = await settled();
    roof.ecu.simulator.misbehave(fault, { command: SUMMARY });
    await roof.pass(20 * MINUTE);
    expect(roof.told().slice(2)).toEqual([
      expect.stringMatching(/reports a lifetime energy of .*, which is impossible/),
      expect.stringMatching(/reports a lifetime energy that is plausible again: 12\d\d/),
    ]);
    expectTruth(roof);
  });

  it('a lifetime of 0 all night is held, and told once', async () => {
    const roof = await settled({ ...IN_MEMORY, start: '2026-06-21T17:00:00Z' });
    await roof.pass(4 * HOUR);
    roof.ecu.simulator.misbehave(lifetime(0), { command: SUMMARY, ...ALWAYS });
    await roof.pass(5 * HOUR);
    await roof.ecu.simulator.behave();
    await roof.pass(5 * HOUR);
    expect(Math.min(...values(roof, 'lifetime_energy'))).toBe(1234.5);
    expect(newest(roof, STATES).lifetime_energy).toBe(roof.ecu.site.state().summary.lifetimeEnergy);
    expect(roof.told().slice(2)).toHaveLength(2);
    expectTruth(roof);
  });

  it('a lifetime that fell to an older count goes on from where it was, after an hour', async () => {
    const roof = await settled();
    const message = roof.heard.length;
    const fellAt = roof.clock.now();
    const before = newest(roof, STATES).lifetime_energy;
    roof.ecu.site.setLifetimeEnergy(1_000);
    const isBelieved = () => roof.told().some((line) => line.includes('for an hour: it is accepted'));
    await roof.passUntil('belief', isBelieved, 2 * HOUR);
    const minutes = (roof.clock.now().getTime() - fellAt.getTime()) / MINUTE;
    expect(minutes).toBeGreaterThan(60);
    expect(minutes).toBeLessThan(75);
    await roof.pass(HOUR);
    expect(roof.told().slice(2)).toEqual([
      expect.stringMatching(/which is impossible\. Showing 1\d+\.?\d* kWh/),
      expect.stringMatching(/it is accepted\. What is published goes on from 12\d\d\.?\d* kWh/),
    ]);
    const told = roof.ecu.site.state().summary.lifetimeEnergy - 1_000;
    expect(newest(roof, STATES).lifetime_energy - before).toBeGreaterThan(told - 0.5);
    expect(newest(roof, STATES).lifetime_energy - before).toBeLessThan(told + 0.3);
    const published = values(roof, 'lifetime_energy', message);
    expect(published).toEqual([...published].sort((a, b) => a - b));
    expect(new Set(values(roof, 'lifetime_reset', message))).toEqual(new Set([null]));
  });

  it('a power and energies that the ECU does not know are unknown, or stay', async () => {
    const roof = await settled();
    const before = newest(roof, STATES);
    const unknown: Fault = { kind: 'patch', patch: (reply) => reply.fill(0xff, 27, 39) };
    const message = roof.heard.length;
    roof.ecu.simulator.misbehave(unknown, { command: SUMMARY });
    await roof.pass(6 * MINUTE);
    expect(values(roof, 'current_power', message)).toContain(null);
    for (const key of ['lifetime_energy', 'today_energy']) {
      expect(values(roof, key, message)[0]).toBe(before[key]);
      expect(Math.max(...values(roof, key, message))).toBeLessThan(2_000);
    }
  });

  it('a lifetime that began anew is believed after an hour, and says so, over a restart too', async () => {
    const roof = await settled({ options: { stateFile: 'state.json' }, files: new PowerCutDisk() });
    roof.ecu.site.setLifetimeEnergy(0);
    await roof.pass(2 * HOUR);
    const { lifetime_energy, lifetime_reset } = newest(roof, STATES);
    expect(lifetime_energy).toBe(roof.ecu.site.state().summary.lifetimeEnergy);
    const ago = roof.clock.now().getTime() - Date.parse(lifetime_reset);
    expect(ago).toBeGreaterThan(45 * MINUTE);
    expect(ago).toBeLessThan(HOUR);
    await roof.halt();
    await roof.resume();
    await roof.pass(10 * MINUTE);
    expect(newest(roof, STATES).lifetime_reset).toBe(lifetime_reset);
    const made = sumOfTotal(values(roof, 'lifetime_energy'), values(roof, 'lifetime_reset'));
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(30);
    expectTruth(roof);
  });

  it.each([0, 12_345.67])("today's energy of %s kWh for one poll is held", async (kWh) => {
    const roof = await settled();
    roof.ecu.simulator.misbehave(today(kWh), { command: SUMMARY });
    await roof.pass(20 * MINUTE);
    expect(roof.told().slice(2)).toEqual([]);
    expectTruth(roof);
  });

  it("today's energy of yesterday, until the morning", async () => {
    const roof = await settled({ ...IN_MEMORY, start: '2026-06-21T19:00:00Z' });
    await roof.pass(2.5 * HOUR);
    const yesterday = newest(roof, STATES).today_energy;
    expect(yesterday).toBeGreaterThan(10);
    roof.ecu.simulator.misbehave(today(yesterday), { command: SUMMARY, ...ALWAYS });
    await roof.pass(8 * HOUR);
    await roof.ecu.simulator.behave();
    await roof.pass(HOUR);
    expect(newest(roof, STATES).today_energy).toBe(roof.ecu.site.state().summary.todayEnergy);
    expectTruth(roof);
  });
});

describe.concurrent('odd records', () => {
  it('of an unknown type costs that record, and is named once with its bytes', async () => {
    const roof = await settled();
    roof.ecu.site.setRecord(DS3, { type: '09', body: Buffer.alloc(21, 1) });
    await roof.pass(20 * MINUTE);
    expect(inverter(roof, DS3)).toMatchObject({ online: true, power: null, temperature: null, panel_1_power: null });
    expect(inverter(roof, QS1)).toMatchObject({ online: true, panel_4_power: expect.any(Number) });
    expect(roof.told().slice(2)).toEqual([
      expect.stringMatching(
        /inverter 704000000011 sends a record of unknown type 09\. Please report it, with a capture \(bytes: 704000000011(01|3039)+\)/,
      ),
    ]);
    roof.ecu.site.setRecord(DS3, null);
    await roof.pass(6 * MINUTE);
    expect(inverter(roof, DS3).power).toBeGreaterThan(0);
    expectTruth(roof);
  });

  it('of type 00 for a known inverter: offline at once', async () => {
    const roof = await settled();
    roof.ecu.site.setInverter(YC1000, 'neverHeard');
    const message = roof.heard.length;
    await roof.passUntil('a poll', () => roof.on(STATES, message).length > 0, 6 * MINUTE);
    expect(inverter(roof, YC1000)).toMatchObject({ online: false, power: 0, panel_4_power: 0, panel_3_voltage: null });
    expect(inverter(roof, DS3).online).toBe(true);
    expect(config(roof, YC1000)).toHaveLength(1);
    expectTruth(roof);
  });

  it('left out for 30 days: goes out of Home Assistant then, and no sooner', async () => {
    const options = { pollInterval: 6 * 3_600 };
    const roof = await settled({ ecus: [{ site: ROOF, isInMemory: true }], options });
    roof.ecu.site.removeInverter(QS1);
    const message = roof.heard.length;
    await roof.pass(29.5 * DAY);
    expect(config(roof, QS1)).not.toContain('');
    await roof.pass(DAY);
    expect(config(roof, QS1).at(-1)).toBe('');
    expect(roof.on(`${STATES}/${QS1}`, message).at(-1)).toBe('');
    expect(config(roof, DS3)).not.toContain('');
    expect(roof.told().filter((line) => line.includes(`not listed inverter ${QS1} for 30 days`))).toHaveLength(1);
  });

  it('left out: unknown at once, never removed, and back with the next reply', async () => {
    const roof = await settled();
    roof.ecu.site.removeInverter(QS1);
    const message = roof.heard.length;
    await roof.passUntil('a poll', () => roof.on(STATES, message).length > 0, 6 * MINUTE);
    expect(inverter(roof, QS1)).toMatchObject({ ...UNKNOWN, panel_4_power: null });
    await roof.pass(HOUR);
    roof.ecu.site.addInverter('qs1', QS1);
    await roof.pass(6 * MINUTE);
    expect(inverter(roof, QS1)).toMatchObject({ online: true });
    expect(config(roof, QS1)).toHaveLength(1);
    expectTruth(roof);
  });

  it('of a new inverter: announced with its values', async () => {
    const roof = await settled();
    const id = roof.ecu.site.addInverter('qt2');
    await roof.pass(6 * MINUTE);
    expect(config(roof, id)).toHaveLength(1);
    expect(newest(roof, `${STATES}/${id}`)).toMatchObject({ online: true, panel_4_power: expect.any(Number) });
    expectTruth(roof);
  });

  it('with ids that are no 12 digits are left out, and named once', async () => {
    const roof = await settled();
    const message = roof.heard.length;
    const letters: Fault = {
      kind: 'patch',
      patch: (reply) => {
        reply.write('7040abcdef11', 26, 'hex');
        return reply;
      },
    };
    roof.ecu.simulator.misbehave(letters, { command: INVERTERS, times: 3 });
    await roof.pass(25 * MINUTE);
    expect(JSON.parse(roof.on(`${STATES}/${DS3}`, message)[0] ?? '')).toMatchObject(UNKNOWN);
    expect(inverter(roof, DS3).online).toBe(true);
    expect(roof.told().slice(2)).toEqual([expect.stringMatching(/inverter id is not 12 digits: 7040abcdef11/)]);
    expect(roof.heard.filter(({ topic }) => topic.includes('abcdef'))).toEqual([]);
    expectTruth(roof);
  });

  it.each([60, 100])('%i inverters', async (count) => {
    const families = ['ds3', 'qs1', 'yc1000', 'qt2'] as const;
    const inverters = families.map((family) => ({ family, count: count / 4 }));
    const roof = await settled({ ecus: [{ site: { ecu: 'ecu-c', inverters } }] });
    const { id, site } = roof.ecu;
    const online = site.inverters.filter((one) => newest(roof, `aps/${id}/${one.id}`).online);
    expect(online).toHaveLength(count);
    for (const one of site.inverters) {
      expect(config(roof, one.id)).toHaveLength(1);
    }
    expect(roof.failures()).toEqual([]);
    expectTruth(roof);
  });
});

const classTwo: Fault = {
  kind: 'patch',
  patch: (reply) => {
    reply.write('02', 15, 'latin1');
    return reply;
  },
};

describe.concurrent('another device', () => {
  it('of class 02: its totals alone, and one line', async () => {
    const roof = await settled();
    roof.ecu.simulator.misbehave(classTwo, { command: INVERTERS, times: 3 });
    const message = roof.heard.length;
    await roof.pass(11 * MINUTE);
    expect(JSON.parse(roof.on(`${STATES}/${DS3}`, message)[0] ?? '')).toMatchObject(UNKNOWN);
    expect(values(roof, 'current_power', message)[0]).toBeGreaterThan(1_000);
    expect(roof.told().slice(2)).toEqual([expect.stringMatching(/of device class 02, which are not supported/)]);
    await roof.pass(20 * MINUTE);
    expect(inverter(roof, DS3).online).toBe(true);
    expectTruth(roof);
  });

  it('of class 02 is asked as often as any', async () => {
    const roof = await startRoof(broker.port, {
      ecus: [{ site: ROOF, isInMemory: true }],
      options: { pollInterval: 900 },
      prepare: ([ecu]) => ecu?.simulator.misbehave(classTwo, { command: INVERTERS, ...ALWAYS }),
    });
    await roof.pass(3 * HOUR);
    expect(roof.ecu.polls().length).toBeGreaterThanOrEqual(12);
    expect(roof.ecu.polls().length).toBeLessThanOrEqual(13);
  });

  it('in its place: the same inverters below another id, and the old one back again', async () => {
    const OTHER = '216200000099';
    const roof = await settled();
    const { site } = roof.ecu;
    site.setEcuId(OTHER);
    site.setLifetimeEnergy(0);
    const from = roof.heard.length;
    await roof.pass(21 * MINUTE);
    expect(roof.on(AVAILABILITY)).toEqual(['online', 'offline']);
    expect(roof.on(`aps/${OTHER}/availability`)).toEqual(['online']);
    expect(newest(roof, `aps/${OTHER}/${DS3}`).online).toBe(true);
    expect(newest(roof, `aps/${OTHER}`).lifetime_energy).toBeLessThan(2);
    // The inverter's entities move once.
    const moves = () =>
      roof.heard
        .slice(from)
        .filter(({ topic }) => topic === `homeassistant/device/aps_${DS3}/config`)
        .map(({ payload }) => JSON.parse(payload).device.via_device);
    expect(moves()).toEqual([OTHER]);

    site.setEcuId(ECU);
    site.setLifetimeEnergy(1_300);
    await roof.pass(21 * MINUTE);
    expect(moves()).toEqual([OTHER, ECU]);
    expect(roof.on(AVAILABILITY)).toEqual(['online', 'offline', 'online']);
    expect(roof.on(`aps/${OTHER}/availability`)).toEqual(['online', 'offline']);
    expect(Math.min(...values(roof, 'lifetime_energy'))).toBe(1234.5);
  });

  it('whose firmware is hostile: clean in log, topic and payload', async () => {
    const hostile = `${'\u0007\n\r\u001b[31m'}EVIL/#/+\0${'x'.repeat(988)}`.slice(0, 999);
    const roof = await settled();
    const patch = (reply: Buffer) => {
      const length = Number(reply.toString('latin1', 52, 55));
      const all = Buffer.concat([
        reply.subarray(0, 52),
        Buffer.from(`999${hostile}`, 'latin1'),
        reply.subarray(55 + length),
      ]);
      all.write(String(all.length - 1).padStart(4, '0'), 5, 'latin1');
      return all;
    };
    roof.ecu.simulator.misbehave({ kind: 'patch', patch }, { command: SUMMARY, ...ALWAYS });
    await roof.pass(6 * MINUTE);
    const { firmware } = newest(roof, STATES);
    expect(firmware).toMatch(/^[\x20-\x7e]{1,64}$/);
    expect(firmware).toContain('EVIL/#/+');
    expect(roof.heard.every(({ topic }) => /^[\w/-]+$/.test(topic))).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
    expect(roof.lines.every(({ text }) => !/[\u0000-\u001f]/.test(text))).toBe(true);
    expectNoHurry(roof);
  });

  it.each(['2162abc00001', '21620000/#+\0'])('whose id is %j is refused', async (id) => {
    const odd: Fault = {
      kind: 'patch',
      patch: (reply) => {
        reply.write(id, 13, 'latin1');
        return reply;
      },
    };
    const roof = await startRoof(broker.port, {
      prepare: ([ecu]) => ecu?.simulator.misbehave(odd, { command: SUMMARY, ...ALWAYS }),
    });
    await roof.pass(HOUR);
    expect(roof.heard.filter(({ topic }) => topic !== 'aps/status')).toEqual([]);
    const before = roof.heard.length;
    await roof.pass(HOUR);
    expect(roof.heard).toHaveLength(before);
    expect(roof.told().filter((line) => line.includes('not as an ECU does'))).toHaveLength(1);
    expectNoHurry(roof);
  });
});

describe.concurrent("the ECU's clock", () => {
  const roundsHeard = (roof: Installation, from: number) => new Set(values(roof, 'poll_round', from)).size;

  it.each([-7 * 3_600, 90, 13.5 * 3_600])('off by %i s from the start', async (seconds) => {
    const roof = await settled({ prepare: ([ecu]) => ecu?.site.setClockOffset(seconds) });
    const from = roof.heard.length;
    await roof.pass(2 * HOUR);
    expect(roundsHeard(roof, from)).toBe(24);
    // Half-hours are of another zone, and told once.
    const told = roof.told().filter((line) => line.includes(': its clock is'));
    expect(told).toHaveLength(seconds % 1_800 === 0 ? 1 : 0);
    expect(roof.told()).toHaveLength(2 + told.length);
    expectNoHurry(roof);
  });

  it.each([3_600, -3_600, 1_500, 7, -40])('set by %i s while it runs', async (seconds) => {
    const roof = await settled(IN_MEMORY);
    await roof.pass(HOUR);
    const from = roof.heard.length;
    roof.ecu.site.setClockOffset(seconds);
    await roof.pass(2 * HOUR);
    const polls = roof.ecu.polls().length;
    await roof.pass(4 * HOUR);
    // The newest round may not have been asked for yet.
    expect(roundsHeard(roof, from)).toBeGreaterThanOrEqual(71);
    expect(roof.ecu.polls().length - polls).toBeLessThanOrEqual(1.3 * 48 + SAVED_UP);
    expectNoHurry(roof);
  });

  it('that was never set: a poll every five minutes', async () => {
    const roof = await settled({ prepare: ([ecu]) => ecu?.site.setClockOffset(null) });
    const polls = roof.ecu.polls().length;
    await roof.pass(2 * HOUR);
    expect(roof.ecu.polls().length - polls).toBe(24);
    expect(newest(roof, STATES).poll_round).toBeNull();
    expectTruth(roof);
  });

  it('that stands still: it looks on, without hurry', async () => {
    const roof = await settled();
    roof.ecu.site.freeze(true);
    await roof.pass(HOUR);
    const polls = roof.ecu.polls().length;
    await roof.pass(2 * HOUR);
    expect(roof.ecu.polls().length - polls).toBe(24);
    roof.ecu.site.freeze(false);
    const from = roof.heard.length;
    await roof.pass(HOUR);
    expect(roundsHeard(roof, from)).toBeGreaterThanOrEqual(11);
    expectTruth(roof);
  });

  it('through the hour that autumn repeats, and the one that spring leaves out', async () => {
    for (const [start, hours] of [
      ['2026-10-24T22:00:00Z', 6],
      ['2026-03-28T22:00:00Z', 6],
    ] as const) {
      // Where it is day meanwhile.
      const site = { ...ROOF, position: { latitude: 0, longitude: 180 } };
      const roof = await settled({ start, ecus: [{ site, isInMemory: true }] });
      const from = roof.heard.length;
      const polls = roof.ecu.polls().length;
      await roof.pass(hours * HOUR);
      const rounds = new Set(roof.ecu.served.map(({ state }) => state.round.getTime())).size;
      expect(roundsHeard(roof, from)).toBe(12 * hours);
      expect(rounds).toBeGreaterThanOrEqual(12 * hours);
      expect(roof.ecu.polls().length - polls).toBeLessThanOrEqual(1.3 * 12 * hours + SAVED_UP);
      expectTruth(roof);
    }
  });

  it('and rounds that become longer', async () => {
    const roof = await settled();
    roof.ecu.site.setRounds(480, 20);
    await roof.pass(HOUR);
    const from = roof.heard.length;
    const polls = roof.ecu.polls().length;
    await roof.pass(4 * HOUR);
    const moments = [...new Set(values(roof, 'poll_round', from))].map((moment) => Date.parse(moment));
    const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([480_000]));
    expect(gaps.length).toBeGreaterThanOrEqual(28);
    expect(roof.ecu.polls().length - polls).toBeLessThanOrEqual(1.3 * 30 + SAVED_UP);
    expectTruth(roof);
  });
});

describe.concurrent('a device that never gives the same id twice', () => {
  it('makes nothing grow', async () => {
    const roof = await startRoof(broker.port, { options: { pollInterval: 60 } });
    let count = 0;
    roof.ecu.simulator.misbehave(
      {
        kind: 'patch',
        patch: (reply) => {
          reply.write(String(216_200_000_000 + ++count), 13, 'latin1');
          return reply;
        },
      },
      { command: SUMMARY, ...ALWAYS },
    );
    roof.ecu.simulator.misbehave({ kind: 'status', value: '02' }, { command: INVERTERS, ...ALWAYS });
    await roof.pass(HOUR);
    const topics = new Set(roof.heard.map(({ topic }) => topic).filter((topic) => topic.endsWith('/config')));
    expect(topics.size).toBe(10);
    expect(roof.told().filter((line) => line.includes('ids since the start'))).toHaveLength(1);
    const from = roof.heard.length;
    await roof.say('homeassistant/status', 'online');
    await roof.pass(30_000);
    const said = new Set(roof.heard.slice(from).map(({ topic }) => topic));
    // The birth itself, the program's and the ECU's availability, a device and its state.
    expect([...said].filter((topic) => !topic.endsWith('/availability')).length).toBeLessThan(5);
  });
});
