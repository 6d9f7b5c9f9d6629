import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  afterPoll,
  afterRestart,
  isInGrace,
  NO_SILENCE,
  RestartError,
  remedyFor,
  restartEcu,
  type Silence,
} from '../../src/ecu/restart.ts';
import { EcuError, EcuSilentError, MalformedReplyError } from '../../src/errors.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 5, 1, 12);
const at = (minutes: number) => new Date(NOON + minutes * MINUTE);
const silent = new EcuSilentError('no answer');
const silentFor = (polls: number, from: Silence = NO_SILENCE) =>
  Array.from({ length: polls }).reduce<Silence>((silence) => afterPoll(silence, silent), from);

describe('when to restart', () => {
  test('after 5 polls in a row without an answer', () => {
    expect([3, 4, 5, 6].map((polls) => remedyFor(silentFor(polls), at(0), false, true))).toEqual([
      'none',
      'none',
      'restart',
      'restart',
    ]);
  });

  test.each([
    ['an answer', null],
    ['a reply that we can not read', new MalformedReplyError('APS', 'XXX', 0, Buffer.from('XXX'))],
    ['a fault of ours', new EcuError('internal fault')],
  ])('%s counts as one', (_, error) => {
    expect(remedyFor(silentFor(4, afterPoll(silentFor(4), error)), at(0), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, afterPoll(silentFor(4), error)), at(0), false, true)).toBe('restart');
  });

  test('not in the night gap', () => {
    expect(remedyFor(silentFor(50), at(0), true, true)).toBe('none');
    expect(remedyFor(silentFor(50), at(0), true, false)).toBe('none');
  });

  test('not within 10 minutes of a restart, then after 5 polls again, and twice a day at most', () => {
    const first = afterRestart(silentFor(5), at(0));
    expect(isInGrace(first, at(9))).toBe(true);
    expect(remedyFor(silentFor(9, first), at(9), false, true)).toBe('none');
    expect(isInGrace(first, at(11))).toBe(false);
    expect(remedyFor(silentFor(4, first), at(11), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, first), at(11), false, true)).toBe('restart');
    const second = afterRestart(silentFor(5, first), at(11));
    expect(remedyFor(silentFor(5, second), at(30), false, true)).toBe('powerCycle');
    expect(remedyFor({ ...silentFor(5, second), isTold: true }, at(30), false, true)).toBe('none');
    expect(remedyFor(silentFor(5, second), at(24 * 60 - 1), false, true)).toBe('powerCycle');
    expect(remedyFor(silentFor(5, second), at(24 * 60 + 1), false, true)).toBe('restart');
    const third = afterRestart(silentFor(5, second), at(24 * 60 + 1));
    expect(remedyFor(silentFor(5, third), at(24 * 60 + 12), false, true)).toBe('restart');
    expect(third.restarts.length).toBe(2);
  });

  test('a clock that was set back by a day lets nobody restart more', () => {
    const second = afterRestart(afterRestart(silentFor(5), at(0)), at(11));
    expect(isInGrace(second, at(-24 * 60))).toBe(false);
    expect(remedyFor(silentFor(5, second), at(-24 * 60), false, true)).toBe('powerCycle');
  });

  test('restarts of a time when our clock was weeks ahead do not count', () => {
    const second = afterRestart(afterRestart(silentFor(5), at(0)), at(11));
    expect(remedyFor(silentFor(5, second), at(-8 * 24 * 60), false, true)).toBe('restart');
  });

  test('a model that can not is named, once a silence', () => {
    const silence = silentFor(5);
    expect(remedyFor(silence, at(0), false, false)).toBe('powerCycle');
    const told = { ...silence, isTold: true };
    expect(remedyFor(silentFor(99, told), at(99), false, false)).toBe('none');
    expect(remedyFor(silentFor(5, afterPoll(told, null)), at(99), false, false)).toBe('powerCycle');
  });
});

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

  test('a closed door is told', async () => {
    const port = await page(() => {});
    for (const close of closers.splice(0)) {
      close();
    }
    await expect(restartEcu(target(port), never)).rejects.toThrow('can not be reached (ECONNREFUSED)');
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
