import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RestartError, restartEcu } from '../../src/ecuweb/restart.ts';

describe('how to restart', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) {
      close();
    }
  });

  async function page(answer: (incoming: IncomingMessage, response: ServerResponse, body: string) => void) {
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      incoming.on('end', () => answer(incoming, response, body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  const never = new AbortController().signal;
  const target = (port: number) => ({ host: '127.0.0.1', port, ssid: 'Sun & Söhne', password: 'pa=ss&wörd +1%' });

  test('sends the WiFi as its page does', async () => {
    const seen: unknown[] = [];
    const port = await page((incoming, response, body) => {
      seen.push(incoming.method, incoming.url, incoming.headers['x-requested-with'], incoming.headers['content-type']);
      seen.push(Object.fromEntries(new URLSearchParams(body)));
      response.end('{"message":"ok"}');
    });
    await restartEcu(target(port), never);
    expect(seen).toEqual([
      'POST',
      '/index.php/management/set_wlan_ap',
      'XMLHttpRequest',
      'application/x-www-form-urlencoded',
      { SSID: 'Sun & Söhne', channel: '0', method: '2', psk_wep: '', psk_wpa: 'pa=ss&wörd +1%' },
    ]);
  });

  test('a connection that breaks once all is sent is a restart', async () => {
    const port = await page((incoming) => incoming.socket.resetAndDestroy());
    await restartEcu(target(port), never);
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a page that is gone', (response) => response.writeHead(404).end('pa=ss&wörd +1%'), 'has no such page (404)'],
    ['an error', (response) => response.writeHead(500, 'pa=ss&wörd +1%').end(), 'answered 500'],
    ['silence', () => {}, 'gave no answer within 0.05 s'],
  ])('%s is told, without the password', async (_, answer, reason) => {
    const port = await page((_incoming, response) => answer(response));
    const error = await restartEcu(target(port), never, 50).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RestartError);
    expect((error as RestartError).message).toContain(reason);
    const all = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
    expect(all).not.toMatch(/pa=ss|pa%3Dss|Söhne/);
  });

  test('a closed port is told', async () => {
    const port = await page(() => {});
    for (const close of closers.splice(0)) {
      close();
    }
    await expect(restartEcu(target(port), never)).rejects.toThrow('cannot be reached (ECONNREFUSED)');
  });

  test('ends at once with the signal, and leaves no listener on it', async () => {
    const port = await page(() => {});
    const stop = new AbortController();
    const restart = restartEcu(target(port), stop.signal);
    stop.abort(new Error('SIGTERM'));
    await expect(restart).rejects.toThrow('SIGTERM');
    await expect(restartEcu(target(port), stop.signal)).rejects.toThrow('SIGTERM');
  });
});
