import { request } from 'node:http';
import { systemClock } from '../../src/clock.ts';
import type { Access } from '../../src/http/access.ts';
import { createApp } from '../../src/http/app.ts';
import type { RoofData } from '../../src/http/roofData.ts';
import { type Listening, serve } from '../../src/http/server.ts';
import { recordingLog } from '../support/logs.ts';
import { exampleData } from './exampleData.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export interface ServedPage {
  readonly port: number;
  readonly lines: readonly { readonly text: string; readonly level: string }[];
  ask(path: string, asking?: Asking): Promise<Answer>;
  stop(): Promise<void>;
}

export const OPEN: Access = { kind: 'port', password: null, allowedHosts: [] };

/** The real server on a port of loopback. */
export async function servePageFor(
  access: Access = OPEN,
  data: RoofData = exampleData(),
  listening: Partial<Listening> = {},
): Promise<ServedPage> {
  const { log, lines } = recordingLog();
  const stop = new AbortController();
  const app = createApp(access, data, systemClock, log, stop.signal);
  let served: Promise<void> = Promise.resolve();
  const port = await new Promise<number>((resolve) => {
    const where = { host: '127.0.0.1', port: 0, onlyFrom: null, ...listening };
    served = serve(app, where, systemClock, log, stop.signal, (_, at) => resolve(at));
  });
  return {
    port,
    lines,
    ask: (path, asking) => ask(port, path, asking),
    stop: async () => {
      stop.abort();
      await served;
    },
  };
}

/** With exactly these headers, which `fetch` would not let through. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(parts);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, text: whole.toString() });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
