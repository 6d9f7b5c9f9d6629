import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { HttpOptions } from '../options/options.ts';
import { createApp } from './app.ts';
import type { RoofData } from './roofData.ts';
import { type Listening, serve } from './server.ts';

/** Serves the page through ingress and at its port, as far as they are wanted, until the signal. */
export async function servePages(
  http: HttpOptions | null,
  ingress: Listening | null,
  data: RoofData,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const serving: Promise<void>[] = [];
  if (ingress !== null) {
    const app = createApp({ kind: 'ingress' }, data, clock, log, signal);
    const tell = (_: string, port: number) => log.debug(`The page is served to Home Assistant on port ${port}`);
    serving.push(serve(app, ingress, clock, log, signal, tell));
  }
  if (http !== null) {
    const { host, port, password, allowedHosts } = http;
    const app = createApp({ kind: 'port', password, allowedHosts }, data, clock, log, signal);
    const tell = (address: string) =>
      log.info(`The page is at ${address}${password === null ? '' : ', with a password'}`);
    serving.push(serve(app, { host, port, onlyFrom: null }, clock, log, signal, tell));
  }
  await Promise.all(serving);
}
