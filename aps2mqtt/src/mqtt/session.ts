import { isIP, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
// The class alone: the whole package brings transports over WebSocket and SOCKS along (bench/RESULTS.md).
import MqttClient from 'mqtt/lib/client';
import type { MqttOptions } from '../options/options.ts';
import { describeProblem } from './brokerProblem.ts';
import { certificates } from './certificates.ts';
import type { Message } from './message.ts';

/** Where to log in, and as whom. */
export interface Login
  extends Pick<
    MqttOptions,
    'port' | 'username' | 'password' | 'clientId' | 'protocol' | 'tls' | 'caFile' | 'systemCaFile' | 'tlsVerify'
  > {
  readonly host: string;
  /** s between signs of life; 30 unless told. */
  readonly keepalive?: number;
}

/** A connection that stands. */
export interface Session {
  readonly client: MqttClient;
  /** How many QoS 1 messages the broker takes at a time (MQTT 5); undefined where it did not tell. */
  readonly receiveMaximum: number | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;

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
      reject(describeProblem(problem ?? new Error('the broker closed the connection'), login));
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
