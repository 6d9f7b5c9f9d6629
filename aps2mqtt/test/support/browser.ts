import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM = PLACES.find(existsSync);

/** Whether a browser is here to test the page in. */
export const hasChromium = CHROMIUM !== undefined;

export function launchBrowser(): Promise<Browser> {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-sync', ...quiet];
  return chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), args });
}

export interface WatchedPage {
  readonly page: Page;
  /** What the console says is wrong, and what was thrown. */
  readonly errors: string[];
  /** Addresses that were asked for, without the origin. */
  readonly asked: string[];
  /** The same of other origins. */
  readonly foreign: string[];
}

/** Opens the page and waits for the roof. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Paris', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const watched: WatchedPage = { page, errors: [], asked: [], foreign: [] };
  page.on('console', (message) => message.type() === 'error' && watched.errors.push(message.text()));
  page.on('pageerror', (error) => watched.errors.push(error.message));
  const { origin } = new URL(url);
  page.on('request', (request) => {
    const address = request.url();
    if (address.startsWith(origin)) {
      watched.asked.push(address.slice(origin.length));
    } else if (!/^(?:data|blob):/.test(address)) {
      watched.foreign.push(address);
    }
  });
  await prepare(page);
  await page.goto(url);
  await page.locator('[data-panel]').first().waitFor();
  return watched;
}

/** Where `npm run screenshots` wants its pictures; nothing is drawn otherwise. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env;
  if (folder) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  }
}
