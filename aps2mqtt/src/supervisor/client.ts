import { request } from 'node:http';
import { connectionProblem } from '../address.ts';
import { asObject, type JsonObject, parseObject } from '../json.ts';
import type { Position } from '../options/options.ts';

/** What the Supervisor knows of the broker app. */
export interface MqttService {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string;
  readonly password: string;
}

/** The Supervisor did not give what we asked for. The message is for people; it never holds the token. */
export class SupervisorError extends Error {
  override name = 'SupervisorError';
  /** To ask again would give the same: it was understood, and is not for us. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRefused = isRefused;
  }
}

export interface Supervisor {
  /** Null while no broker app runs. @throws SupervisorError */
  mqttService(signal: AbortSignal): Promise<MqttService | null>;
  /** Home Assistant's own position; null when it has none. @throws SupervisorError, also while Home Assistant starts */
  homePosition(signal: AbortSignal): Promise<Position | null>;
  /** Home Assistant's own language, such as `de`; null when it has none. @throws SupervisorError as for the position */
  language(signal: AbortSignal): Promise<string | null>;
}

const TIMEOUT_MS = 10_000;
const LONGEST_ANSWER = 1_000_000;
/** The Supervisor's "Service not enabled": nobody offers this service now. */
const NOT_ENABLED = 400;

/** @param base such as `http://supervisor` */
export function createSupervisor(base: string, token: string): Supervisor {
  return {
    async mqttService(signal) {
      const { status, body } = await get(`${base}/services/mqtt`, token, signal);
      if (status === NOT_ENABLED) {
        return null;
      }
      return readService(check(status, body, 'the MQTT service'));
    },
    async homePosition(signal) {
      const { status, body } = await get(`${base}/core/api/config`, token, signal);
      const { latitude, longitude } = check(status, body, "Home Assistant's position");
      return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : null;
    },
    async language(signal) {
      const { status, body } = await get(`${base}/core/api/config`, token, signal);
      const { language } = check(status, body, "Home Assistant's language");
      return typeof language === 'string' ? language : null;
    },
  };
}

function readService(answer: JsonObject): MqttService | null {
  const data = asObject(answer.data);
  const { host, username, password, ssl } = data;
  const port = Number(data.port);
  if (typeof host !== 'string' || host === '' || !Number.isInteger(port)) {
    return null;
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { host, port, tls: ssl === true, username: text(username), password: text(password) };
}

function check(status: number, body: string, what: string): JsonObject {
  if (status !== 200) {
    throw new SupervisorError(`The Supervisor does not tell ${what} (answer ${status})`, status < 500);
  }
  try {
    return parseObject(body);
  } catch (error) {
    throw new SupervisorError(`The Supervisor's answer about ${what} cannot be read`, false, { cause: error });
  }
}

function get(url: string, token: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(
        signal.aborted
          ? signal.reason
          : new SupervisorError(`The Supervisor cannot be asked: ${connectionProblem(cause)}`, false, { cause }),
      );
    const headers = { authorization: `Bearer ${token}` };
    const asked = request(url, { headers, signal, timeout: TIMEOUT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > LONGEST_ANSWER) {
          asked.destroy(new Error('its answer is too long'));
        }
      });
      response.on('error', fail);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('timeout', () => asked.destroy(new Error('it does not answer')));
    asked.on('error', fail);
    asked.end();
  });
}
