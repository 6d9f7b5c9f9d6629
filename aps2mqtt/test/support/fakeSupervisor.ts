import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = { readonly status: number; readonly body: unknown };

export interface FakeSupervisor {
  readonly url: string;
  /** Paths asked so far. */
  readonly asked: string[];
  /** Authorization headers that were not the right token. */
  readonly wrongTokens: string[];
  /** Answers of `/services/mqtt` and `/core/api/config` from now on. */
  answers: { mqtt: Answer; core: Answer };
  stop(): Promise<void>;
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

/** The two paths of the Supervisor that the program asks, on loopback. */
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const supervisor: FakeSupervisor = {
    url: `http://127.0.0.1:${port}`,
    asked,
    wrongTokens,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return supervisor;
}
