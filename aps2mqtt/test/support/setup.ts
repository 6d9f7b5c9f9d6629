import { bundle } from '../../scripts/bundle.mjs';
import { hasMosquitto } from './broker.ts';
import { hasChromium } from './browser.ts';

/** Builds the program once, so that the tests of the process run what people run. */
export async function setup(): Promise<void> {
  await bundle();
  if (!hasMosquitto) {
    console.info('No mosquitto: what the embedded broker cannot do is left out. Install mosquitto to test all');
  }
  if (!hasChromium) {
    console.info('No Chromium: the page is not tried in a browser. Install chromium to test all');
  }
}
