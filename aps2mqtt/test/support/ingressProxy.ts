import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface IngressProxy {
  /** Address of the app's page within Home Assistant. */
  readonly url: string;
  /** Query strings that it refused. */
  readonly refused: string[];
  stop(): Promise<void>;
}

const PATH = '/api/hassio_ingress/made-up-token/';
/** What the Supervisor takes for an attack when it is in a query. */
const ODD_QUERY = /\.\.|%2e%2e|\/|%2f|<|%3c|\0/i;
const DROPPED = new Set(['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Stands where Home Assistant and its Supervisor stand: cuts off its own path, reads encodings itself, refuses queries. */
export async function startIngressProxy(port: number): Promise<IngressProxy> {
  const refused: string[] = [];
  const server = createServer((asked, answer) => {
    const path = asked.url ?? '';
    const query = path.includes('?') ? path.slice(path.indexOf('?')) : '';
    if (!path.startsWith(PATH) || ODD_QUERY.test(query)) {
      refused.push(path);
      answer.writeHead(path.startsWith(PATH) ? 400 : 404).end();
      return;
    }
    const headers = { ...asked.headers, 'x-forwarded-for': '192.168.1.77', 'x-ingress-path': PATH.slice(0, -1) };
    const inner = `/${path.slice(PATH.length)}`;
    const passed = request({ host: '127.0.0.1', port, path: inner, method: asked.method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const whole = Buffer.concat(parts);
        const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
        const kept = Object.entries(response.headers).filter(([name]) => !DROPPED.has(name));
        answer.writeHead(response.statusCode ?? 502, Object.fromEntries(kept)).end(body);
      });
    });
    passed.on('error', () => answer.writeHead(502).end());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    refused,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
