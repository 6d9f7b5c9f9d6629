import { afterEach, describe, expect, it } from 'vitest';
import { ecuClient } from '../../src/ecu/client.ts';
import { silentLogger } from '../../src/logger.ts';
import { ModbusSide } from '../../src/modbus/modbusSide.ts';
import { NOTHING_SAVED_OF_MODBUS, parseSavedModbus, type SavedModbus } from '../../src/modbus/saved.ts';
import { modbusTcp } from '../../src/modbus/tcp.ts';
import { Quiet } from '../../src/polling/quiet.ts';
import { assemble } from '../../src/site/assemble.ts';
import type { EcuSnapshot } from '../../src/site/snapshot.ts';
import { startModbus } from '../../src/tools/simulator/modbusServer.ts';
import { takeRequest } from '../../src/tools/simulator/request.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { recordingLog } from '../support/logs.ts';

const DS3 = '704000000011';
const QS1 = '801000000012';
const QT2 = '901000000013';
const ECU = '215000000017';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

/** ms: short, for silence on loopback; where nobody is silent, a busy machine gets its time. */
const TIMEOUT_MS = { read: 150, control: 5_000 };

/** Nothing has to be searched for. */
const UNITS = { [DS3]: 1, [QS1]: 11, [QT2]: 12 };

async function ecu(mode: 'read' | 'control', settings: { saved?: SavedModbus; isServed?: boolean } = {}) {
  const { isServed = true } = settings;
  const { saved = { ...NOTHING_SAVED_OF_MODBUS, units: mode === 'control' ? UNITS : {} } } = settings;
  const clock = new FakeClock('2026-06-21T11:00:00Z');
  const site = simulatedSite(
    {
      ecu: 'ecu-c',
      ecuId: ECU,
      inverters: [
        { family: 'ds3', id: DS3 },
        { family: 'qs1', id: QS1 },
        { family: 'qt2', id: QT2 },
      ],
    },
    clock,
  );
  const served = await startModbus(site, { host: '127.0.0.1', port: 0 }, clock);
  closers.push(() => served.stop());
  if (!isServed) {
    await served.stop();
  }
  const logs = recordingLog();
  const quiet = new Quiet(clock);
  quiet.open(1e9);
  let isAllSaid = 0;
  const side = new ModbusSide(
    modbusTcp('127.0.0.1', served.port, TIMEOUT_MS[mode]),
    saved,
    { mode, where: `127.0.0.1:${served.port}`, name: 'ECU-C' },
    {
      clock,
      log: logs.log,
      quiet,
      onChange: (isAll) => {
        isAllSaid += isAll ? 1 : 0;
      },
    },
  );
  const stop = new AbortController();
  const running = side.run(stop.signal);
  closers.push(async () => {
    stop.abort();
    await running;
  });

  const transport = {
    exchange: async (bytes: Buffer) => {
      const { request } = takeRequest(bytes);
      return (request && site.reply(request)) ?? Buffer.alloc(0);
    },
  };

  async function snapshot(): Promise<EcuSnapshot> {
    const reading = await ecuClient(transport, clock, silentLogger).readAll(stop.signal);
    return assemble(reading, clock.now(), { name: null, timezone: 'Europe/Paris' }, []);
  }

  let last: EcuSnapshot | null = null;

  /** What is shown. */
  function seen(): EcuSnapshot {
    if (last === null) {
      throw new Error('no round yet');
    }
    return side.extend(last);
  }

  const modbusOf = (inverterId: string) => seen().inverters.find(({ id }) => id === inverterId)?.modbus;

  /** Lets it do all that it can: until nothing is asked and nobody waits for an answer. */
  async function settle(): Promise<void> {
    for (let calm = 0, asked = -1; calm < 14; asked = served.asked.length) {
      await clock.advance(200);
      if (clock.sleepers === 0) {
        // It waits for an answer, which takes real time.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      calm = served.asked.length === asked && clock.sleepers === 1 ? calm + 1 : 0;
    }
  }

  /** A round is read over port 8899, and Modbus after it. @param without an inverter that the ECU does not list */
  async function round(without?: string): Promise<void> {
    const all = await snapshot();
    last = { ...all, inverters: all.inverters.filter(({ id }) => id !== without) };
    side.onRound(last);
    await settle();
  }

  async function order(what: 'power_limit' | 'production' | 'release_limit', payload: string): Promise<void> {
    side.order({ what, inverterId: null, payload, topic: `aps/${ECU}/${what}/set` });
    await settle();
  }

  return { seen, modbusOf, clock, site, served, logs, quiet, side, snapshot, round, order, saidAll: () => isAllSaid };
}

const writesOf = (served: { readonly writes: readonly { readonly address: number; readonly value: number }[] }) =>
  served.writes.map(({ address, value }) => [address, value]);

describe('reading', () => {
  it('takes values by serial number, whatever the units are', async () => {
    const { served, side, site, round, seen, modbusOf } = await ecu('read');
    served.setUnits(
      new Map([
        [1, QT2],
        [11, DS3],
        [12, QS1],
      ]),
    );
    await round();
    const values = modbusOf(DS3);
    expect(values?.panels).toHaveLength(2);
    expect(modbusOf(QS1)?.panels).toHaveLength(4);
    const record = site.state().records.find(({ id }) => id === DS3);
    const [first = 0] = record?.measurement?.powers ?? [];
    expect(values?.panels[0]?.power).toBeCloseTo(first / 0.96, 3);
    expect(values).toMatchObject({ powerFactor: 1, reactivePower: 0, state: 'producing', firmware: '5314' });
    const { voltage, current, power } = values?.panels[0] ?? {};
    expect((voltage ?? 0) * (current ?? 0)).toBeCloseTo(power ?? 0, 2);
    expect(side.saved.units).toEqual({ [QT2]: 1, [DS3]: 11, [QS1]: 12 });
    expect(served.writes).toEqual([]);
    expect(seen().powerControl).toBeUndefined();
  });

  it('finds units that are not 1 to N, asks them alone from then on, and over a restart', async () => {
    const { served, side, round, logs } = await ecu('read');
    await round();
    expect(side.saved.units).toEqual({ [DS3]: 1, [QS1]: 11, [QT2]: 12 });
    expect(new Set(served.asked)).toEqual(new Set(Array.from({ length: 12 }, (_, index) => index + 1)));
    expect(logs.texts('info')).toEqual([expect.stringContaining('answers for 3 of 3 inverters (units 1, 11, 12)')]);
    const before = served.asked.length;
    await round();
    expect(new Set(served.asked.slice(before))).toEqual(new Set([1, 11, 12]));
    const again = await ecu('read', { saved: parseSavedModbus(JSON.parse(JSON.stringify(side.saved))) });
    await again.round();
    expect(new Set(again.served.asked)).toEqual(new Set([1, 11, 12]));
  });

  it('reads an ECU whose connections end with the first answer', async () => {
    const { served, round, seen, modbusOf } = await ecu('control');
    served.manner = 'oneAnswer';
    await round();
    expect(modbusOf(QS1)?.panels[3]?.voltage).toBeGreaterThan(20);
    expect(seen().powerControl).toMatchObject({ isReachable: true, reportedLimit: 30, powerLimit: null });
  });

  it('takes no inverter that the ECU does not list, and does not ask it again', async () => {
    const { served, side, round, clock } = await ecu('read');
    served.setUnits(
      new Map([
        [1, QS1],
        [2, DS3],
      ]),
    );
    await round(QS1);
    expect(side.saved.units).toEqual({ [DS3]: 2 });
    const asked = served.asked.length;
    await clock.advance(3_600_000);
    await round(QS1);
    expect(served.asked.slice(asked)).toContain(2);
    expect(served.asked.slice(asked)).not.toContain(1);
  });

  it('keeps no values of an inverter whose unit a stranger has got', async () => {
    const { served, side, round, modbusOf } = await ecu('read');
    await round(QS1);
    expect(modbusOf(DS3)?.apparentPower).toBeGreaterThan(0);
    served.setUnits(new Map([[1, QS1]]));
    await round(QS1);
    expect(modbusOf(DS3)?.apparentPower).toBeNull();
    expect(side.saved.units).not.toHaveProperty(DS3);
  });

  it('does not ask the unit of an inverter that the ECU lists no more', async () => {
    const units = { ...UNITS, '704000000099': 5 };
    const { served, round } = await ecu('read', { saved: { ...NOTHING_SAVED_OF_MODBUS, units } });
    await round();
    expect(new Set(served.asked)).toEqual(new Set(Object.values(UNITS)));
  });

  it('finds an inverter whose unit another one has got, with the next round', async () => {
    const { served, side, round } = await ecu('read');
    await round();
    served.setUnits(
      new Map([
        [1, QS1],
        [2, DS3],
        [12, QT2],
      ]),
    );
    await round();
    expect(side.saved.units).toEqual({ [QS1]: 1, [QT2]: 12 });
    await round();
    expect(side.saved.units).toEqual({ [QS1]: 1, [QT2]: 12, [DS3]: 2 });
  });

  it('says once where to switch it on, and looks again after an hour', async () => {
    const { round, logs, clock, modbusOf } = await ecu('read', { isServed: false });
    await round();
    await round();
    expect(logs.texts('info')).toEqual([expect.stringMatching(/is not switched on .*refused.*Modbus Configuration/)]);
    await clock.advance(3_600_000);
    await round();
    expect(logs.texts('info')).toHaveLength(1);
    expect(modbusOf(DS3)?.panels).toEqual([UNKNOWN, UNKNOWN]);
  });

  it('keeps values for two rounds, tells once that it is gone, and comes back', async () => {
    const { served, round, logs, clock, modbusOf } = await ecu('read');
    await round();
    served.setUnits(new Map());
    await round();
    await round();
    expect(modbusOf(DS3)?.state).toBe('producing');
    await round();
    expect(modbusOf(DS3)?.state).toBeNull();
    expect(logs.texts('warn')).toEqual([expect.stringContaining('does not answer any more')]);
    served.setUnits(
      new Map([
        [1, DS3],
        [11, QS1],
        [12, QT2],
      ]),
    );
    await round();
    expect(modbusOf(DS3)?.state).toBeNull();
    await clock.advance(3_600_000);
    await round();
    expect(modbusOf(DS3)?.state).toBe('producing');
  });

  it('waits while the ECU is being polled', async () => {
    const { served, quiet, round, snapshot, side, clock } = await ecu('read');
    await round();
    const asked = served.asked.length;
    quiet.close();
    side.onRound(await snapshot());
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served.asked).toHaveLength(asked);
    quiet.open(60_000);
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served.asked.length).toBeGreaterThan(asked);
  });
});

const UNKNOWN = { voltage: null, current: null, power: null };

describe('control', () => {
  it('writes nothing on its own, whatever is remembered', async () => {
    const saved: SavedModbus = {
      ...NOTHING_SAVED_OF_MODBUS,
      units: UNITS,
      commanded: { limit: 70, production: true, held: null },
    };
    const { served, round, seen } = await ecu('control', { saved });
    await round();
    await round();
    expect(served.writes).toEqual([]);
    expect(seen().powerControl).toMatchObject({ powerLimit: 70, production: true, reportedLimit: 30 });
  });

  it('limits: percentage, then Ena; the power falls, and the log says who, what and what was read back', async () => {
    const { served, side, round, order, logs, clock, site, seen } = await ecu('control');
    await round();
    const free = site.state().summary.currentPower;
    await order('power_limit', '20');
    expect(writesOf(served)).toEqual([
      [40_189, 200],
      [40_193, 1],
    ]);
    expect(seen().powerControl).toMatchObject({ powerLimit: 20, reportedLimit: 20, isNotFollowed: null });
    expect(logs.texts('info').at(-1)).toBe(
      `ECU-C: power limit 20 %, asked by aps/${ECU}/power_limit/set: wrote WMaxLimPct 200 (40189), WMaxLim_Ena 1 (40193) to unit 1, read back 20 %, WMaxLim_Ena 1, Conn 1`,
    );
    for (let count = 0; count < 3; count++) {
      await clock.advance(300_000);
      await round();
    }
    expect(site.state().summary.currentPower).toBeLessThan(free / 2);
    expect(seen().powerControl?.isNotFollowed).toBe(false);
    expect(side.saved.commanded).toEqual({ limit: 20, production: null, held: null });
  });

  it('says when an ECU echoes a limit and does not follow', async () => {
    const { served, round, order, logs, clock, seen } = await ecu('control');
    served.memory.isEcho = true;
    await round();
    await order('power_limit', '20');
    expect(seen().powerControl?.powerLimit).toBe(20);
    await clock.advance(300_000);
    await round();
    expect(seen().powerControl?.isNotFollowed).toBeNull();
    await clock.advance(300_000);
    await round();
    expect(seen().powerControl?.isNotFollowed).toBe(true);
    await clock.advance(300_000);
    await round();
    expect(logs.texts('warn')).toEqual([expect.stringContaining('the power limit is not followed: 20 % of 4080 W')]);
  });

  it('writes once a minute, and the newest wins', async () => {
    const { served, side, round, order, clock } = await ecu('control');
    await round();
    await order('power_limit', '70');
    const [first] = served.writes;
    for (const percent of ['60', '50', '40']) {
      side.order({ what: 'power_limit', inverterId: null, payload: percent, topic: 'x' });
    }
    await clock.advance(30_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(served.writes).toHaveLength(2);
    await clock.advance(30_000);
    await order('power_limit', '40');
    expect(writesOf(served)).toEqual([
      [40_189, 700],
      [40_193, 1],
      [40_189, 400],
    ]);
    expect((served.writes[2]?.time.getTime() ?? 0) - (first?.time.getTime() ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  it('switches production off without a percentage, holds a limit back, and on with it first', async () => {
    const { served, round, order, clock, seen } = await ecu('control');
    await round();
    await order('production', 'OFF');
    expect(writesOf(served)).toEqual([[40_188, 0]]);
    await clock.advance(60_000);
    await order('power_limit', '50');
    expect(served.writes).toHaveLength(1);
    expect(seen().powerControl).toMatchObject({ powerLimit: null, production: false });
    await order('production', 'ON');
    expect(writesOf(served).slice(1)).toEqual(
      [
        [40_189, 500],
        [40_188, 1],
      ].toSpliced(1, 0, [40_193, 1]),
    );
    expect(seen().powerControl).toMatchObject({ powerLimit: 50, production: true });
  });

  it('releases by 100 %, and leaves Ena at 1', async () => {
    const { served, round, order, clock, seen } = await ecu('control');
    await round();
    await order('power_limit', '50');
    await clock.advance(60_000);
    await order('release_limit', 'PRESS');
    expect(writesOf(served).slice(2)).toEqual([[40_189, 1000]]);
    expect(served.memory.enabled).toBe(1);
    expect(seen().powerControl?.powerLimit).toBe(100);
  });

  it('shows the old state where the ECU refuses', async () => {
    const { served, round, order, logs, saidAll, seen } = await ecu('control');
    await round();
    served.manner = 'exception';
    await order('power_limit', '50');
    expect(served.writes).toEqual([]);
    expect(seen().powerControl?.powerLimit).toBeNull();
    expect(logs.texts('warn')).toEqual([expect.stringMatching(/power limit 50 %.*was not carried out: .*exception 4/)]);
    expect(saidAll()).toBe(1);
  });

  it.each(['0', '101', 'abc', '', '-5', '1e2', '50;', 'ON'])('does not obey a limit of "%s"', async (payload) => {
    const { side } = await ecu('control');
    expect(() => side.order({ what: 'power_limit', inverterId: null, payload, topic: 'x' })).toThrow('is no number');
  });

  it('obeys nothing where it only reads', async () => {
    const { side, served, round } = await ecu('read');
    await round();
    expect(() => side.order({ what: 'power_limit', inverterId: null, payload: '50', topic: 'x' })).toThrow('control');
    expect(served.writes).toEqual([]);
  });
});
