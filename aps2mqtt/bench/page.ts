// What the page takes in a browser: 100 panels, from the built program, with a day of history.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startSimulator } from '../src/tools/simulator/server.ts';
import { freePort } from '../test/support/broker.ts';
import { hasChromium, launchBrowser } from '../test/support/browser.ts';
import { sunnySite } from './ecu.ts';
import { describeMachine, nodeVersion } from './machine.ts';
import { run, startBroker } from './running.ts';
import { spread, spreadText } from './spread.ts';

const INVERTERS = 33;
const LOADS = 7;
/** When the first panel has been painted. */
const OBSERVE = `new MutationObserver((_, observer) => {
  if (document.querySelector('[data-panel]')) {
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.firstRoof = performance.now(); }));
  }
}).observe(document, { childList: true, subtree: true })`;

run(async () => {
  if (!hasChromium) {
    throw new Error('install chromium to measure the page');
  }
  process.stdout.write(`${describeMachine({ Node: nodeVersion(process.execPath) })}\n\n`);
  const folder = await mkdtemp(path.join(tmpdir(), 'aps2mqtt-bench-'));
  const site = sunnySite(INVERTERS, 'page');
  const simulator = await startSimulator({ source: site });
  const broker = await startBroker();
  const port = await freePort();
  const ids = site.inverters.map(({ id }) => id);
  await writeDay(folder, site.state().summary.ecuId, ids);
  const program = spawn(process.execPath, [path.join(import.meta.dirname, 'aps2mqtt.js')], {
    env: {
      PATH: process.env.PATH ?? '',
      APS_ECU_IP: simulator.host,
      APS_ECU_PORT: String(simulator.port),
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(broker.port),
      APS_HISTORY_DIR: folder,
      APS_HTTP_PORT: String(port),
    },
    stdio: 'ignore',
  });
  const browser = await launchBrowser();
  try {
    const url = `http://127.0.0.1:${port}/`;
    await answering(url);
    const loads: number[] = [];
    const frames: number[] = [];
    let [bytes, panels] = [0, 0];
    for (let load = 0; load <= LOADS; load++) {
      const measured = await visit(browser, url);
      // The first one warms up.
      if (load > 0) {
        loads.push(measured.first);
        frames.push(...measured.frames);
        ({ bytes, panels } = measured);
      }
    }
    const rows = [
      [`first roof of ${panels} panels after the request, ms`, text(loads)],
      ['what comes over the wire for it, bytes', String(bytes)],
      ['between two frames while the day is dragged, ms', text(frames)],
    ];
    process.stdout.write(
      `| what | min / median / max |\n| --- | --- |\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`,
    );
  } finally {
    program.kill();
    await browser.close();
    await simulator.stop();
    await rm(folder, { recursive: true });
  }
});

const text = (values: readonly number[]) => {
  const found = spread(values);
  return found === null ? '' : spreadText(found);
};

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const state = await fetch(`${url}api/state`).then(
      (response) => response.json() as Promise<{ panels: unknown[] }>,
      () => null,
    );
    if (state !== null && state.panels.length > 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the program shows no panels');
}

async function visit(browser: Browser, url: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  let bytes = 0;
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(OBSERVE);
  await page.goto(url);
  await page.locator('[data-panel]').first().waitFor();
  await page.getByRole('slider').waitFor();
  const first = Number(await page.evaluate('window.firstRoof'));
  const panels = await page.locator('[data-panel]').count();
  const frames = await drag(page);
  await context.close();
  return { first, panels, frames, bytes };
}

/** @returns ms between frames, while the slider goes through the day */
async function drag(page: Page): Promise<number[]> {
  const box = await page.getByRole('slider').boundingBox();
  const [x, y] = [box?.x ?? 0, (box?.y ?? 0) + 20];
  await page.mouse.move(x + 5, y);
  await page.mouse.down();
  await page.evaluate(
    'window.stamps = []; (function frame(at) { stamps.push(at); requestAnimationFrame(frame); })(performance.now())',
  );
  for (let step = 0; step < 100; step++) {
    await page.mouse.move(x + 5 + step * 10, y);
  }
  const stamps = (await page.evaluate('window.stamps')) as number[];
  await page.mouse.up();
  // The first one is no frame's.
  const [, ...painted] = stamps;
  return painted.slice(1).map((at, index) => at - (painted[index] ?? at));
}

/** The day until now, a round each five minutes. */
async function writeDay(folder: string, ecuId: string, inverters: readonly string[]): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const columns = inverters.flatMap((id) => [`${id}/1`, `${id}/2`, `${id}/online`, `${id}/temperature`]);
  const lines = Array.from({ length: 200 }, (_, round) => {
    const at = new Date(Date.parse(`${day}T00:00:00Z`) + round * 300_000).toISOString().slice(0, 19);
    const watts = Math.round(300 * Math.sin((Math.PI * round) / 200));
    return [`${at}+00:00`, ...inverters.flatMap(() => [watts, watts + 3, 1, 30])].join(',');
  });
  await mkdir(path.join(folder, ecuId), { recursive: true });
  await writeFile(path.join(folder, ecuId, `${day}.csv`), `${['round', ...columns].join(',')}\n${lines.join('\n')}\n`);
}
