import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { bundlePage } from '../../scripts/page.mjs';
import { SIDES } from '../../src/tools/simulator/panels.ts';
import { freePort } from '../support/broker.ts';
import { hasChromium, launchBrowser, openPage } from '../support/browser.ts';
import { HOUR, sharedBroker, startRoof } from '../support/roof.ts';

const { SCREENSHOTS: folder = '' } = process.env;
const IDS = Array.from({ length: 12 }, (_, index) => String(704000000011 + index));

/** The pictures of the documentation: `npm run screenshots` makes them anew. */
describe.skipIf(!hasChromium || folder === '')('pictures of the page', { timeout: 240_000 }, () => {
  const broker = sharedBroker();
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    Object.assign(globalThis, { PAGE: await bundlePage() });
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    const side = (index: number) => (index < 6 ? SIDES.east : SIDES.west);
    const inverters = IDS.map((id, index) => ({ family: 'ds3', id, panels: [side(index), side(index)] }) as const);
    const chimney = { ...SIDES.west, shade: { from: 200, to: 260 } };
    const site = { ecu: 'ecu-r-pro', ecuId: '216200000001', clouds: 0.15 } as const;
    const shaded = inverters.map((one, index) => (index === 9 ? { ...one, panels: [chimney, SIDES.west] } : one));
    const roof = await startRoof(broker.port, {
      start: '2026-06-21T03:30:00Z',
      ecus: [{ site: { ...site, inverters: shaded } }],
      options: { http: { port, host: '127.0.0.1', password: null, allowedHosts: [] } },
    });
    await roof.pass(10.5 * HOUR);
    browser = await launchBrowser();
    await fetch(`${url}api/layout`, {
      method: 'PUT',
      headers: { 'X-Aps2mqtt': '1' },
      body: JSON.stringify(eastAndWest()),
    });
    await mkdir(folder, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
  });

  const shoot = async (name: string, options: BrowserContextOptions, act: (page: Page) => Promise<unknown>) => {
    const { page } = await openPage(browser, url, options);
    await page.getByRole('slider').waitFor();
    await act(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  };
  const desk = { viewport: { width: 1180, height: 800 } };

  test('by day', () => shoot('day', desk, async () => {}));

  test('a panel, in the dark', () =>
    shoot('panel', { ...desk, colorScheme: 'dark' }, (page) => page.locator(`[data-panel="${IDS[9]}/1"]`).click()));

  test('on a phone', () =>
    shoot('phone', { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2 }, async () => {}));

  test('arranging', () =>
    shoot('arrange', desk, async (page) => {
      await page.getByRole('button', { name: 'Arrange' }).click();
      await page.locator(`[data-panel="${IDS[2]}/1"]`).click();
    }));

  test('the picture for a dashboard', async () => {
    const page = await browser.newPage({ viewport: { width: 760, height: 900 } });
    await page.goto(`${url}roof.svg?theme=dark`);
    await page.locator('svg').screenshot({ path: path.join(folder, 'roof.png') });
  });
});

/** Two sides of a roof, in two rows each. */
function eastAndWest() {
  const panels = IDS.flatMap((inverter, index) =>
    [1, 2].map((panel) => {
      const place = (index % 6) * 2 + panel - 1;
      const [side, top] = index < 6 ? ['east', 0] : ['west', 4];
      return { inverter, panel, x: place % 6, y: top + Math.floor(place / 6) * 1.6, angle: 0, side, name: '' };
    }),
  );
  const sides = [
    { id: 'east', name: 'East' },
    { id: 'west', name: 'West' },
  ];
  return { version: 1, sides, panels };
}
