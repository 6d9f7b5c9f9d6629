// The class alone: the whole package brings transports over WebSocket and SOCKS along (bench/RESULTS.md).
import MqttClient from 'mqtt/lib/client';
import type { Message } from '../contract/message.ts';
import { secureContext } from './certificates.ts';
import type { Login } from './login.ts';
import { describeProblem } from './problems.ts';
import { openSocket, secured } from './stream.ts';

/** A connection that stands. */
export interface Session {
  readonly client: MqttClient;
  /** How many QoS 1 messages the broker takes at a time (MQTT 5); undefined where it did not tell. */
  readonly receiveMaximum: number | undefined;
  /** Bytes of the largest packet that it takes (MQTT 5); undefined where it did not tell. */
  readonly maximumPacketSize: number | undefined;
  readonly end: SessionEnd;
}

/** Of a connection that stood: it may come in the same breath as its beginning. */
export interface SessionEnd {
  readonly isClosed: boolean;
  /** Of MQTT 5's DISCONNECT; undefined where the broker did not say. */
  readonly reasonCode: number | undefined;
}

type Stream = ReturnType<typeof secured>;

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;
/** Bytes. The largest message that we read is a device's discovery, some 20 kB; a broker with MQTT 5 spares us the rest. */
const LARGEST_PACKET = 1_000_000;

/**
 * One connection to the broker, from CONNECT to close. The client's own reconnecting is off: each new connection reads
 * the login anew, and the CA file where it has changed, so that a new password or certificate is taken up; and nothing
 * queues up while the broker is away.
 *
 * @throws BrokerError when the broker can't be reached or refuses us
 */
export async function openSession(login: Login, will: Message, signal: AbortSignal): Promise<Session> {
  const context = login.tls ? secureContext(login) : null;
  const socket = await openSocket(login, CONNECT_TIMEOUT_MS, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw describeProblem(error, login);
  });
  return connected(() => secured(socket, login, context), login, will, signal);
}

/** @throws BrokerError when the broker refuses us */
function connected(open: () => Stream, login: Login, will: Message, signal: AbortSignal): Promise<Session> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const client = new MqttClient(open, {
      ...(login.protocol === '5'
        ? { protocolVersion: 5, properties: { maximumPacketSize: LARGEST_PACKET } }
        : { protocolVersion: 4 }),
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

    const end: { -readonly [Key in keyof SessionEnd]: SessionEnd[Key] } = { isClosed: false, reasonCode: undefined };
    client.once('disconnect', ({ reasonCode }) => {
      end.reasonCode = reasonCode;
    });
    client.once('close', () => {
      end.isClosed = true;
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
      const { receiveMaximum, maximumPacketSize } = properties ?? {};
      resolve({ client, receiveMaximum, maximumPacketSize, end });
    });
  });
}
