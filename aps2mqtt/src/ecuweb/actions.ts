import { numberOf, type Order, OrderError, switchOf } from '../site/order.ts';
import type { SavedWeb } from './saved.ts';

/** What an order leads to. */
export interface Action {
  /** For people. */
  readonly words: string;
  /** Null where there is nothing to send. */
  readonly request: { readonly path: string; readonly form: Readonly<Record<string, string>> } | null;
  /** What is remembered once it is done. */
  readonly after: (before: SavedWeb) => SavedWeb;
}

/** W a panel. */
const MAX_POWER = { min: 20, max: 500 };
const MOST_EXPORT = 100_000;

/**
 * What to ask the page for.
 *
 * @param before what was commanded last: the same again is not sent
 * @throws OrderError
 */
export function actionFor(order: Order, before: SavedWeb): Action {
  switch (order.what) {
    case 'switched_on':
      return switching(idOf(order), switchOf(order), before);
    case 'max_power':
      return limiting(idOf(order), Math.round(numberOf(order, MAX_POWER.min, MAX_POWER.max, 'W')), before);
    case 'zero_export':
      return exporting(switchOf(order), before.exportLimit, before);
    case 'export_limit':
      return limitingExport(Math.round(numberOf(order, 0, MOST_EXPORT, 'W')), before);
    default:
      throw new OrderError('the web page has no such setting');
  }
}

function idOf({ inverterId }: Order): string {
  if (inverterId === null) {
    throw new OrderError('no inverter is named');
  }
  return inverterId;
}

function switching(id: string, switchedOn: boolean, before: SavedWeb): Action {
  return {
    words: `inverter ${id} ${switchedOn ? 'on' : 'off'}`,
    request: send(before.inverters[id]?.switchedOn === switchedOn, 'configuration/set_switch_state', {
      'ids[]': `${id}${switchedOn ? 1 : 2}`,
    }),
    after: (web) => withInverter(web, id, { switchedOn }),
  };
}

function limiting(id: string, maxPower: number, before: SavedWeb): Action {
  return {
    words: `inverter ${id} at most ${maxPower} W a panel`,
    request: send(before.inverters[id]?.maxPower === maxPower, 'configuration/set_maxpower', {
      id,
      maxpower: String(maxPower),
    }),
    after: (web) => withInverter(web, id, { maxPower }),
  };
}

/** @param limit W; null where none was set: switched on, that is 0, and switched off it is left out, never 0 by accident */
function exporting(zeroExport: boolean, limit: number | null, before: SavedWeb): Action {
  const watts = zeroExport ? (limit ?? 0) : limit;
  const isSame = before.zeroExport === zeroExport && limit === before.exportLimit;
  return {
    words: zeroExport ? `zero export on, with a limit of ${watts} W` : 'zero export off',
    request: send(isSame, 'meter/set_meter_display_funcs', {
      meter_func: zeroExport ? '1' : '0',
      this_func: '1',
      ...(watts === null ? {} : { power_limit: String(watts) }),
    }),
    after: (web) => ({ ...web, zeroExport, exportLimit: limit }),
  };
}

/** While zero export is off, a limit waits until it is on. */
function limitingExport(limit: number, before: SavedWeb): Action {
  if (before.zeroExport === false) {
    const words = `an export limit of ${limit} W, for when zero export is on`;
    return { words, request: null, after: (web) => ({ ...web, exportLimit: limit }) };
  }
  return exporting(true, limit, before);
}

function send(isSame: boolean, path: string, form: Readonly<Record<string, string>>): Action['request'] {
  return isSame ? null : { path, form };
}

function withInverter(web: SavedWeb, id: string, change: { switchedOn?: boolean; maxPower?: number }): SavedWeb {
  const before = web.inverters[id] ?? { switchedOn: null, maxPower: null };
  return { ...web, inverters: { ...web.inverters, [id]: { ...before, ...change } } };
}
