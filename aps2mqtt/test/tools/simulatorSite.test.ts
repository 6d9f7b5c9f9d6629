import { describe, expect, test } from 'vitest';
import { decodeInverters } from '../../src/ecu/inverters.ts';
import { decodeSignal } from '../../src/ecu/signal.ts';
import { decodeSummary } from '../../src/ecu/summary.ts';
import {
  ECU_KINDS,
  type EcuKind,
  FAMILIES,
  type Family,
  type SiteDescription,
} from '../../src/tools/simulator/description.ts';
import { type SimulatedSite, simulatedSite } from '../../src/tools/simulator/site.ts';

const MINUTE = 60_000;
const NOON = '2026-06-21T12:00:30Z';

function siteAt(time: string, description: Partial<SiteDescription> = {}) {
  let now = Date.parse(time);
  const clock = { now: () => new Date(now) };
  const site = simulatedSite({ ecu: 'ecu-r-pro', inverters: [{ family: 'ds3', count: 3 }], ...description }, clock);
  const goTo = (later: string) => {
    now = Date.parse(later);
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { site, goTo, pass, now: () => now };
}

/** Asks as a client does, and decodes. */
function ask(site: SimulatedSite) {
  const bytes = (command: string, ecuId: string | null) => {
    const reply = site.reply({ command, ecuId });
    expect.assert(reply !== null);
    return reply;
  };
  const summary = decodeSummary(bytes('0001', null));
  return {
    summary,
    inverters: decodeInverters(bytes('0002', summary.ecuId)),
    signal: decodeSignal(bytes('0030', summary.ecuId)),
  };
}

const families = Object.keys(FAMILIES) as Family[];

describe.each(Object.keys(ECU_KINDS) as EcuKind[])('an %s', (ecu) => {
  const description: Partial<SiteDescription> = {
    ecu,
    inverters: [
      ...families.map((family) => ({ family })),
      { family: 'ds3', state: 'offline' },
      { family: 'qs1', state: 'neverHeard' },
    ],
  };

  test.each([
    ['by day', NOON, families.length],
    ['by night', '2026-06-21T23:00:30Z', 0],
  ])('answers what its state says, %s', (_, time, online) => {
    const { site } = siteAt(time, description);
    const { summary, records, signal, stamp } = site.state();
    expect(ask(site)).toEqual({ summary, inverters: { kind: 'data', stamp, records, leftOut: [] }, signal });
    expect(summary).toMatchObject({ invertersRegistered: families.length + 2, invertersOnline: online });
    expect(summary.ecuId).toMatch(new RegExp(`^${ECU_KINDS[ecu].prefix}\\d+$`));
    expect(summary.ecuId).toHaveLength(12);
  });

  test('has the fillers of its firmware for inverters that sleep', () => {
    const { site } = siteAt('2026-06-21T23:00:30Z', { ecu, inverters: [{ family: 'ds3' }] });
    const reply = site.reply({ command: '0002', ecuId: site.state().summary.ecuId });
    expect(reply?.readUInt16BE(26 + 11)).toBe(ECU_KINDS[ecu].system === 'rtos' ? 100 : 0);
  });
});

test('100 inverters, all different', () => {
  const { site } = siteAt(NOON, {
    inverters: [
      { family: 'qt2', count: 60 },
      { family: 'ds3', count: 40 },
    ],
  });
  const { inverters, signal } = ask(site);
  expect.assert(inverters.kind === 'data');
  expect(new Set(inverters.records.map(({ id }) => id)).size).toBe(100);
  expect(signal?.size).toBe(100);
  expect(() => site.addInverter('ds3')).toThrow('more than 100 inverters');
});

test('the signal comes in another order', () => {
  const { site } = siteAt(NOON);
  const { records, signal } = site.state();
  expect([...signal.keys()]).not.toEqual(records.map(({ id }) => id));
  expect([...signal.keys()].sort()).toEqual(records.map(({ id }) => id).sort());
});

test('the same description and time give the same site', () => {
  const description: Partial<SiteDescription> = { clouds: 0.7 };
  expect(siteAt(NOON, description).site.state()).toEqual(siteAt(NOON, description).site.state());
  expect(siteAt(NOON, { ...description, seed: 'b' }).site.state()).not.toEqual(siteAt(NOON, description).site.state());
});

test('values change once a round, as many seconds behind its stamp as told', () => {
  const { site, goTo } = siteAt('2026-06-21T09:59:59Z', { round: 300, delay: 20 });
  const before = site.state();
  expect(before.stamp).toBe('2026-06-21 11:55:00');
  goTo('2026-06-21T10:00:19.999Z');
  expect(site.state()).toEqual(before);
  goTo('2026-06-21T10:00:20Z');
  const after = site.state();
  expect(after).toMatchObject({ stamp: '2026-06-21 12:00:00', showsAt: new Date('2026-06-21T10:00:20Z') });
  expect(after.summary.currentPower).not.toBe(before.summary.currentPower);
});

describe('a day', () => {
  /** State by state, every five minutes, with the energy that the powers should add up to. */
  function live(description: Partial<SiteDescription>) {
    const { site, pass, now } = siteAt('2026-06-21T00:02:00Z', {
      timeZone: 'UTC',
      lifetimeEnergy: 500,
      ...description,
    });
    let wattSeconds = 0;
    const steps = [];
    while (now() < Date.parse('2026-06-22T03:00:00Z')) {
      const { summary, round } = site.state();
      wattSeconds = round.getUTCHours() === 0 && round.getUTCMinutes() === 0 ? 0 : wattSeconds;
      wattSeconds += summary.currentPower * 300;
      steps.push({ ...summary, at: round, expectedToday: wattSeconds / 3_600_000 });
      pass(5 * MINUTE);
    }
    return steps;
  }

  test('the sun comes up, culminates around 13:50 local time in Paris, and goes down', () => {
    const steps = live({ timeZone: 'Europe/Paris' });
    const [highest] = steps.toSorted((a, b) => b.currentPower - a.currentPower);
    const minutes = Math.abs((highest?.at.getTime() ?? 0) - Date.parse('2026-06-21T11:52:00Z')) / MINUTE;
    expect(minutes).toBeLessThan(20);
    const night = steps.filter(({ at }) => at.getUTCHours() < 3 || at.getUTCHours() > 20);
    expect(night.map(({ currentPower, invertersOnline }) => currentPower + invertersOnline)).toEqual(
      night.map(() => 0),
    );
    expect(highest?.currentPower).toBeGreaterThan(3 * 2 * 440 * 0.8);
  });

  test('energy is the power added up; today begins again at midnight, lifetime goes on', () => {
    const steps = live({});
    for (const { todayEnergy, expectedToday } of steps) {
      expect(todayEnergy).toBeGreaterThan(expectedToday - 0.011);
      expect(todayEnergy).toBeLessThanOrEqual(expectedToday + 1e-9);
    }
    const produced = Math.max(...steps.map(({ todayEnergy }) => todayEnergy));
    expect(produced).toBeGreaterThan(10);
    expect(steps.at(-1)).toMatchObject({ todayEnergy: 0 });
    expect(steps.at(-1)?.lifetimeEnergy).toBeCloseTo(500 + produced, 0);
    expect(steps.map(({ lifetimeEnergy }) => lifetimeEnergy)).toEqual(
      steps.map(({ lifetimeEnergy }) => lifetimeEnergy).toSorted((a, b) => a - b),
    );
  });

  test('clouds take some of it', () => {
    const most = (clouds: number) => Math.max(...live({ clouds }).map(({ todayEnergy }) => todayEnergy));
    const [clear, cloudy] = [most(0), most(1)];
    expect(cloudy / clear).toBeGreaterThan(0.3);
    expect(cloudy / clear).toBeLessThan(0.7);
  });

  test('today has the hours since midnight in it from the start', () => {
    const { site } = siteAt(NOON, { timeZone: 'UTC' });
    expect(site.state().summary.todayEnergy).toBeGreaterThan(5);
    expect(siteAt(NOON, { todayEnergy: 1.25 }).site.state().summary.todayEnergy).toBe(1.25);
  });
});

describe('what a test can set', () => {
  test('the energy counters, which go on from there', () => {
    const { site, pass } = siteAt(NOON);
    site.setLifetimeEnergy(92.6);
    site.setTodayEnergy(3.34);
    expect(ask(site).summary).toMatchObject({ lifetimeEnergy: 92.6, todayEnergy: 3.34 });
    pass(60 * MINUTE);
    const { lifetimeEnergy, todayEnergy } = ask(site).summary;
    expect(Number(lifetimeEnergy) - 92.6).toBeCloseTo(Number(todayEnergy) - 3.34, 0);
    expect(todayEnergy).toBeGreaterThan(5);
  });

  test('an inverter that goes offline, comes back, was never heard', () => {
    const { site } = siteAt(NOON);
    const [first] = site.inverters;
    expect.assert(first !== undefined);
    const before = site.state();
    site.setInverter(first.id, 'offline');
    expect(ask(site).inverters).toMatchObject({ records: [{ online: false, type: '01', measurement: null }, {}, {}] });
    expect(ask(site).summary.currentPower).toBeLessThan(before.summary.currentPower);
    expect(ask(site).signal?.get(first.id)).toBe(before.signal.get(first.id));
    site.setInverter(first.id, 'neverHeard');
    expect(ask(site).inverters).toMatchObject({ records: [{ online: false, type: '00' }, {}, {}] });
    expect(ask(site).signal?.get(first.id)).toBe(0);
    site.setInverter(first.id, 'online');
    expect(site.state()).toEqual(before);
  });

  test('inverters that are added and removed', () => {
    const { site } = siteAt(NOON);
    const id = site.addInverter('qs1');
    expect(id).toMatch(/^801\d{9}$/);
    expect(ask(site).inverters).toMatchObject({ records: [{}, {}, {}, { id, type: '03' }] });
    expect(() => site.addInverter('qs1', id)).toThrow('is there already');
    for (const inverter of [...site.inverters]) {
      site.removeInverter(inverter.id);
    }
    expect(ask(site)).toMatchObject({
      inverters: { records: [] },
      summary: { invertersRegistered: 0, currentPower: 0 },
    });
    expect(() => site.removeInverter(id)).toThrow(`no inverter ${id} here`);
  });

  test('powers, and the sum with them', () => {
    const { site } = siteAt(NOON, { inverters: [{ family: 'ds3', id: '704000000001' }] });
    site.setPowers('704000000001', [100, 23]);
    expect(ask(site)).toMatchObject({
      summary: { currentPower: 123 },
      inverters: { records: [{ measurement: { powers: [100, 23] } }] },
    });
    site.setPowers('704000000001', null);
    expect(ask(site).summary.currentPower).toBeGreaterThan(600);
  });

  test('a record of a type that nobody knows', () => {
    const { site } = siteAt(NOON);
    const [first] = site.inverters;
    expect.assert(first !== undefined);
    site.setRecord(first.id, { type: '0B', body: Buffer.alloc(10, 1) });
    const { records } = site.state();
    expect(ask(site).inverters).toMatchObject({ records, leftOut: [{ reason: expect.stringContaining('0B') }] });
    site.setRecord(first.id, null);
    expect(ask(site).inverters).toMatchObject({ leftOut: [] });
  });

  test("the ECU's id, and what it says to other ids", () => {
    const { site } = siteAt(NOON);
    const { ecuId } = ask(site).summary;
    site.setEcuId('216000000042');
    expect(ask(site).summary.ecuId).toBe('216000000042');
    expect(site.reply({ command: '0002', ecuId })?.toString('latin1')).toBe('APS110015000201\n');
    expect(site.reply({ command: '0030', ecuId })?.toString('latin1')).toBe('APS110015003001\n');
    expect(site.reply({ command: '0004', ecuId })).toBeNull();
  });

  test('a status', () => {
    const { site } = siteAt(NOON);
    site.setStatus('02');
    expect(ask(site)).toMatchObject({ inverters: { kind: 'noData' }, signal: null });
    site.setStatus('00');
    expect(ask(site)).toMatchObject({ inverters: { kind: 'data' } });
  });

  test('a summary that is not true', () => {
    const { site } = siteAt(NOON);
    const truth = site.state().summary;
    site.overrideSummary({ lifetimeEnergy: 0 });
    expect(ask(site).summary).toEqual({ ...truth, lifetimeEnergy: 0 });
    site.overrideSummary({});
    expect(ask(site).summary).toEqual(truth);
  });

  test('a wrong clock, and one that was never set', () => {
    const { site } = siteAt(NOON, { timeZone: 'UTC' });
    site.setClockOffset(-3 * 3600);
    expect(ask(site).inverters).toMatchObject({ stamp: '2026-06-21 09:00:00' });
    expect(site.state().round).toEqual(new Date('2026-06-21T12:00:00Z'));
    site.setClockOffset(null);
    expect(ask(site)).toMatchObject({ inverters: { stamp: null }, summary: { lastUpload: null } });
  });

  test('an ECU that hangs on to a round', () => {
    const { site, pass } = siteAt(NOON);
    site.freeze(true);
    const before = site.state();
    pass(30 * MINUTE);
    expect(site.state()).toEqual(before);
    site.freeze(false);
    expect(site.state().round).toEqual(new Date('2026-06-21T12:30:00Z'));
  });

  test('longer rounds', () => {
    const { site, goTo } = siteAt(NOON);
    site.setRounds(420, (round) => (round === Date.parse('2026-06-21T12:07:00Z') ? 25 : 5));
    goTo('2026-06-21T12:07:24Z');
    expect(site.state().round).toEqual(new Date('2026-06-21T12:00:00Z'));
    goTo('2026-06-21T12:07:25Z');
    expect(site.state().round).toEqual(new Date('2026-06-21T12:07:00Z'));
    goTo('2026-06-21T12:14:05Z');
    expect(site.state().round).toEqual(new Date('2026-06-21T12:14:00Z'));
    expect(() => site.setRounds(60, 60)).toThrow('a delay is shorter than its round');
  });
});

test('the stamp follows the clock on the wall over the hour that repeats in autumn', () => {
  const { site, pass } = siteAt('2026-10-25T00:55:30Z', { round: 1800 });
  const stamps = [0, 1, 2, 3, 4].map(() => {
    const { stamp } = site.state();
    pass(30 * MINUTE);
    return stamp?.slice(11);
  });
  expect(stamps).toEqual(['02:30:00', '02:00:00', '02:30:00', '03:00:00', '03:30:00']);
});
