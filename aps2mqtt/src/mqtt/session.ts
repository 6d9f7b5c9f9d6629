import { readFileSync } from 'node:fs';
import { isIP, connect as tcpConnect } from 'node:net';
import { rootCertificates, connect as tlsConnect } from 'node:tls';
import MqttClient from 'mqtt/lib/client';
import type { MqttOptions } from '../options/options.ts';
import type { Message } from './message.ts';

/** Where to log in, and as whom. */
export interface Login
  extends Pick<
    MqttOptions,
    'port' | 'username' | 'password' | 'clientId' | 'protocol' | 'tls' | 'caFile' | 'tlsVerify'
  > {
  readonly host: string;
  /** s between signs of life; 30 unless told. */
  readonly keepalive?: number;
}

/** The broker turned us away, or could not be reached. */
export class BrokerError extends Error {
  override name = 'BrokerError';
  /** The broker does not know this user or password, or does not let it in. */
  readonly isLoginRefused: boolean;

  constructor(message: string, isLoginRefused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isLoginRefused = isLoginRefused;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;
/** Return codes of MQTT 3.1.1 (4, 5) and reason codes of MQTT 5 (134, 135). */
const LOGIN_REFUSED = new Set([4, 5, 134, 135]);

/**
 * One connection to the broker, from CONNECT to close. The client's own reconnecting is off: each new connection reads
 * the login and the CA file anew, so that a changed password or certificate is taken up, and nothing queues up while
 * the broker is away.
 *
 * @throws BrokerError when the broker can't be reached or refuses us
 */
export function openSession(login: Login, will: Message, signal: AbortSignal): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const client = new MqttClient(() => openStream(login), {
      protocolVersion: login.protocol === '5' ? 5 : 4,
      protocolId: 'MQTT',
      clientId: login.clientId,
      clean: true,
      ...(login.username === '' ? {} : { username: login.username, password: login.password }),
      keepalive: login.keepalive ?? KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      // Without it the client makes 65,536 small buffers at the first packet (measured in bench/RESULTS.md).
      writeCache: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
    });

    let problem: Error | undefined;
    const onAbort = () => {
      client.end(true);
      reject(signal.reason as Error);
    };
    const onClose = () => {
      signal.removeEventListener('abort', onAbort);
      client.end(true);
      reject(describe(problem ?? new Error('the broker closed the connection'), login));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Stays for the client's whole life: an error always ends in a close, which is where it is dealt with.
    client.on('error', (error) => {
      problem ??= error;
    });
    client.once('close', onClose);
    client.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      client.removeListener('close', onClose);
      resolve(client);
    });
  });
}

function openStream(login: Login) {
  const { host, port } = login;
  if (!login.tls) {
    return tcpConnect({ host, port, noDelay: true });
  }
  const name = isIP(host) === 0 ? { servername: host } : {};
  return tlsConnect({ host, port, ...name, ca: certificates(login.caFile), rejectUnauthorized: login.tlsVerify });
}

/** Where Alpine and Debian keep the system's certificates. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The CA file alone where one is set; else what Node brings, and the system's. */
function certificates(caFile: string | null): string[] {
  if (caFile !== null) {
    return [readFileSync(caFile, 'utf8')];
  }
  try {
    return [...rootCertificates, readFileSync(process.env.SSL_CERT_FILE ?? SYSTEM_CERTIFICATES, 'utf8')];
  } catch {
    // A system without that file: Node's own are all there is.
    return [...rootCertificates];
  }
}

function describe(error: Error, { host, port, username }: Login): BrokerError {
  const code = 'code' in error ? error.code : undefined;
  const where = `${host}:${port}`;
  const options = { cause: error };
  if (typeof code === 'number' && LOGIN_REFUSED.has(code)) {
    const who = username === '' ? 'a login without user name' : `user "${username}"`;
    return new BrokerError(`The broker at ${where} refused ${who}`, true, options);
  }
  return new BrokerError(`The broker at ${where} can not be used: ${words(error, code)}`, false, options);
}

function words(error: Error, code: unknown): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ENOTFOUND':
      return 'no such host name';
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
      return 'no device at this address';
    default:
      return error.message === 'connack timeout' ? 'it does not answer' : error.message;
  }
}
