import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { replaySource } from '../../src/tools/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { type Ear, freePort, listen, startBroker, type TestBroker } from '../support/broker.ts';
import { hasChromium, launchBrowser, openPage } from '../support/browser.ts';
import { home, mqttService, startSupervisor, TOKEN } from '../support/fakeSupervisor.ts';
import { capture } from '../support/frames.ts';
import { startIngressProxy } from '../support/ingressProxy.ts';
import { endPrograms, startProgram } from '../support/program.ts';
import { until } from '../support/until.ts';

const ECU = '216227822010';
const INVERTER = '704638135435';

/** The built program as people run it. */
describe('the built program', { timeout: 60_000 }, () => {
  let broker: TestBroker;
  let ecu: Simulator;
  let ear: Ear;
  let folder: string;
  let port: number;
  let browser: Browser | null = null;

  beforeAll(async () => {
    broker = await startBroker();
    ecu = await startSimulator({ source: replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]) });
    browser = hasChromium ? await launchBrowser() : null;
  });
  afterAll(async () => {
    await Promise.all([ecu.stop(), broker.stop(), browser?.close()]);
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aps2mqtt-page-'));
    port = await freePort();
    ear = await listen(broker.port);
  });
  afterEach(async () => {
    await endPrograms();
    await ear.close();
    rmSync(folder, { recursive: true });
  });

  const environment = (more: Record<string, string> = {}) => ({
    APS_ECU_IP: '127.0.0.1',
    APS_ECU_PORT: String(ecu.port),
    MQTT_BROKER_HOST: '127.0.0.1',
    MQTT_BROKER_PORT: String(broker.port),
    APS_STATE_FILE: path.join(folder, 'state.json'),
    APS_HTTP_PORT: String(port),
    ...more,
  });
  const started = async () => {
    const program = startProgram(environment());
    await program.says('The page is at');
    await ear.hears(`aps/${ECU}/${INVERTER}`);
    return program;
  };
  const text = async (where: string) => (await fetch(`http://127.0.0.1:${port}/${where}`)).text();

  test('SVG, metrics and API have what MQTT has', async () => {
    await started();
    const state = JSON.parse(ear.last.get(`aps/${ECU}/${INVERTER}`) ?? '{}');
    const power = state.panel_1_power;
    expect(await text('roof.svg')).toContain(`<title>DS3 ${INVERTER}, panel 1: ${power} W</title>`);
    expect(await text('metrics')).toContain(
      `aps_panel_power_watts{ecu="${ECU}",inverter="${INVERTER}",panel="1"} ${power}\n`,
    );
    const { panels, inverters, ecus } = JSON.parse(await text('api/state'));
    expect(panels.find((one: { inverter: string }) => one.inverter === INVERTER)).toMatchObject({ panel: 1, power });
    expect(inverters.find(({ id }: { id: string }) => id === INVERTER)).toMatchObject({
      temperature: state.temperature,
      power: state.power,
    });
    expect(ecus[0]).toMatchObject({ id: ECU, condition: 'fine', model: 'ECU-R-Pro' });
    expect(JSON.parse(await text(`api/capture/${ECU}`)).replies).toHaveProperty('0001');
    expect(await text(`api/capture/${ECU}`)).not.toContain(Buffer.from(ECU).toString('hex'));
    expect(JSON.parse(await text(`api/log/${ECU}`)).lines[0].text).toContain('Found');
    expect(await text('api/dashboard.yaml')).toContain(`sensor.ds3_${INVERTER}_panel_1_power`);
  });

  test('keeps the layout over a restart', async () => {
    const program = await started();
    const layout = JSON.parse(await text('api/layout'));
    layout.panels[0].x = 12;
    layout.panels[0].name = 'Chimney';
    const put = await fetch(`http://127.0.0.1:${port}/api/layout`, {
      method: 'PUT',
      headers: { 'X-Aps2mqtt': '1' },
      body: JSON.stringify(layout),
    });
    expect(await put.json()).toEqual({ kept: true });
    expect(await program.stop()).toMatchObject({ code: 0 });
    ear.last.clear();
    await started();
    expect(JSON.parse(await text('api/layout')).panels[0]).toMatchObject({ x: 12, name: 'Chimney' });
    expect(await text('roof.svg')).toContain('>Chimney<');
  });

  test('a port that is taken is told, and ends nothing', async () => {
    const other = await startSimulator({ source: replaySource([capture('ecurpro-2.0.7A-ds3x8-day-k110')]), port });
    const program = startProgram(environment());
    await program.says(`The page cannot be served: port ${port} is in use`);
    await ear.hears(`aps/${ECU}/${INVERTER}`);
    expect(await program.stop()).toMatchObject({ code: 0 });
    await other.stop();
  });

  test('prints a dashboard of what it knows', async () => {
    const program = await started();
    await until('the state to be saved', async () => (await text('healthz')) === 'ok\n');
    await program.stop();
    const printed = startProgram(environment(), ['dashboard', '--card']);
    expect(await printed.exited).toBe(0);
    expect(printed.output()).toMatch(/^type: picture-elements\nimage_entity: image\.ecu_r_pro_roof\n/);
    expect(printed.output()).toContain(`entity: sensor.ds3_${INVERTER}_panel_2_power`);
  });

  test.skipIf(!hasChromium)('as an app it is shown through ingress, with the same page', async () => {
    const supervisor = await startSupervisor({ mqtt: mqttService(broker.port), core: home });
    const options = path.join(folder, 'options.json');
    writeFileSync(options, JSON.stringify({ ecus: [{ host: '127.0.0.1', port: ecu.port }], log_level: 'debug' }));
    const program = startProgram({
      SUPERVISOR_TOKEN: TOKEN,
      SUPERVISOR_API: supervisor.url,
      APS_OPTIONS_FILE: options,
      APS_INGRESS_PORT: String(port),
    });
    await program.says('The page is served to Home Assistant');
    await ear.hears(`aps/${ECU}/${INVERTER}`);
    const proxy = await startIngressProxy(port);
    const { page, errors, foreign } = await openPage(browser as Browser, proxy.url);
    expect(await page.locator('[data-panel]').count()).toBe(16);
    await page.getByRole('button', { name: 'Arrange' }).click();
    await page.locator(`[data-panel="${INVERTER}/1"]`).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Saved').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator(`[data-panel="${INVERTER}/1"]`).click();
    await page.locator('canvas').first().waitFor();
    await page.locator('details summary').click();
    await page.getByRole('button', { name: 'Last lines of the log' }).click();
    await page.getByText('Found ECU-R-Pro').waitFor();
    await page.getByRole('button', { name: 'Whole dashboard' }).click();
    await page.locator('textarea').waitFor();
    expect({ errors, foreign, refused: proxy.refused }).toEqual({ errors: [], foreign: [], refused: [] });
    expect((await fetch(`${proxy.url}metrics`)).status).toBe(404);
    await Promise.all([proxy.stop(), supervisor.stop()]);
  });
});
