import type { Browser, Page } from 'playwright-core';
import { parse } from 'yaml';
import { HomeAssistant } from '../../test/home-assistant/api.ts';
import { installed } from '../../test/home-assistant/installed.ts';
import { INVERTERS } from '../layout.ts';
import { ECU, type Roof } from '../summer.ts';
import { shootHome } from './session.ts';
import { hoursOf, importEnergy, importPower } from './statistics.ts';

const PATIENCE_MS = 120_000;
const DASHBOARD = 'aps2mqtt-pictures';
const TODAY = '2026-06-21';
const YESTERDAY = '2026-06-20';

/** A real Home Assistant that has heard the roof. */
export interface Home {
  readonly home: HomeAssistant;
  readonly browser: Browser;
  readonly roof: Roof;
}

/** Waits until Home Assistant shows what the roof said last. */
export async function caughtUp({ home, roof }: Pick<Home, 'home' | 'roof'>): Promise<void> {
  const { ecus } = (await (await fetch(`${roof.url}api/state`)).json()) as { ecus: { poll_round: string }[] };
  const last = Date.parse(ecus[0]?.poll_round ?? '');
  const shown = async () => {
    const id = (await home.enabledIds([ECU])).get(`aps_${ECU}_poll_round`) ?? '';
    return Date.parse((await home.states()).get(id)?.state ?? '');
  };
  for (const end = performance.now() + PATIENCE_MS; (await shown()) !== last; ) {
    if (performance.now() > end) {
      throw new Error('Home Assistant does not hear this broker');
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export const connectHome = () => HomeAssistant.connect(installed.url, installed.token);

/** The dashboard that the program prints, put into Home Assistant. */
export async function dashboard({ home, browser, roof }: Home): Promise<void> {
  const ids = await home.enabledIds([ECU]);
  await importPower(home, idOf(ids, `aps_${ECU}_power`), await hoursOf(roof, [YESTERDAY, TODAY]));
  const config = parse(await (await fetch(`${roof.url}api/dashboard.yaml`)).text());
  await removeDashboard(home);
  await home.ask('lovelace/dashboards/create', {
    url_path: DASHBOARD,
    title: 'Solar',
    mode: 'storage',
    require_admin: false,
  });
  await home.ask('lovelace/config/save', { url_path: DASHBOARD, config });
  const picture = {
    path: `/${DASHBOARD}/roof`,
    now: roof.now(),
    width: 1180,
    height: 790,
    act: async (page: Page) => {
      await page.locator('hui-picture-elements-card').waitFor();
      await page.locator('hui-history-graph-card canvas, hui-history-graph-card svg').first().waitFor();
    },
  };
  await shootHome(browser, 'dashboard', picture);
  await shootHome(browser, 'dashboard-dark', { ...picture, dark: true });
}

export async function devices({ home, browser, roof }: Home): Promise<void> {
  const all = await home.ask<{ id: string; identifiers: [string, string][] }[]>('config/device_registry/list');
  for (const [name, id] of [
    ['ecu', ECU],
    ['inverter', INVERTERS[0]],
  ] as const) {
    const device = all.find(({ identifiers }) => identifiers.some(([, identifier]) => identifier.includes(String(id))));
    await shootHome(browser, name, {
      path: `/config/devices/device/${device?.id}`,
      now: roof.now(),
      width: 1180,
      height: 1400,
      act: (page) => page.locator('ha-device-entities-card').first().waitFor(),
      clip: deviceAlone,
    });
  }
}

/** Without the column of what happened lately. */
async function deviceAlone(page: Page) {
  const cards = await page.locator('ha-device-entities-card').all();
  const boxes = (await Promise.all(cards.map((card) => card.boundingBox()))).filter((box) => box !== null);
  const edge = (end: (box: (typeof boxes)[number]) => number) => Math.ceil(Math.max(...boxes.map(end))) + 6;
  return { width: edge(({ x, width }) => x + width), height: edge(({ y, height }) => y + height) };
}

/** A whole day of the Energy dashboard. */
export async function energy({ home, browser, roof }: Home): Promise<void> {
  const id = idOf(await home.enabledIds([ECU]), `aps_${ECU}_lifetime_energy`);
  await importEnergy(home, id, await hoursOf(roof, [YESTERDAY, TODAY]));
  const before = await home.ask<object>('energy/get_prefs').catch(() => ({ energy_sources: [] }));
  const source = { type: 'solar', stat_energy_from: id, config_entry_solar_forecast: null };
  try {
    await home.ask('energy/save_prefs', { energy_sources: [source] });
    await shootHome(browser, 'energy', {
      path: '/energy/electricity',
      now: roof.now(),
      width: 1180,
      height: 820,
      act: (page) => page.locator('hui-energy-solar-graph-card canvas').first().waitFor(),
    });
  } finally {
    await home.ask('energy/save_prefs', before);
  }
}

function idOf(ids: ReadonlyMap<string, string>, uniqueId: string): string {
  const id = ids.get(uniqueId);
  if (id === undefined) {
    throw new Error(`Home Assistant has no ${uniqueId}`);
  }
  return id;
}

async function removeDashboard(home: HomeAssistant): Promise<void> {
  const all = await home.ask<{ id: string; url_path: string }[]>('lovelace/dashboards/list');
  for (const { id } of all.filter(({ url_path }) => url_path === DASHBOARD)) {
    await home.ask('lovelace/dashboards/delete', { dashboard_id: id });
  }
}

/** Takes away what the pictures have put there. */
export async function forgetHome(home: HomeAssistant): Promise<void> {
  await removeDashboard(home);
  const ids = await home.enabledIds([ECU]);
  const counters = ['power', 'lifetime_energy'].map((name) => idOf(ids, `aps_${ECU}_${name}`));
  await home.ask('recorder/clear_statistics', { statistic_ids: counters });
}
