import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../support/program.ts';
import { startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { comes, settle } from './patience.ts';
import { openStage, type Stage } from './stage.ts';

/** What people set in Home Assistant reaches the ECU, and its state comes back. See README. */

const ECU = '215000330001';
const DS3 = '704000330011';
const DEVICES = [ECU, DS3];

/** The first values of Modbus, and its next write: there is one a minute. */
const MODBUS_MS = 90_000;
/** The web page gets a request every ten seconds. */
const WEB_MS = 60_000;
const ROUND_MS = 150_000;

const CONN = 40_188;
const PERCENT = 40_189;

describe.skipIf(!installed.isThere)('a real Home Assistant, that controls', () => {
  let stage: Stage;
  let ecu: WholeEcu;
  let program: Program;

  beforeAll(async () => {
    stage = await openStage('controls', DEVICES);
    ecu = await startEcu({ ecu: 'ecu-c', ecuId: ECU, inverters: [{ family: 'ds3', id: DS3 }] });
    program = stage.start({
      ...ecu.environment,
      APS_ECU_NAME: 'Controls',
      APS_ECU_MODBUS: 'control',
      APS_ECU_WEB_PAGE: 'control',
      APS_ECU_AUTO_RESTART: 'true',
      APS_ECU_WIFI_SSID: 'roof',
      APS_ECU_WIFI_PASSWD: 'secret of the roof',
    });
    await stage.shows(`${ECU}_reported_power_limit`, /^\d+$/, MODBUS_MS);
    await stage.shows(`${ECU}_zero_export`, 'unknown');
  }, MODBUS_MS);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
  });

  /** What Modbus was told, as register and value. */
  const written = () => ecu.modbus.writes.map(({ address, value }) => `${address} ${value}`);
  /** Waits until the web page has been told this: Home Assistant shows at once what cannot be read back. */
  const isTold = (path: string, form: Readonly<Record<string, string>>) =>
    settle(WEB_MS, async () => {
      const told = ecu.web.requests.filter((request) => request.path.endsWith(path)).at(-1)?.form ?? {};
      return Object.entries(form).filter(([name, value]) => told[name] !== value);
    });

  describe.concurrent('at the same time', () => {
    it(
      'limits the power, switches the production, and releases the limit',
      async () => {
        await stage.call('number.set_value', `${ECU}_power_limit`, { value: 60 });
        await stage.shows(`${ECU}_power_limit`, '60', MODBUS_MS);
        expect(written()).toContain(`${PERCENT} 600`);
        await stage.shows(`${ECU}_reported_power_limit`, '60');

        await stage.call('switch.turn_off', `${ECU}_production`);
        await stage.shows(`${ECU}_production`, 'off', MODBUS_MS);
        expect(written().at(-1)).toBe(`${CONN} 0`);

        await stage.call('switch.turn_on', `${ECU}_production`);
        await stage.call('button.press', `${ECU}_release_limit`);
        await stage.shows(`${ECU}_power_limit`, '100', MODBUS_MS);
        await stage.shows(`${ECU}_production`, 'on');
        expect(written().slice(-2)).toEqual([`${PERCENT} 1000`, `${CONN} 1`]);
      },
      4 * MODBUS_MS,
    );

    it(
      'sets what the web page takes',
      async () => {
        await stage.call('number.set_value', `${DS3}_max_power`, { value: 250 });
        await stage.shows(`${DS3}_max_power`, '250', WEB_MS);
        await isTold('set_maxpower', { id: DS3, maxpower: '250' });

        await stage.call('number.set_value', `${ECU}_export_limit`, { value: 800 });
        await stage.shows(`${ECU}_export_limit`, '800', WEB_MS);
        await isTold('set_meter_display_funcs', { meter_func: '1', power_limit: '800' });
        await stage.shows(`${ECU}_zero_export`, 'on');

        await stage.call('switch.turn_off', `${ECU}_zero_export`);
        await stage.shows(`${ECU}_zero_export`, 'off', WEB_MS);
        await isTold('set_meter_display_funcs', { meter_func: '0' });

        await stage.call('switch.turn_off', `${DS3}_switched_on`);
        await stage.shows(`${DS3}_switched_on`, 'off', WEB_MS);
        await isTold('set_switch_state', { 'ids[]': `${DS3}2` });
        await stage.shows(`${DS3}_online`, 'off', ROUND_MS);
        await stage.call('switch.turn_on', `${DS3}_switched_on`);
        await isTold('set_switch_state', { 'ids[]': `${DS3}1` });
        await stage.shows(`${DS3}_online`, 'on', ROUND_MS);
        await stage.shows(`${DS3}_switched_on`, 'on');
      },
      4 * WEB_MS + 2 * ROUND_MS,
    );
  });

  it('does not show a limit that nobody took', async () => {
    ecu.web.manner = 'refuse';
    await stage.call('number.set_value', `${DS3}_max_power`, { value: 300 });
    await program.says(/at most 300 W a panel.*not carried out/, WEB_MS);
    await stage.shows(`${DS3}_max_power`, '250', WEB_MS);
    ecu.web.behave();
  }, 120_000);

  it(
    'asks the ECU when somebody wants new values, and restarts it',
    async () => {
      const before = ecu.simulator.requests.length;
      await stage.call('button.press', `${ECU}_refresh`);
      await comes('a poll', MODBUS_MS, async () => ecu.simulator.requests.length > before);
      await stage.call('button.press', `${ECU}_restart`);
      await isTold('set_wlan_ap', { SSID: 'roof' });
      expect(program.output()).not.toContain('secret of the roof');
    },
    MODBUS_MS + WEB_MS,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
