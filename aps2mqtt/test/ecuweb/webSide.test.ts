import { afterEach, describe, expect, it } from 'vitest';
import { ecuWebPage } from '../../src/ecuweb/page.ts';
import { NOTHING_SAVED_OF_WEB, parseSavedWeb } from '../../src/ecuweb/saved.ts';
import { WebSide } from '../../src/ecuweb/webSide.ts';
import { Quiet } from '../../src/polling/quiet.ts';
import type { Order } from '../../src/site/order.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { startWeb } from '../../src/tools/simulator/webServer.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from '../support/logs.ts';
import { FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';

const DS3 = '704000000011';
const MINUTE = 60_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function ecu({ mayControl = true } = {}) {
  const clock = new FakeClock('2026-06-21T11:00:30Z');
  const site = simulatedSite({ ...FOUR_INVERTERS, ecu: 'ecu-c', ecuId: '215000000017' }, clock);
  const web = await startWeb(site, { host: '127.0.0.1', port: 0 }, clock);
  closers.push(() => web.stop());
  const logs = recordingLog();
  const quiet = new Quiet(clock);
  quiet.open(1e9);
  /** For each change, whether all is said again. */
  const changes: boolean[] = [];
  const settings = { ecuId: '215000000017', name: 'ECU-C', timezone: 'Europe/Paris', hasMeters: true, mayControl };
  const side = new WebSide(ecuWebPage('127.0.0.1', web.port, 500), NOTHING_SAVED_OF_WEB, settings, {
    clock,
    log: logs.log,
    quiet,
    onChange: (isAll) => changes.push(isAll),
  });
  const stop = new AbortController();
  const running = side.run(stop.signal);
  closers.push(async () => {
    stop.abort();
    await running;
  });
  const snapshot = await snapshotOf(FOUR_INVERTERS);

  /** Lets it do what it can within so many ms of the clock. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await clock.advance(5_000);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
    await clock.advance(0);
  }

  async function round(): Promise<void> {
    side.onRound(snapshot);
    await pass(20_000);
  }

  const order = (what: Order['what'], payload: string, inverterId: string | null = null) =>
    side.order({ what, payload, inverterId, topic: `aps/${what}` });

  return { clock, web, logs, side, round, pass, order, shown: () => side.extend(snapshot), changes };
}

describe('meters', () => {
  it('are read once a round, counted, and kept', async () => {
    const { round, pass, shown, side, web, changes } = await ecu({ mayControl: false });
    expect(shown().meter).toMatchObject({ isFresh: false, gridImport: null, grid: { total: null } });
    await round();
    expect(changes).toEqual([false]);
    const { meter } = shown();
    expect(meter).toMatchObject({ isFresh: true, gridImport: 0, gridExport: 0, consumption: { total: 400 } });
    expect(meter?.measuredAt).toBe('2026-06-21T13:00:00+02:00');
    await pass(5 * MINUTE);
    await round();
    const exported = shown().meter?.gridExport ?? 0;
    expect(exported).toBeCloseTo(-(shown().meter?.grid.total ?? 0) / 12_000, 3);
    expect(web.requests).toHaveLength(2);
    expect(parseSavedWeb(JSON.parse(JSON.stringify(side.saved))).meter?.gridExport).toBe(exported);
    expect(shown().exportControl).toBeUndefined();
    expect(shown().inverters[0]?.switch).toBeUndefined();
  });

  it('are unknown when the page has no points, and when they are older than 15 minutes', async () => {
    const { round, pass, shown, web } = await ecu();
    await round();
    await pass(16 * MINUTE);
    expect(shown().meter).toMatchObject({ isFresh: false, grid: { total: null }, gridImport: 0 });
    await round();
    expect(shown().meter?.isFresh).toBe(true);
    web.manner = 'empty';
    await round();
    expect(shown().meter).toMatchObject({ isFresh: false, production: { total: null }, measuredAt: null });
  });

  it('are left alone for an hour after three rounds without a page, which is told once', async () => {
    const { round, logs, web, pass, shown } = await ecu();
    web.manner = 'gone';
    for (let count = 0; count < 5; count++) {
      await round();
    }
    expect(logs.texts('warn')).toEqual([expect.stringContaining('no such page (404)')]);
    web.behave();
    await round();
    expect(shown().meter?.isFresh).toBe(false);
    await pass(60 * MINUTE);
    await round();
    expect(shown().meter?.isFresh).toBe(true);
    expect(logs.texts('info')).toEqual([expect.stringContaining('can be read again')]);
    // One failure alone is no reason for another hour.
    web.manner = 'gone';
    await round();
    web.behave();
    const asked = web.requests.length;
    await round();
    expect(web.requests).toHaveLength(asked + 1);
  });
});

describe('control', () => {
  it('switches, shows what was commanded, and leaves 10 s between two requests', async () => {
    const { round, order, pass, shown, web, logs } = await ecu();
    await round();
    expect(shown().inverters[0]?.switch).toEqual({ switchedOn: null, maxPower: null });
    order('switched_on', 'OFF', DS3);
    order('max_power', '250', DS3);
    order('export_limit', '600');
    await pass(40_000);
    const [, ...asked] = web.requests;
    expect(asked.map(({ form }) => form)).toEqual([
      { 'ids[]': `${DS3}2` },
      { id: DS3, maxpower: '250' },
      { meter_func: '1', this_func: '1', power_limit: '600' },
    ]);
    const times = web.requests.map(({ time }) => time.getTime());
    expect(Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeGreaterThanOrEqual(10_000);
    expect(shown().inverters.find(({ id }) => id === DS3)?.switch).toEqual({ switchedOn: false, maxPower: 250 });
    expect(shown().exportControl).toEqual({ zeroExport: true, exportLimit: 600 });
    expect(logs.texts('info')[0]).toContain(
      `asked by aps/switched_on: sent configuration/set_switch_state ids[]=${DS3}2`,
    );
  });

  it.each(['refuse', 'gone'] as const)('shows the old state where the page does not do it (%s)', async (manner) => {
    const { round, order, pass, shown, web, logs, changes } = await ecu();
    await round();
    web.manner = manner;
    order('switched_on', 'OFF', DS3);
    await pass(20_000);
    expect(shown().inverters.find(({ id }) => id === DS3)?.switch?.switchedOn).toBeNull();
    expect(logs.texts('warn')).toEqual([expect.stringContaining('was not carried out')]);
    expect(changes.filter(Boolean).length).toBe(1);
  });

  it('does not obey for strangers, nor where it only reads', async () => {
    const { round, order } = await ecu();
    await round();
    expect(() => order('switched_on', 'OFF', '704999999999')).toThrow('no such inverter');
    const reading = await ecu({ mayControl: false });
    await reading.round();
    expect(() => reading.order('zero_export', 'ON')).toThrow('not set to control');
  });
});
