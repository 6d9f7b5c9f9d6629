import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlePage } from '../../scripts/page.mjs';
import type { InverterState } from '../../src/tools/simulator/description.ts';
import { exampleData } from '../http/exampleData.ts';
import { servePageFor } from '../http/servedPage.ts';
import { freePort } from '../support/broker.ts';
import { hasChromium, launchBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import type { Installation } from '../support/installation.ts';
import { afterNewRound, MINUTE, sharedBroker, startRoof } from '../support/roof.ts';

const ECU = '216200000001';
const IDS = Array.from({ length: 12 }, (_, index) => String(704000000011 + index));
const OFFLINE = IDS[2] ?? '';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a chart writes, and from where to where. */
interface Written {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/** Canvases keep no texts: they are noted as they are written, where they are written again only once. */
const NOTE_TEXTS = `
  const noted = new Map();
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const half = this.measureText(text).width / 2;
    noted.set([text, x, y].join(), { text, left: x - half, right: x + half });
    fillText.call(this, text, x, y);
  };
  globalThis.written = () => [...noted.values()];`;

/** The real bridge, with a real broker and a simulated ECU of 24 panels; time passes as the test says. */
describe.skipIf(!hasChromium)('the page', { timeout: 60_000 }, () => {
  const broker = sharedBroker();
  let browser: Browser;
  let roof: Installation;
  let url: string;
  const open: WatchedPage[] = [];

  beforeAll(async () => {
    Object.assign(globalThis, { PAGE: await bundlePage() });
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    const stateOf = (id: string): InverterState => (id === OFFLINE ? 'offline' : 'online');
    const inverters = IDS.map((id) => ({ family: 'ds3', id, state: stateOf(id) }) as const);
    [browser, roof] = await Promise.all([
      launchBrowser(),
      startRoof(broker.port, {
        ecus: [{ site: { ecu: 'ecu-r-pro', ecuId: ECU, inverters, clouds: 0.2 } }],
        options: { http: { port, host: '127.0.0.1', password: null, allowedHosts: [] } },
      }),
    ]);
    // A morning of rounds.
    await roof.pass(30 * MINUTE);
  });
  afterAll(async () => {
    await browser?.close();
  });

  const visit = async (
    ...args: Parameters<typeof openPage> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) => {
    const watched = await openPage(browser, url, ...args);
    open.push(watched);
    return watched;
  };

  const panel = (page: Page, key: string) => page.locator(`[data-panel="${key}"]`);
  const published = (inverter: string) => JSON.parse(roof.ear.last.get(`${roof.prefix}aps/${ECU}/${inverter}`) ?? '{}');

  test('has every panel with its name and value, equal to what MQTT has', async () => {
    const { page } = await visit();
    expect(await page.locator('[data-panel]').count()).toBe(24);
    for (const id of IDS) {
      const state = published(id);
      for (const number of [1, 2]) {
        const value = id === OFFLINE ? 'offline' : `${Math.round(state[`panel_${number}_power`])} W`;
        const label = await panel(page, `${id}/${number}`).getAttribute('aria-label');
        expect(label).toBe(`DS3 ${id}, panel ${number}: ${value}`);
      }
    }
    expect(await page.locator('header').innerText()).toMatch(/11 of 12/);
    expect(await page.locator(`[data-ecu="${ECU}"]`).innerText()).toContain('Fine');
  });

  test('shows new values without a reload, asking once a minute, and not at all while nobody looks', async () => {
    const { page, asked } = await visit({}, (page) => page.clock.install());
    const before = await panel(page, `${IDS[0]}/1`).getAttribute('aria-label');
    await afterNewRound(roof);
    roof.ecu.site.setPowers(IDS[0] ?? '', [77, 78]);
    await afterNewRound(roof);
    const states = () => asked.filter((path) => path === '/api/state').length;
    const [first, all] = [states(), asked.length];
    await page.clock.runFor(60_000);
    await expect.poll(() => panel(page, `${IDS[0]}/1`).getAttribute('aria-label')).toMatch(/: 77 W$/);
    expect(before).not.toMatch(/: 77 W$/);
    await page.clock.runFor(60_000);
    await expect.poll(states).toBe(first + 2);
    const look = (isHidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await look(true);
    await page.clock.runFor(300_000);
    expect(states()).toBe(first + 2);
    await look(false);
    await expect.poll(states).toBe(first + 3);
    expect(asked.length).toBe(all + 3);
  });

  test('colours by energy, by side, by its past; says "not judged yet" where nothing is', async () => {
    const { page } = await visit();
    await page.locator('.modes').getByText('Share of the best').click();
    expect(await panel(page, `${IDS[4]}/1`).getAttribute('aria-label')).toMatch(/: \d+ W, \d+ %$/);
    await page.locator('.modes').getByText('Against its past').click();
    expect(await panel(page, `${IDS[4]}/1`).getAttribute('aria-label')).toMatch(/, not judged yet$/);
    expect(await panel(page, `${IDS[4]}/1`).getAttribute('class')).toBe('u');
    await page.locator('.modes').getByText('Energy today').click();
    expect(await panel(page, `${IDS[4]}/1`).getAttribute('aria-label')).toMatch(/ kWh$/);
  });

  test('goes through the day by keyboard and by mouse, and back to now', async () => {
    const { page } = await visit();
    await roof.pass(20 * MINUTE);
    await page.reload();
    const track = page.getByRole('slider', { name: 'Time of day' });
    await track.waitFor();
    await expect.poll(() => track.getAttribute('aria-valuemax')).not.toBe('0');
    const at = () => track.getAttribute('aria-valuetext');
    const newest = await at();
    await track.focus();
    await page.keyboard.press('ArrowLeft');
    const before = await at();
    expect(before).not.toBe(newest);
    await page.keyboard.press('End');
    expect(await at()).toBe(newest);
    const box = await track.boundingBox();
    await page.mouse.click((box?.x ?? 0) + 2, (box?.y ?? 0) + 20);
    expect(await track.getAttribute('aria-valuenow')).toBe('0');
    await page.getByRole('button', { name: 'Now' }).click();
    expect(await at()).toBe(newest);
  });

  test('opens a panel by keyboard, with its values', async () => {
    const { page } = await visit();
    await panel(page, `${IDS[5]}/2`).focus();
    await page.keyboard.press('Enter');
    const view = page.getByRole('region', { name: `DS3 ${IDS[5]}, panel 2` });
    await view.waitFor();
    const state = published(IDS[5] ?? '');
    const text = await view.innerText();
    expect(text).toContain(`${Math.round(state.panel_2_power)} W`);
    expect(text).toContain(`${Math.round(state.temperature)} °C`);
    await view.locator('canvas').first().waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await view.waitFor({ state: 'detached' });
  });

  test.each([
    ['a phone', 360],
    ['a screen', 1280],
  ])('writes months below the bars so that they can be read, on %s', async (_, width) => {
    const key = `${IDS[0]}/1`;
    const days = Array.from({ length: 340 }, (_, index) =>
      new Date((20_000 + index) * 86_400_000).toISOString().slice(0, 10),
    );
    const energies = { ecus: [{ days, panels: { [key]: days.map(() => 1.5) } }] };
    const { page } = await visit({ viewport: { width, height: 740 }, locale: 'fr-FR' }, async (page) => {
      await page.addInitScript(NOTE_TEXTS);
      await page.route('**/api/energies', (route) => route.fulfill({ json: energies }));
    });
    await panel(page, key).click();
    const months = async () =>
      ((await page.evaluate('written()')) as Written[]).filter(({ text }) => /^\S+ \d\d$/.test(text));
    await expect.poll(async () => (await months()).length).toBeGreaterThan(1);
    const written = (await months()).sort((one, other) => one.left - other.left);
    expect(new Set(written.map(({ text }) => text)).size).toBe(written.length);
    for (const [index, { left, text }] of written.entries()) {
      expect(left, text).toBeGreaterThan(written[index - 1]?.right ?? Number.NEGATIVE_INFINITY);
    }
  });

  test('arranges by mouse, by keyboard, with undo; keeps it over a reload', async () => {
    const { page } = await visit();
    await page.getByRole('button', { name: 'Arrange' }).click();
    const layout = async () => JSON.parse(await (await page.request.get(`${url}api/layout`)).text()).panels;
    const [before] = await layout();
    const box = await panel(page, `${IDS[0]}/1`).boundingBox();
    const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 20];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y - 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await layout())[0].x).toBeLessThan(before.x);
    const dragged = (await layout())[0];
    expect(Math.round(dragged.x * 5)).toBeCloseTo(dragged.x * 5, 5);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await layout())[0]).toEqual(before);
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(async () => (await layout())[0]).toEqual(dragged);
    await panel(page, `${IDS[1]}/1`).focus();
    const second = (await layout())[2];
    for (const key of ['ArrowRight', 'Shift+ArrowDown', 'r']) {
      await page.keyboard.press(key);
    }
    await page.locator('select').selectOption('+');
    await page.getByLabel('Name of the side').fill('<img src=x onerror=alert(1)>');
    await page.getByLabel('Name of the panel').fill('"><script>alert(2)</script>');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.locator('[data-panel]').first().waitFor();
    const after = (await layout())[2];
    expect(after).toMatchObject({ x: second.x + 0.2, y: second.y + 1, angle: 90, side: 'side-1' });
    expect(await panel(page, `${IDS[1]}/1`).getAttribute('aria-label')).toContain('"><script>alert(2)</script>');
    expect(await page.locator('.roof svg script, .roof svg img').count()).toBe(0);
    await page.getByRole('button', { name: 'Arrange' }).click();
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
  });

  test('tries once more to save what could not be saved, when somebody is done', async () => {
    const { page, errors } = await visit();
    const place = async () => JSON.parse(await (await page.request.get(`${url}api/layout`)).text()).panels[1].x;
    const before = await place();
    await page.getByRole('button', { name: 'Arrange' }).click();
    await page.route('**/api/layout', (route) => route.fulfill({ status: 500, body: 'no' }), { times: 1 });
    await panel(page, `${IDS[0]}/2`).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Not saved').waitFor();
    expect(await place()).toBe(before);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect.poll(place).toBeCloseTo(before + 0.2, 5);
    // What the browser says of the answer.
    expect(errors.splice(0)).toEqual([expect.stringContaining('500')]);
  });

  test('tells a silent ECU from an offline inverter', async () => {
    roof.ecu.simulator.misbehave({ kind: 'refuse' }, { times: Number.POSITIVE_INFINITY });
    await roof.pass(25 * MINUTE);
    const { page } = await visit();
    expect(await page.locator(`[data-ecu="${ECU}"]`).innerText()).toMatch(/Silent since \d\d:\d\d, because: /);
    expect(await panel(page, `${IDS[0]}/1`).getAttribute('aria-label')).toMatch(/: unknown$/);
    expect(await page.locator('[data-panel].o').count()).toBe(0);
    await roof.ecu.simulator.behave();
    await roof.pass(15 * MINUTE);
  });

  test('marks an alarm, with its words; goes to an earlier day by its date', async () => {
    const served = await servePageFor(undefined, exampleData());
    const { page, errors } = await openPage(browser, `http://127.0.0.1:${served.port}/`);
    const weak = panel(page, '704000000015/2');
    expect(await weak.getAttribute('aria-label')).toMatch(/, alarm: makes less than it should: shade from 10 to 12$/);
    expect(await weak.textContent()).toContain('!');
    await weak.click();
    await page.getByText('makes less than it should').first().waitFor();
    await page.getByLabel('Day', { exact: true }).fill('2026-06-20');
    const track = page.getByRole('slider', { name: 'Time of day' });
    await expect.poll(() => track.getAttribute('aria-valuetext')).toBe('12:05, 120 W');
    expect(await panel(page, '704000000011/1').getAttribute('aria-label')).toMatch(/: 120 W$/);
    expect(await panel(page, '704000000011/2').getAttribute('aria-label')).toMatch(/: unknown$/);
    await track.focus();
    await page.keyboard.press('Home');
    expect(await panel(page, '704000000011/2').getAttribute('aria-label')).toMatch(/: 110 W$/);
    await page.getByLabel('Day', { exact: true }).fill('2026-06-19');
    await page.getByText('Nothing is kept of this day.').waitFor();
    await page.getByRole('button', { name: 'Day after' }).click();
    await expect.poll(() => track.getAttribute('aria-valuenow')).toBe('1');
    expect(errors).toEqual([]);
    await served.stop();
  });

  test.each([
    ['in German, dark, on a phone', { locale: 'de-DE', colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
    ['in French, on a wall tablet', { locale: 'fr-FR', viewport: { width: 1280, height: 800 } }],
    ['in Spanish', { locale: 'es-MX' }],
    ['in Dutch', { locale: 'nl-BE' }],
  ] as const)('%s: fits, speaks, and has no fault that axe finds serious', async (_, options) => {
    const { page } = await visit(options);
    const language = options.locale.slice(0, 2);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    const word = { de: 'Modul', fr: 'panneau', es: 'panel', nl: 'paneel' }[language];
    expect(await panel(page, `${IDS[0]}/1`).getAttribute('aria-label')).toContain(`, ${word} 1: `);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await panel(page, `${IDS[0]}/1`).click();
    await page.locator('details summary').click();
    await page.locator('.chart canvas').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  test('arranging has no fault that axe finds serious either', async () => {
    const { page } = await visit();
    await page.getByRole('button', { name: 'Arrange' }).click();
    const before = await panel(page, `${IDS[0]}/1`).getAttribute('transform');
    await panel(page, `${IDS[0]}/1`).click();
    await page.locator('select').selectOption('+');
    await panel(page, `${IDS[0]}/1`).click();
    expect(await panel(page, `${IDS[0]}/1`).getAttribute('transform'), 'a touch moves nothing').toBe(before);
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('has said nothing wrong in the console, and asked nobody else', () => {
    expect(open.flatMap(({ errors }) => errors)).toEqual([]);
    expect(open.flatMap(({ foreign }) => foreign)).toEqual([]);
    expect(open.length).toBeGreaterThan(8);
  });

  async function seriousFaults(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    const { violations } = (await page.evaluate('axe.run()')) as {
      violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
    };
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  }
});
