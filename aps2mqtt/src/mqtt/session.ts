import { readFileSync } from 'node:fs';
import { isIP, connect as tcpConnect } from 'node:net';
import { rootCertificates, connect as tlsConnect } from 'node:tls';
import MqttClient from 'mqtt/lib/client';
import { hostAndPort } from '../address.ts';
import { messageOf } from '../errors.ts';
import type { MqttOptions } from '../options/options.ts';
import type { Message } from './message.ts';

/** Where to log in, and as whom. */
export interface Login
  extends Pick<
    MqttOptions,
    'port' | 'username' | 'password' | 'clientId' | 'protocol' | 'tls' | 'caFile' | 'tlsVerify'
  > {
  readonly host: string;
  /** PEM file with the system's certificates, for a broker without a CA file; the usual one unless told. */
  readonly systemCaFile?: string | undefined;
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

/** A connection that stands. */
export interface Session {
  readonly client: MqttClient;
  /** How many QoS 1 messages the broker takes at a time (MQTT 5); undefined where it did not tell. */
  readonly receiveMaximum: number | undefined;
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
export function openSession(login: Login, will: Message, signal: AbortSignal): Promise<Session> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const ca = login.tls ? certificates(login) : [];
    const client = new MqttClient(() => openStream(login, ca), {
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
    client.once('connect', ({ properties }) => {
      signal.removeEventListener('abort', onAbort);
      client.removeListener('close', onClose);
      resolve({ client, receiveMaximum: properties?.receiveMaximum });
    });
  });
}

function openStream(login: Login, ca: string[]) {
  const { host, port } = login;
  if (!login.tls) {
    return tcpConnect({ host, port, noDelay: true });
  }
  const name = isIP(host) === 0 ? { servername: host } : {};
  return tlsConnect({ host, port, ...name, ca, rejectUnauthorized: login.tlsVerify });
}

/** Where Alpine and Debian keep the system's certificates. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The CA file alone where one is set; else what Node brings, and the system's. */
function certificates({ caFile, systemCaFile }: Login): string[] {
  if (caFile !== null) {
    return [readCaFile(caFile)];
  }
  try {
    return [...rootCertificates, readFileSync(systemCaFile || SYSTEM_CERTIFICATES, 'utf8')];
  } catch {
    // A system without that file: Node's own are all there is.
    return [...rootCertificates];
  }
}

function readCaFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new BrokerError(`The CA file ${path} can not be read: ${messageOf(error)}`, false, { cause: error });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new BrokerError(`The CA file ${path} holds no certificate in PEM form`, false);
  }
  return text;
}

function describe(error: Error, login: Login): BrokerError {
  const { host, port, username } = login;
  const code = 'code' in error ? error.code : undefined;
  const where = hostAndPort(host, port);
  const options = { cause: error };
  if (typeof code === 'number' && LOGIN_REFUSED.has(code)) {
    const who = username === '' ? 'a login without user name' : `user "${username}"`;
    return new BrokerError(`The broker at ${where} refused ${who}: check user name and password`, true, options);
  }
  return new BrokerError(`The broker at ${where} can not be used: ${words(error, code, login)}`, false, options);
}

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused. Is it running, and is this its address and port?',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name can not be looked up',
  EHOSTUNREACH: 'no device at this address',
  ETIMEDOUT: 'no device at this address',
};

/** Return codes of MQTT 3.1.1 (1, 2) and reason codes of MQTT 5 (132, 133). */
const PROTOCOL_REFUSED: readonly unknown[] = [1, 132];
const CLIENT_ID_REFUSED: readonly unknown[] = [2, 133];

function words(error: Error, code: unknown, { tls, port, protocol, clientId }: Login): string {
  const plain = PLAIN_WORDS[String(code)];
  if (plain !== undefined) {
    return plain;
  }
  if (PROTOCOL_REFUSED.includes(code)) {
    return `it does not know MQTT ${protocol}. Set protocol to ${protocol === '5' ? '3.1.1' : '5'}`;
  }
  if (CLIENT_ID_REFUSED.includes(code)) {
    return `it refused the client id "${clientId}". Set another client_id`;
  }
  if (error.message === 'connack timeout') {
    return 'it does not answer';
  }
  if (/certificate|altnames/i.test(error.message)) {
    return `${error.message}. Set ca_file to the certificate that signed the broker's, or tls_verify to false`;
  }
  if (code === 'ECONNRESET' || code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === undefined) {
    const hint = tls
      ? `does port ${port} speak TLS? It is often 8883`
      : `does port ${port} want TLS, or is it no MQTT broker?`;
    return `${error.message}: ${hint}`;
  }
  return error.message;
}
