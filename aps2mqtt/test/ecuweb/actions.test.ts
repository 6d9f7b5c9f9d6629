import { describe, expect, it } from 'vitest';
import { actionFor } from '../../src/ecuweb/actions.ts';
import { NOTHING_SAVED_OF_WEB, type SavedWeb } from '../../src/ecuweb/saved.ts';
import type { Order } from '../../src/site/order.ts';

const DS3 = '704000000011';

const order = (what: Order['what'], payload: string, inverterId: string | null = null): Order => ({
  what,
  payload,
  inverterId,
  topic: 'made/up',
});

const known = (change: Partial<SavedWeb>): SavedWeb => ({ ...NOTHING_SAVED_OF_WEB, ...change });

describe('what the page is asked for', () => {
  it.each<[string, Order, Partial<SavedWeb>, Record<string, string> | null]>([
    ['an inverter on', order('switched_on', 'ON', DS3), {}, { 'ids[]': `${DS3}1` }],
    ['an inverter off', order('switched_on', 'OFF', DS3), {}, { 'ids[]': `${DS3}2` }],
    [
      'the same again',
      order('switched_on', 'OFF', DS3),
      { inverters: { [DS3]: { switchedOn: false, maxPower: null } } },
      null,
    ],
    ['a maximum', order('max_power', '250', DS3), {}, { id: DS3, maxpower: '250' }],
    ['zero export', order('zero_export', 'ON'), {}, { meter_func: '1', this_func: '1', power_limit: '0' }],
    [
      'with the limit set last',
      order('zero_export', 'ON'),
      { exportLimit: 800 },
      { meter_func: '1', this_func: '1', power_limit: '800' },
    ],
    ['lifted, with no limit by accident', order('zero_export', 'OFF'), {}, { meter_func: '0', this_func: '1' }],
    ['a limit', order('export_limit', '800'), {}, { meter_func: '1', this_func: '1', power_limit: '800' }],
    ['a limit while it is off waits', order('export_limit', '800'), { zeroExport: false }, null],
    [
      'a new limit while it is on',
      order('export_limit', '600'),
      { zeroExport: true, exportLimit: 800 },
      { meter_func: '1', this_func: '1', power_limit: '600' },
    ],
    ['the same limit again', order('export_limit', '800'), { zeroExport: true, exportLimit: 800 }, null],
  ])('%s', (_, asked, before, form) => {
    expect(actionFor(asked, known(before)).request?.form ?? null).toEqual(form);
  });

  it.each<[Order['what'], string]>([
    ['max_power', '19'],
    ['max_power', '501'],
    ['max_power', '0'],
    ['switched_on', 'on'],
    ['export_limit', '-1'],
    ['zero_export', '1'],
  ])('%s does not take %s', (what, payload) => {
    expect(() => actionFor(order(what, payload, DS3), NOTHING_SAVED_OF_WEB)).toThrow(/is (?:no number|neither)/);
  });
});
