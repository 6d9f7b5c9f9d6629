import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { energiesCsv, energiesJson } from '../../src/http/days.ts';
import { ECU, exampleData, pageEcu } from './exampleData.ts';
import { OPEN, type ServedPage, servePageFor } from './servedPage.ts';

const OTHER = '216200000002';
let page: ServedPage;
let two: ServedPage;
beforeAll(async () => {
  page = await servePageFor();
  two = await servePageFor(OPEN, exampleData([pageEcu(), pageEcu(OTHER, 0)]));
});
afterAll(async () => {
  await Promise.all([page.stop(), two.stop()]);
});

const json = async (path: string) => JSON.parse((await page.ask(path)).text);

describe('api/state', () => {
  test('has ECUs, inverters, panels, alarms and the next values', async () => {
    const state = await json('/api/state');
    expect(state.next).toBe('2026-06-21T12:10:20.000Z');
    expect(state.ecus[0]).toMatchObject({ id: ECU, condition: 'fine', answers: true, current_power: 4821 });
    expect(state.inverters[0]).toEqual({ id: '704000000011', ecu: ECU, online: true, model: 'DS3' });
    expect(state.panels[0]).toMatchObject({
      inverter: '704000000011',
      panel: 1,
      power: 100,
      state: 'online',
      energy: null,
    });
    expect(state.panels[4]).toMatchObject({ state: 'offline', power: 0 });
    expect(state.panels[6]).toMatchObject({ state: 'unknown', power: null });
    expect(state.alarms).toEqual([
      { ecu: ECU, inverter: '704000000015', panel: 2, kind: 'weak', reason: 'shade from 10 to 12', since: null },
    ]);
  });

  test('goes out compressed for whom it helps, and is never kept', async () => {
    const { headers, body } = await page.ask('/api/state', { headers: { 'accept-encoding': 'gzip' } });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'no-store' });
    expect(JSON.parse(gunzipSync(body).toString()).ecus).toHaveLength(1);
  });

  test('has a strict policy and no frame rule that Home Assistant would stumble over', async () => {
    const { headers } = await page.ask('/api/state');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers).not.toHaveProperty('x-frame-options');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('api/days', () => {
  test('lists days, and gives one as columns', async () => {
    expect(await json('/api/days')).toEqual({ days: ['2026-06-20'] });
    expect(await json('/api/days/2026-06-20')).toEqual({
      day: '2026-06-20',
      ecus: [
        {
          ecu: ECU,
          rounds: ['2026-06-20T12:00:00+02:00', '2026-06-20T12:05:00+02:00'],
          panels: { '704000000011/1': [100, 120], '704000000011/2': [110, null] },
          inverters: { '704000000011': { online: [1, 1], temperature: [30.5, 31] } },
        },
      ],
    });
    expect((await page.ask('/api/days/2026-06-19')).status).toBe(404);
    expect((await page.ask('/api/days/yesterday')).status).toBe(404);
  });

  test('gives the file, of one ECU', async () => {
    const { headers, text } = await page.ask('/api/days/2026-06-20.csv');
    expect(headers['content-type']).toContain('text/csv');
    expect(text.split('\n')[0]).toBe(
      'round,704000000011/1,704000000011/2,704000000011/online,704000000011/temperature',
    );
    const unclear = await two.ask('/api/days/2026-06-20.csv');
    expect([unclear.status, unclear.text]).toEqual([400, expect.stringContaining(OTHER)]);
    expect((await two.ask(`/api/days/2026-06-20.csv?ecu=${OTHER}`)).status).toBe(200);
    expect((await two.ask('/api/days/2026-06-20.csv?ecu=1')).status).toBe(404);
  });

  test('energies by day', async () => {
    expect(await json('/api/energies')).toEqual({
      ecus: [
        {
          ecu: ECU,
          days: ['2026-06-20'],
          panels: { '704000000011/1': [1.5] },
          estimated: { '704000000011/1': [0.1] },
        },
      ],
    });
    const csv = await page.ask('/api/energies.csv');
    expect(csv.text).toBe('day,704000000011/1,704000000011/1/estimated\n2026-06-20,1.5,0.1\n');
    const days = [
      { day: '2026-06-20', panels: new Map([['704000000011/1', { energy: 1, estimated: 0 }]]) },
      { day: '2026-06-21', panels: new Map([['704000000012/1', { energy: 2, estimated: 0 }]]) },
    ];
    expect(energiesJson(days).panels).toEqual({ '704000000011/1': [1, null], '704000000012/1': [null, 2] });
    expect(energiesCsv(days)?.split('\n').slice(1)).toEqual(['2026-06-20,1,0,,', '2026-06-21,,,2,0', '']);
    expect(energiesCsv([])).toBeNull();
  });
});

describe('api/layout', () => {
  test('gives the one in force, and takes another whole', async () => {
    const first = await json('/api/layout');
    expect(first.panels).toHaveLength(12);
    const mine = { ...first, panels: [{ ...first.panels[0], x: 9, name: '<b>' }] };
    const put = (body: unknown) =>
      page.ask('/api/layout', { method: 'PUT', headers: { 'x-aps2mqtt': '1' }, body: JSON.stringify(body) });
    const answer = await put(mine);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { kept: true }]);
    const after = await json('/api/layout');
    expect(after.panels[0]).toMatchObject({ x: 9, name: '<b>' });
    expect(after.panels).toHaveLength(12);
    const wrong = await put({ version: 3, panels: [{}] });
    expect(wrong.status).toBe(400);
    expect(JSON.parse(wrong.text).problems).toEqual(expect.arrayContaining(['version: must be 1']));
    expect(JSON.parse(wrong.text).problems.length).toBeGreaterThan(3);
  });

  test('refuses what is no JSON', async () => {
    const headers = { 'x-aps2mqtt': '1' };
    const { status, text } = await page.ask('/api/layout', { method: 'PUT', headers, body: '{' });
    expect([status, JSON.parse(text)]).toEqual([400, { problems: ['the layout: it is not JSON'] }]);
  });
});

test('capture, log, scan and dashboard', async () => {
  const capture = await page.ask(`/api/capture/${ECU}`);
  expect(capture.headers['content-disposition']).toContain('attachment');
  expect(JSON.parse(capture.text)).toMatchObject({ replies: { '0001': '00' } });
  expect((await page.ask('/api/capture/000000000000')).status).toBe(404);
  expect((await json(`/api/log/${ECU}`)).lines).toHaveLength(1);
  const scan = await page.ask('/api/scan', { method: 'POST', headers: { 'x-aps2mqtt': '1' } });
  expect(JSON.parse(scan.text)).toEqual({ networks: ['192.168.1.0/24'], found: [] });
  const starting = await servePageFor(OPEN, {
    ...exampleData(),
    scan: () => Promise.reject(new Error('Home Assistant cannot be asked: it starts')),
  });
  const refused = await starting.ask('/api/scan', { method: 'POST', headers: { 'x-aps2mqtt': '1' } });
  expect([refused.status, refused.text]).toEqual([503, 'Home Assistant cannot be asked: it starts\n']);
  await starting.stop();
  expect((await page.ask('/api/dashboard.yaml?kind=card')).text).toBe('type: card\n');
});

test('the picture, in either theme, may stand on other pages', async () => {
  const { headers, text } = await page.ask('/roof.svg?theme=dark');
  expect(headers['content-type']).toContain('image/svg+xml');
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(text).toContain('DS3 704000000011, panel 1: 100 W');
  expect(text).not.toContain('prefers-color-scheme');
  expect((await page.ask('/roof.svg')).text).toContain('prefers-color-scheme');
});

test('metrics are well-formed, and equal to what is known', async () => {
  const { headers, text } = await page.ask('/metrics');
  expect(headers['content-type']).toContain('version=0.0.4');
  expect(text).toContain(`aps_panel_power_watts{ecu="${ECU}",inverter="704000000011",panel="1"} 100\n`);
  expect(text).toContain(`aps_ecu_power_watts{ecu="${ECU}"} 4821\n`);
  expect(text).toContain(`aps_inverter_online{ecu="${ECU}",inverter="704000000013"} 0\n`);
  expect(text).not.toContain('inverter="704000000014",panel');
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    expect(line).toMatch(/^[a-z_]+(?:\{[a-z]+="\d+"(?:,[a-z]+="\d+")*\})? -?\d+(?:\.\d+)?(?:e[+-]\d+)?$/);
    const name = /^[a-z_]+/.exec(line)?.[0];
    expect(text).toMatch(new RegExp(`^# HELP ${name} .+\n# TYPE ${name} (?:gauge|counter)$`, 'm'));
  }
  expect((await page.ask('/metrics')).text).toContain('aps_ecu_answers');
});
