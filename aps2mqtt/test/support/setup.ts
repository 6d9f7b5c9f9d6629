import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';
import { installed, missing } from '../home-assistant/installed.ts';
import { hasMosquitto } from './broker.ts';
import { hasChromium } from './browser.ts';

const PREFIX = 'aps2mqtt-test-';
const HOUR_MS = 3_600_000;

/**
 * Builds the program once, so that the tests of the process run what people run. All temporary files of a run are in one
 * folder, which goes with it.
 *
 * @returns what is done behind the last test
 */
export async function setup(): Promise<() => void> {
  const howTo = `Set ${missing.join(', ')}: see test/home-assistant/README.md`;
  if (!installed.isThere && process.env.WITH_HOME_ASSISTANT) {
    throw new Error(`There is no Home Assistant to test with. ${howTo}`);
  }
  const folder = temporaryRoot();
  await bundle();
  if (!installed.isThere) {
    console.info(`No real Home Assistant: what it makes of it all is not tried. ${howTo}`);
  }
  if (!hasMosquitto) {
    console.info('No mosquitto: what the embedded broker cannot do is left out. Install mosquitto to test all');
  }
  if (!hasChromium) {
    console.info('No Chromium: the page is not tried in a browser. Install chromium to test all');
  }
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Where the tests' `tmpdir()` is, and that of all programs they start. */
function temporaryRoot(): string {
  removeOld(tmpdir());
  const folder = mkdtempSync(path.join(tmpdir(), PREFIX));
  // A broker that root starts reads its files as another user.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return folder;
}

/** Runs that were killed could not tidy up. */
function removeOld(parent: string): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const old = path.join(parent, name);
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > HOUR_MS) {
      rmSync(old, { recursive: true, force: true });
    }
  }
}
