import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { messageOf } from '../../src/errors.ts';
import { ModbusSide } from '../../src/modbus/modbusSide.ts';
import { NOTHING_SAVED_OF_MODBUS } from '../../src/modbus/saved.ts';
import { modbusTcp } from '../../src/modbus/tcp.ts';
import { Quiet } from '../../src/polling/quiet.ts';
import { startModbus } from '../../src/tools/simulator/modbusServer.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { recordingLog } from '../support/logs.ts';
import { NOON, snapshotOf } from '../support/snapshots.ts';
import { until } from '../support/until.ts';

/** Others' programs, in a Python environment of this test's own: some 15 s, so only where SECOND_OPINION is set. */
const run = promisify(execFile);
let folder = '';
let python = '';
const script = (name: string) => path.resolve(import.meta.dirname, 'opinions', name);
let missing: string | null = null;

const DS3 = '704000000011';
const QS1 = '801000000012';

describe.skipIf(!process.env.SECOND_OPINION)('what others say', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-opinions-'));
    python = path.join(folder, 'bin/python');
    try {
      await run('python3', ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '-q', 'pymodbus==3.16.1', 'pysunspec2==1.3.7'], { timeout: 120_000 });
    } catch (error) {
      missing = `left out: no Python with pymodbus and pysunspec2 here (${messageOf(error).split('\n')[0]})`;
      console.log(missing);
    }
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('our client reads, and limits, a pymodbus server with the values of register dumps', async (context) => {
    context.skip(missing !== null, missing ?? '');
    const server = spawn(python, [script('server.py')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const stop = new AbortController();
    try {
      let said = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const port = Number(await until('its port', () => /port (\d+)/.exec(said)?.[1]));
      const quiet = new Quiet(systemClock);
      quiet.open(1e9);
      let isShown = false;
      const side = new ModbusSide(
        modbusTcp('127.0.0.1', port, 2_000),
        { ...NOTHING_SAVED_OF_MODBUS, units: { [DS3]: 1, [QS1]: 12 } },
        { mode: 'control', where: `127.0.0.1:${port}`, name: 'ECU' },
        {
          clock: systemClock,
          log: recordingLog().log,
          quiet,
          onChange: () => {
            isShown = true;
          },
        },
      );
      void side.run(stop.signal);
      const snapshot = await snapshotOf({
        ecu: 'ecu-c',
        inverters: [
          { family: 'ds3', id: DS3 },
          { family: 'qs1', id: QS1 },
        ],
      });
      side.onRound(snapshot);
      await until('a round', () => isShown);
      const [ds3, qs1] = side.extend(snapshot).inverters;
      expect(ds3?.modbus).toMatchObject({
        panels: [
          { voltage: 33.4, current: 3.147, power: 105.1 },
          { voltage: 33.1, current: 3.2, power: 105.9 },
        ],
        apparentPower: 212,
        reactivePower: -10,
        powerFactor: 0.99,
        state: 'producing',
        firmware: '5314',
        todayEnergy: 2.1147,
      });
      expect(qs1?.modbus?.panels[2]).toEqual({ voltage: null, current: null, power: null });
      expect(qs1?.modbus?.shown).not.toContain('panel_3_dc_voltage');
      expect(said).not.toContain('write');
      side.order({ what: 'power_limit', inverterId: null, payload: '70', topic: 'made/up' });
      await until('a limit', () => side.saved.commanded.limit === 70);
      expect(said.match(/write .*/g)).toEqual(['write 1 40189 700', 'write 1 40193 1']);
    } finally {
      stop.abort();
      server.kill();
    }
  });

  it('pysunspec2 reads our simulated ECU, and limits it', async (context) => {
    context.skip(missing !== null, missing ?? '');
    const site = simulatedSite({ ecu: 'ecu-c', inverters: [{ family: 'ds3', id: DS3 }] }, { now: () => NOON });
    const served = await startModbus(site, { host: '127.0.0.1', port: 0 }, { now: () => NOON });
    try {
      const { stdout } = await run(python, [script('client.py'), '127.0.0.1', String(served.port), '1', '60']);
      const [record] = site.state().records;
      const watts = record?.measurement?.powers.reduce((sum, power) => sum + power, 0);
      const today = (site.state().energies.get(DS3) ?? []).reduce((sum, panel) => sum + panel.today, 0);
      expect(JSON.parse(stdout)).toEqual({
        '1': { SN: DS3, Vr: '5314' },
        '101': {
          W: watts,
          WH: expect.closeTo(today * 1_000, 0),
          PhVphA: record?.measurement?.voltages[0],
          Hz: expect.closeTo(record?.measurement?.frequency ?? 0),
          St: 4,
        },
        '123': { Conn: 1, WMaxLimPct: 30, WMaxLim_Ena: 0 },
      });
      expect(served.writes.map(({ address, value }) => [address, value])).toEqual([
        [40_189, 600],
        [40_193, 1],
      ]);
    } finally {
      await served.stop();
    }
  });
});
