import { request } from 'node:http';
import { hostAndPort } from '../address.ts';
import { codeOf } from '../errors.ts';

/** The ECU could not be told to restart. Its message holds nothing of what was sent. */
export class RestartError extends Error {
  override name = 'RestartError';
  /** Somebody was there, and got the request. */
  readonly hasArrived: boolean;

  constructor(message: string, hasArrived: boolean) {
    super(message);
    this.hasArrived = hasArrived;
  }
}

export interface RestartTarget {
  readonly host: string;
  /** Of its web page; 80. */
  readonly port?: number;
  readonly ssid: string;
  /** Goes to the ECU alone: to no log, error or topic. */
  readonly password: string;
}

const PATH = '/index.php/management/set_wlan_ap';
const TIMEOUT_MS = 15_000;

/**
 * Restarts an ECU by setting the WiFi that it has anyway. A 2162 or 215x does so then; newer firmware may
 * have no such page any more.
 *
 * @throws RestartError when it did not take the request
 * @throws the signal's reason when it is aborted
 */
export function restartEcu(target: RestartTarget, signal: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<void> {
  const { host, port = 80, ssid, password } = target;
  const form = { SSID: ssid, channel: '0', method: '2', psk_wep: '', psk_wpa: password };
  const body = new URLSearchParams(form).toString();
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body),
    'X-Requested-With': 'XMLHttpRequest',
    Connection: 'close',
  };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = request({ host, port, path: PATH, method: 'POST', headers, agent: false });
    const settle = (outcome: () => void) => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
      outcome();
      outgoing.destroy();
    };
    let hasArrived = false;
    const fail = (reason: string) =>
      settle(() => reject(new RestartError(`its web page at ${hostAndPort(host, port)} ${reason}`, hasArrived)));
    const onAbort = () => settle(() => reject(signal.reason as Error));
    const deadline = setTimeout(() => fail(`gave no answer within ${timeoutMs / 1_000} s`), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });

    outgoing.on('socket', (socket) =>
      socket.once('connect', () => {
        hasArrived = true;
      }),
    );
    outgoing.on('response', ({ statusCode = 0 }) => {
      const isTaken = statusCode >= 200 && statusCode < 300;
      if (isTaken) {
        settle(resolve);
      } else {
        fail(statusCode === 404 ? 'cannot restart it: this firmware has no such page (404)' : `answered ${statusCode}`);
      }
    });
    outgoing.on('error', (error) => {
      const code = codeOf(error) || 'unknown';
      if (code === 'ECONNRESET') {
        // It was quicker to restart than to answer.
        settle(resolve);
      } else {
        fail(`cannot be reached (${code})`);
      }
    });
    outgoing.end(body);
  });
}
