import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isOwnHost } from '../../src/http/hostNames.ts';
import { plainAddress } from '../../src/http/server.ts';
import { exampleData } from './exampleData.ts';
import { OPEN, type ServedPage, servePageFor } from './servedPage.ts';

const pages: ServedPage[] = [];
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.stop()));
});
const serve = async (...args: Parameters<typeof servePageFor>) => {
  const page = await servePageFor(...args);
  pages.push(page);
  return page;
};

describe('host names', () => {
  test.each([
    '192.168.1.5',
    '192.168.1.5:8080',
    '[::1]:8080',
    '[fd00::1]',
    'localhost:1',
    'nas',
    'NAS:80',
    'solar.local',
    'solar.local.',
    'a.b.lan',
    'x.home.arpa',
    'pv.example.org:8443',
  ])('%s is ours', (host) => {
    expect(isOwnHost(host, ['pv.example.org'])).toBe(true);
  });

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    'local.evil.example',
    'evil.local.example',
    '.local',
    'evil..local',
    '192.168.1.5.evil.example',
    'nas:80:80',
    'user@nas',
    'nas/path',
    '[evil.example]',
    'sub.pv.example.org',
    'evil.example\\.local',
  ])('%s is not', (host) => {
    expect(isOwnHost(host, ['pv.example.org'])).toBe(false);
  });
});

describe('a port of our own', () => {
  test('refuses a name that a stranger points to us, for everything', async () => {
    const page = await serve();
    for (const path of ['/', '/api/state', '/roof.svg', '/metrics', '/healthz', '/nothing']) {
      const { status, text } = await page.ask(path, { headers: { host: 'evil.example' } });
      expect([path, status]).toEqual([path, 403]);
      expect(text).toContain('http_allowed_hosts');
    }
    expect((await page.ask('/api/state', { headers: { host: 'solar.local' } })).status).toBe(200);
  });

  test('changes nothing without our header, nor for a foreign page', async () => {
    const data = exampleData();
    const page = await serve(OPEN, data);
    const host = `127.0.0.1:${page.port}`;
    const body = JSON.stringify({ version: 1, panels: [] });
    const put = (headers: Record<string, string>) => page.ask('/api/layout', { method: 'PUT', headers, body });
    for (const headers of [
      { host },
      { host, 'x-aps2mqtt': '0' },
      { host, 'x-aps2mqtt': '1', origin: 'http://evil.example' },
      { host, 'x-aps2mqtt': '1', origin: 'null' },
      { host, 'x-aps2mqtt': '1', origin: `http://127.0.0.1:${page.port + 1}` },
      { host, 'x-aps2mqtt': '1', 'sec-fetch-site': 'cross-site' },
      { host, 'x-aps2mqtt': '1', 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await put(headers)).status).toBe(403);
    }
    expect((await page.ask('/api/scan', { method: 'POST', headers: { host } })).status).toBe(403);
    expect((await page.ask('/api/scan', { method: 'OPTIONS', headers: { host } })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    expect(data.kept).toEqual([]);
    expect((await put({ host, 'x-aps2mqtt': '1' })).status).toBe(200);
    const ours = { host, 'x-aps2mqtt': '1', origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect((await put(ours)).status).toBe(200);
    expect(data.kept).toHaveLength(2);
  });

  test('with a password asks for it everywhere, whatever the user is called', async () => {
    const page = await serve({ kind: 'port', password: 'grün: 7', allowedHosts: [] });
    const login = (words: string) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` });
    for (const path of ['/', '/api/state', '/roof.svg', '/metrics', '/healthz', '/nothing']) {
      const { status, headers } = await page.ask(path);
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, expect.stringContaining('Basic')]);
    }
    for (const words of ['me:wrong', 'me:', 'grün: 7', '', ':grün: 7 ', 'me:grün: 77']) {
      expect((await page.ask('/healthz', { headers: login(words) })).status).toBe(401);
    }
    for (const words of ['me:grün: 7', ':grün: 7']) {
      expect((await page.ask('/healthz', { headers: login(words) })).status).toBe(200);
    }
    expect(
      (await page.ask('/healthz', { headers: { authorization: 'Bearer grün' } }).catch(() => ({ status: 401 }))).status,
    ).toBe(401);
  });
});

describe('ingress', () => {
  test('answers the Supervisor alone, whatever headers say', async () => {
    const page = await serve({ kind: 'ingress' }, exampleData(), { onlyFrom: '172.30.32.2' });
    const headers = { 'x-forwarded-for': '172.30.32.2', 'x-real-ip': '172.30.32.2', host: '172.30.32.2' };
    await expect(page.ask('/api/state', { headers })).rejects.toThrow(/hang up|ECONNRESET/);
  });

  test('answers it at whatever name Home Assistant has, and has no metrics', async () => {
    const page = await serve({ kind: 'ingress' }, exampleData(), { onlyFrom: '127.0.0.1' });
    // The Supervisor passes on the browser's origin, and asks for us by a name of its own.
    const headers = { host: 'a0d7b954-aps2mqtt:8099', origin: 'https://my-home.example.org' };
    expect((await page.ask('/api/state', { headers })).status).toBe(200);
    expect((await page.ask('/metrics', { headers })).status).toBe(404);
    const body = JSON.stringify({ version: 1, panels: [] });
    const put = (more: object) => page.ask('/api/layout', { method: 'PUT', headers: { ...headers, ...more }, body });
    expect((await put({})).status).toBe(403);
    expect((await put({ 'x-aps2mqtt': '1', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await put({ 'x-aps2mqtt': '1', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('knows an IPv4 address in IPv6 clothes', () => {
    expect(plainAddress('::ffff:172.30.32.2')).toBe('172.30.32.2');
    expect(plainAddress('::FFFF:172.30.32.2')).toBe('172.30.32.2');
    expect(plainAddress('::1')).toBe('::1');
    expect(plainAddress(undefined)).toBeUndefined();
  });
});

describe('whatever comes', () => {
  test('leaves the server up', async () => {
    const page = await serve();
    for (const bytes of [
      'garbage\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET http:// HTTP/1.1\r\nHost: a b\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: nas\r\n\r\n`,
      'PUT /api/layout HTTP/1.1\r\nHost: nas\r\nX-Aps2mqtt: 1\r\nContent-Length: -5\r\n\r\n',
      'PUT /api/layout HTTP/1.1\r\nHost: nas\r\nX-Aps2mqtt: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'GET /%zz HTTP/1.1\r\nHost: nas\r\n\r\n',
      '\u0016\u0003\u0001\u0000',
    ]) {
      await said(page.port, bytes);
    }
    expect((await page.ask('/healthz')).status).toBe(200);
    expect(page.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/api/days/..%2f..%2fstate.json',
    '/api/days/2026-06-20%00.csv',
    '/api/days/2026-06-20.csv/../../x',
    '/api/capture/..%2f..%2f',
    '//etc/passwd',
    '/api/layout/..',
  ])('%s is not there', async (path) => {
    const page = await serve();
    expect((await page.ask(path)).status).toBe(404);
  });

  test('a layout that is too large is refused, however it comes', async () => {
    const data = exampleData();
    const page = await serve(OPEN, data);
    const body = JSON.stringify({ version: 1, panels: [], background: 'x'.repeat(3_000_000) });
    const headers = { 'x-aps2mqtt': '1' };
    const told = await page.ask('/api/layout', { method: 'PUT', headers, body }).catch(() => ({ status: 413 }));
    expect(told.status).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    const streamed = await page
      .ask('/api/layout', { method: 'PUT', headers: chunked, body })
      .catch(() => ({ status: 413 }));
    expect(streamed.status).toBe(413);
    expect(data.kept).toEqual([]);
    expect((await page.ask('/healthz')).status).toBe(200);
  });
});

describe('slow clients', () => {
  const limits = { headers: 1_000, request: 1_500, idle: 1_500, keepAlive: 500, check: 50 };

  test.each([
    ['that never end their headers', 'GET /api/state HTTP/1.1\r\nHost: nas\r\nX-A: '],
    [
      'that never end their body',
      'PUT /api/layout HTTP/1.1\r\nHost: nas\r\nX-Aps2mqtt: 1\r\nContent-Length: 900\r\n\r\n{',
    ],
    ['that say nothing', ''],
  ])('%s are dropped', async (_, bytes) => {
    const page = await serve(OPEN, exampleData(), { limits });
    const sockets = await Promise.all(Array.from({ length: 20 }, () => stuck(page.port, bytes)));
    expect((await page.ask('/healthz')).status).toBe(200);
    await Promise.all(sockets.map(({ closed }) => closed));
    expect((await page.ask('/healthz')).status).toBe(200);
  });

  /** Says this and a little more from time to time, without an end. */
  async function stuck(port: number, bytes: string) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write(bytes);
    const drip = setInterval(() => bytes !== '' && socket.writable && socket.write('a'), 40);
    void closed.then(() => clearInterval(drip));
    return { closed };
  }
});

/** What comes back for raw bytes, until the other side closes or a moment has passed. */
function said(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'));
    socket.on('data', (part) => {
      heard += part.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}
