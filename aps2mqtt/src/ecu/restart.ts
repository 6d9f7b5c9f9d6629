import { request } from 'node:http';
import { hostAndPort } from '../address.ts';
import { type EcuError, EcuSilentError } from '../errors.ts';

/** How long one ECU has not answered, and what was done about it. */
export interface Silence {
  /** Polls in a row to which not one byte came back. */
  readonly polls: number;
  /** When it was restarted, ms since 1970; the newest last. */
  readonly restarts: readonly number[];
  /** The person was told to power-cycle it. */
  readonly isTold: boolean;
}

export const NO_SILENCE: Silence = { polls: 0, restarts: [], isTold: false };

export type Remedy = 'none' | 'restart' | 'powerCycle';

const SILENT_POLLS = 5;
const RESTARTS_A_DAY = 2;
const DAY_MS = 24 * 3_600_000;
/** A restart that is further ahead was made while our clock was wrong. Nearer ones count, so that nobody restarts more. */
const WRONG_CLOCK_MS = 7 * DAY_MS;
/** A restarted ECU has no data for so long (PROTOCOL 10). */
const GRACE_MS = 10 * 60_000;

/** @param error of the poll; null for an answer. A reply that we can't read is an answer as well */
export function afterPoll(silence: Silence, error: EcuError | null): Silence {
  return error instanceof EcuSilentError
    ? { ...silence, polls: silence.polls + 1 }
    : { ...silence, polls: 0, isTold: false };
}

/** @param isGap in the nightly half hour in which ECUs are silent (`isMaintenanceGap`) */
export function remedyFor(silence: Silence, at: Date, isGap: boolean, isRestartable: boolean): Remedy {
  const { polls, restarts, isTold } = silence;
  if (polls < SILENT_POLLS || isGap || isInGrace(silence, at)) {
    return 'none';
  }
  const today = restarts.map((ms) => at.getTime() - ms).filter((ago) => ago < DAY_MS && ago > -WRONG_CLOCK_MS);
  if (isRestartable && today.length < RESTARTS_A_DAY) {
    return 'restart';
  }
  return isTold ? 'none' : 'powerCycle';
}

/** Was it restarted a moment ago? Then its silence means nothing yet. */
export function isInGrace({ restarts }: Silence, at: Date): boolean {
  // A clock that has been set back since must not make it last.
  return restarts.some((ms) => Math.abs(at.getTime() - ms) < GRACE_MS);
}

/** Silence counts anew, and the day's restarts add up whether they helped or not. */
export function afterRestart(silence: Silence, at: Date): Silence {
  return { ...silence, polls: 0, restarts: [...silence.restarts, at.getTime()].slice(-RESTARTS_A_DAY) };
}

/** The ECU could not be told to restart. Its message holds nothing of what was sent. */
export class RestartError extends Error {
  override name = 'RestartError';
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
 * Restarts an ECU by setting the WiFi that it has anyway (PROTOCOL 10). A 2162 or 215x does so then; newer firmware may
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
    const fail = (reason: string) =>
      settle(() => reject(new RestartError(`its web page at ${hostAndPort(host, port)} ${reason}`)));
    const onAbort = () => settle(() => reject(signal.reason as Error));
    const deadline = setTimeout(() => fail(`gave no answer within ${timeoutMs / 1_000} s`), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });

    outgoing.on('response', ({ statusCode = 0 }) => {
      const isTaken = statusCode >= 200 && statusCode < 300;
      if (isTaken) {
        settle(resolve);
      } else {
        fail(
          statusCode === 404 ? 'can not restart it: this firmware has no such page (404)' : `answered ${statusCode}`,
        );
      }
    });
    outgoing.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'unknown';
      if (code === 'ECONNRESET') {
        // It was quicker to restart than to answer.
        settle(resolve);
      } else {
        fail(`can not be reached (${code})`);
      }
    });
    outgoing.end(body);
  });
}
