import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { Place } from './simulator.ts';
import type { SimulatedSite } from './siteState.ts';

export interface WebRequest {
  /** By the simulated clock. */
  readonly time: Date;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
}

export interface SimulatedWeb extends Place {
  /** All that were understood, oldest first. */
  readonly requests: readonly WebRequest[];
  manner: 'usual' | 'refuse' | 'gone' | 'empty';
  /** Ends all misbehaviour. */
  behave(): void;
  /** Closes all connections; resolves when the port is free. */
  stop(): Promise<void>;
}

/** A day of points. */
const MOST_POINTS = 288;
/** W that the house takes. */
const HOUSE = 400;
const MOST_BYTES = 10_000;

/** The web page of an ECU-C: meters, switches and limits. It obeys by telling who asked for what. */
export async function startWeb(
  site: SimulatedSite,
  { host, port }: Place,
  clock: Pick<Clock, 'now'>,
  onRequest: (line: string) => void = () => {},
): Promise<SimulatedWeb> {
  const requests: WebRequest[] = [];
  const points: { time: number; made: number }[] = [];
  let manner: SimulatedWeb['manner'] = 'usual';

  /** The production of each round since the start; its page keeps no others. */
  function pointsNow() {
    const { round, summary } = site.state();
    if (points.at(-1)?.time !== round.getTime()) {
      points.push({ time: round.getTime(), made: summary.currentPower });
      points.splice(0, points.length - MOST_POINTS);
    }
    const list = (watts: (made: number) => number) =>
      manner === 'empty' ? [] : points.map(({ time, made }) => ({ time, powerA: watts(made), powerB: 0, powerC: 0 }));
    return { power1: list((made) => made), power2: list((made) => HOUSE - made) };
  }

  function answer(path: string, form: Readonly<Record<string, string>>): unknown {
    const isDone = manner !== 'refuse';
    const id = (form['ids[]'] ?? form.id ?? '').slice(0, 12);
    const isKnown = site.inverters.some((inverter) => inverter.id === id);
    switch (path) {
      case '/index.php/meter/old_meter_power_graph':
        return pointsNow();
      case '/index.php/configuration/set_switch_state':
        if (isDone && isKnown) {
          site.setInverter(id, form['ids[]']?.endsWith('1') ? 'online' : 'offline');
        }
        return said(isDone && isKnown, 'See the results 5 minutes later !');
      case '/index.php/configuration/set_maxpower':
        return said(isDone && isKnown, 'Success');
      case '/index.php/meter/set_meter_display_funcs':
      case '/index.php/management/set_wlan_ap':
        return said(isDone, 'Success');
      default:
        return null;
    }
  }

  const server = createServer(async (incoming, response) => {
    const path = incoming.url?.split('?')[0] ?? '';
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(incoming).catch(() => '')));
    const isAjax = incoming.headers['x-requested-with'] === 'XMLHttpRequest';
    const answered = manner === 'gone' || !isAjax ? null : answer(path, form);
    if (answered === null) {
      response.writeHead(404).end();
      return;
    }
    requests.push({ time: clock.now(), path, form });
    requests.splice(0, requests.length - 1_000);
    const { psk_wpa: _, ...harmless } = form;
    onRequest(`${path} ${new URLSearchParams(harmless)}`.trim());
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answered));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    requests,
    get manner() {
      return manner;
    },
    set manner(now) {
      manner = now;
    },
    behave() {
      manner = 'usual';
    },
    async stop() {
      server.closeAllConnections();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}

const said = (isDone: boolean, message: string) => (isDone ? { value: 0, message } : { value: 1, message: 'Failed' });

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of incoming) {
    body += String(chunk);
    if (body.length > MOST_BYTES) {
      return '';
    }
  }
  return body;
}
