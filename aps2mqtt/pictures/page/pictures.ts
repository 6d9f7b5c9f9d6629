import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../../test/support/browser.ts';
import { keep } from '../album.ts';
import { INVERTERS } from '../layout.ts';
import { type Roof, SHADED, WEAK } from '../summer.ts';

const DESK: BrowserContextOptions = { viewport: { width: 1080, height: 800 } };
/** With room for a panel beside the roof. */
const WIDE: BrowserContextOptions = { viewport: { width: 1180, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2 };

const touch = (page: Page, inverter: string | undefined, panel: number) =>
  page.locator(`[data-panel="${inverter}/${panel}"]`).click();

/** The roof page in the afternoon. */
export async function byDay(browser: Browser, roof: Roof): Promise<void> {
  await shoot(browser, roof, 'day', DESK);
  await shoot(browser, roof, 'day-dark', { ...DESK, colorScheme: 'dark' });
  await shoot(browser, roof, 'phone', PHONE);
  await shoot(browser, roof, 'panel', WIDE, async (page) => {
    await touch(page, SHADED, 1);
    await page.getByText('Energy by day').waitFor();
  });
  await shoot(browser, roof, 'arrange', DESK, async (page) => {
    await page.getByRole('button', { name: 'Arrange' }).click();
    await touch(page, INVERTERS[2], 1);
  });
}

/** When the sun is down: what each panel has made. */
export const atNight = (browser: Browser, roof: Roof) =>
  shoot(browser, roof, 'night', { ...DESK, colorScheme: 'dark' }, (page) =>
    page.getByText('Energy today', { exact: true }).last().click(),
  );

/** A panel that makes less than its past lets expect, and why. */
export const withAlarm = (browser: Browser, roof: Roof) =>
  shoot(browser, roof, 'alarm', WIDE, async (page) => {
    await page.getByText('Against its past').first().click();
    await touch(page, WEAK, 2);
  });

async function shoot(
  browser: Browser,
  roof: Roof,
  name: string,
  options: BrowserContextOptions,
  act: (page: Page) => Promise<unknown> = async () => {},
): Promise<void> {
  // The count-down stands still.
  const { page } = await openPage(browser, roof.url, options, (fresh) => fresh.clock.setFixedTime(roof.now()));
  await page.getByRole('slider').waitFor();
  await act(page);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  keep(`page/${name}.png`, await page.screenshot({ fullPage: true }));
  await page.context().close();
}
