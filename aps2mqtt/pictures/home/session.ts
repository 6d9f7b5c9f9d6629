import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { isObject } from '../../src/json.ts';
import { installed } from '../../test/home-assistant/installed.ts';
import { keep } from '../album.ts';
import { untilNow } from './untilNow.ts';

export interface HomePicture {
  /** Within Home Assistant, such as `/energy`. */
  readonly path: string;
  /** Its browser's, which stands still. */
  readonly now: Date;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** What a Supervisor would answer to `GET <endpoint>`; null for nothing. There is none unless told. */
  readonly supervisor?: (endpoint: string) => object | null;
  /** Done when all that should be seen is there. */
  readonly act: (page: Page) => Promise<unknown>;
  /** How much of the page is shown; all that is in the window unless told. */
  readonly clip?: (page: Page) => Promise<{ readonly width: number; readonly height: number }>;
}

/** Home Assistant's own page, as somebody sees it who is logged in and has folded the sidebar away. */
export async function shootHome(browser: Browser, name: string, picture: HomePicture): Promise<void> {
  const { path, now, width, height, dark = false, supervisor, act, clip } = picture;
  const context = await browser.newContext({
    ...SEEN,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    // A chart would wait for a clock that stands still.
    reducedMotion: 'reduce',
  });
  try {
    const entries = JSON.stringify(remembered(now));
    await context.addInitScript({ content: `for (const [key, value] of ${entries}) localStorage.setItem(key, value)` });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.clock.setFixedTime(now);
    await page.routeWebSocket(/\/api\/websocket$/, (line) => {
      const home = line.connectToServer();
      line.onMessage((text) => {
        const answer = supervisor === undefined ? null : answerOf(supervisor, String(text));
        if (answer === null) {
          home.send(text);
        } else {
          line.send(answer);
        }
      });
      home.onMessage((text) => line.send(untilNow(now, String(text))));
    });
    await page.goto(new URL(path, installed.url).href);
    await act(page);
    await page.waitForTimeout(1_500);
    const part = clip === undefined ? {} : { clip: { x: 0, y: 0, ...(await clip(page)) } };
    keep(`home-assistant/${name}.png`, await page.screenshot(part));
  } finally {
    await context.close();
  }
}

function answerOf(supervisor: (endpoint: string) => object | null, text: string): string | null {
  const asked: unknown = JSON.parse(text);
  if (!isObject(asked) || asked.type !== 'supervisor/api') {
    return null;
  }
  const result = supervisor(String(asked.endpoint));
  return JSON.stringify({ id: asked.id, type: 'result', success: result !== null, result });
}

const SEEN: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Paris' };

function remembered(now: Date): [string, string][] {
  const { url, token } = installed;
  const hassUrl = new URL(url).origin;
  const login = {
    access_token: token,
    token_type: 'Bearer',
    refresh_token: '',
    expires_in: 1800,
    hassUrl,
    clientId: `${hassUrl}/`,
  };
  return [
    ['hassTokens', JSON.stringify({ ...login, expires: now.getTime() + 10 ** 10 })],
    ['dockedSidebar', '"always_hidden"'],
    ['suspendWhenHidden', 'false'],
  ];
}
