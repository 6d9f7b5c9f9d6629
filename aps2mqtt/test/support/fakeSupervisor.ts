import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

type Answer = { readonly status: number; readonly body: unknown };

export interface FakeSupervisor {
  readonly url: string;
  /** Paths asked so far. */
  readonly asked: string[];
  /** Authorization headers that were not the right token. */
  readonly wrongTokens: string[];
  /** Answers of `/services/mqtt` and `/core/api/config` from now on. */
  answers: { mqtt: Answer; core: Answer };
  /** What Home Assistant says on its WebSocket from now on; null while it starts. */
  socket: SocketAnswers | null;
  stop(): Promise<void>;
}

export interface SocketAnswers {
  /** The result of `network`; null to refuse it; undefined for silence. */
  readonly network?: object | null;
  /** The first event of `dhcp/subscribe_discovery`; null where this Home Assistant does not know it. */
  readonly dhcp?: object | null;
  /** The result of `config/entity_registry/list`. */
  readonly entities?: readonly unknown[];
  /** Sent in place of the first message. */
  readonly greeting?: string;
}

/** Adapters as Home Assistant lists them. @param ipv4 such as `192.168.1.10/24`; none in it stands for a disabled card */
export function adapters(...list: readonly { ipv4: readonly string[]; enabled?: boolean }[]): object {
  const each = list.map(({ ipv4, enabled = true }, index) => ({
    name: `eth${index}`,
    index: index + 2,
    enabled,
    auto: true,
    default: index === 0,
    ipv4: ipv4.map((text) => {
      const [address, prefix] = text.split('/');
      return { address, network_prefix: Number(prefix) };
    }),
    ipv6: [{ address: 'fe80::1', network_prefix: 64, flowinfo: 0, scope_id: 2 }],
  }));
  return { adapters: each, configured_adapters: [] };
}

export const TOKEN = 'token-of-the-test';

export const mqttService = (port: number, more: object = {}): Answer => ({
  status: 200,
  body: {
    result: 'ok',
    data: { host: '127.0.0.1', port, ssl: false, protocol: '3.1.1', addon: 'core_mosquitto', ...more },
  },
});

/** What the Supervisor says while no broker app runs. */
export const noService: Answer = { status: 400, body: { result: 'error', message: 'Service not enabled' } };
/** What it says to an app that has no business with the service. */
export const noAccess: Answer = { status: 403, body: { result: 'error', message: 'No access to mqtt service!' } };
export const home: Answer = { status: 200, body: { latitude: 52.37, longitude: 4.89, time_zone: 'Europe/Amsterdam' } };
/** What it says while Home Assistant itself starts. */
export const coreDown: Answer = { status: 502, body: 'Bad Gateway' };

/** The two paths of the Supervisor that the program asks, and Home Assistant's WebSocket behind it, on loopback. */
export async function startSupervisor(answers: FakeSupervisor['answers']): Promise<FakeSupervisor> {
  const asked: string[] = [];
  const wrongTokens: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      wrongTokens.push(request.headers.authorization ?? '');
    }
    const { mqtt, core } = supervisor.answers;
    const notFound: Answer = { status: 404, body: {} };
    const known: Readonly<Record<string, Answer>> = { '/services/mqtt': mqtt, '/core/api/config': core };
    const { status, body } = known[request.url ?? ''] ?? notFound;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    asked.push(request.url ?? '');
    const { socket: answers } = supervisor;
    if (request.url !== '/core/websocket' || answers === null) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (line) => {
      const send = (message: object) => line.send(JSON.stringify(message));
      let isIn = false;
      line.send(answers.greeting ?? JSON.stringify({ type: 'auth_required', ha_version: '2026.11.0' }));
      line.on('message', (data: Buffer) => {
        const { id, type, access_token: token } = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
        if (!isIn) {
          isIn = type === 'auth' && token === TOKEN;
          wrongTokens.push(...(isIn ? [] : [String(token)]));
          send({ type: isIn ? 'auth_ok' : 'auth_invalid' });
          return;
        }
        asked.push(String(type));
        if (type === 'config/entity_registry/list') {
          send({ id, type: 'result', success: true, result: answers.entities ?? [] });
          return;
        }
        const answer = type === 'network' ? answers.network : type === 'dhcp/subscribe_discovery' ? answers.dhcp : null;
        if (answer === null) {
          send({ id, type: 'result', success: false, error: { code: 'unknown_command' } });
        } else if (answer !== undefined && type === 'network') {
          send({ id, type: 'result', success: true, result: answer });
        } else if (answer !== undefined) {
          send({ id, type: 'result', success: true, result: null });
          send({ id, type: 'event', event: answer });
        }
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const supervisor: FakeSupervisor = {
    url: `http://127.0.0.1:${port}`,
    asked,
    wrongTokens,
    answers,
    socket: null,
    stop: () =>
      new Promise((resolve) => {
        for (const line of sockets.clients) {
          line.terminate();
        }
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return supervisor;
}
