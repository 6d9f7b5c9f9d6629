import type { Browser } from 'playwright-core';
import { installed } from '../test/home-assistant/installed.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { clearBroker } from './home/clear.ts';
import { optionsPage } from './home/options.ts';
import { caughtUp, connectHome, dashboard, devices, energy, forgetHome } from './home/pictures.ts';
import { atNight, byDay, withAlarm } from './page/pictures.ts';
import { newRoof } from './summer.ts';

interface Wanted {
  readonly page: boolean;
  readonly home: boolean;
}

/** All that shows the roof: one life of it, from the end of May to July. */
export async function roofPictures({ page, home }: Wanted): Promise<void> {
  const browser = await launchBrowser();
  const roof = newRoof();
  try {
    await roof.weeks({ from: '2026-05-29T00:00' }, '2026-06-20T23:00');
    await solstice(roof, browser, { page, home });
    if (page) {
      await roof.weeks({ from: '2026-06-21T22:58', isWeak: true }, '2026-07-05T23:00');
      const july = await roof.live({ from: '2026-07-05T23:00', isWeak: true });
      await july.until('2026-07-06T12:21');
      await withAlarm(browser, july);
      await july.stop();
    }
  } finally {
    await roof.forget();
    await browser.close();
  }
}

/** The longest day. */
async function solstice(life: ReturnType<typeof newRoof>, browser: Browser, wanted: Wanted): Promise<void> {
  const home = wanted.home ? await connectHome() : null;
  if (home !== null) {
    await clearBroker();
  }
  const brokerPort = home === null ? {} : { brokerPort: Number(installed.port) };
  const roof = await life.live({ from: '2026-06-20T23:00', ...brokerPort });
  await roof.until('2026-06-21T15:51');
  if (wanted.page) {
    await byDay(browser, roof);
  }
  if (home !== null) {
    await caughtUp({ home, roof });
    await dashboard({ home, browser, roof });
    await devices({ home, browser, roof });
    await optionsPage(browser, roof.now());
  }
  await roof.until('2026-06-21T22:58');
  if (wanted.page) {
    await atNight(browser, roof);
  }
  if (home !== null) {
    await caughtUp({ home, roof });
    await energy({ home, browser, roof });
  }
  await roof.stop();
  if (home !== null) {
    await forgetHome(home);
    await clearBroker();
    home.close();
  }
}
