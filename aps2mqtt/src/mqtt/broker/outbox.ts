import type MqttClient from 'mqtt/lib/client';
import type { Clock } from '../../clock.ts';
import type { Message } from '../contract/message.ts';
import type { Session } from './session.ts';

/** Unacknowledged at a time; a broker may ask for fewer (MQTT 5, Receive Maximum), and some end the connection for more. */
const MOST_IN_FLIGHT = 20;
/** A broker that has not acknowledged a message for so long never will: it must not hold up the others. */
const DEADLINE_MS = 10_000;
/** Bytes of a PUBLISH packet beside topic and payload, and some to spare. */
const HEAD_BYTES = 16;

/** MQTT.js's words for what was taken back. */
const REMOVED = 'Message removed';

/** Why a message was not delivered. */
export class UndeliveredError extends Error {
  override name = 'UndeliveredError';
  readonly reason: 'tooLarge' | 'late';

  constructor(message: string, reason: 'tooLarge' | 'late') {
    super(message);
    this.reason = reason;
  }
}

/**
 * Sends one connection's messages. Those of QoS 1 wait for their turn, in order; the others go at once, since nothing
 * waits for them. What has not been sent when the connection ends is gone with it.
 *
 * A queue of our own and no library's: what it counts are MQTT's acknowledgements, and what is late has to be taken back
 * from the client.
 */
export class Outbox {
  readonly #client: MqttClient;
  readonly #limit: number;
  readonly #largest: number;
  readonly #clock: Clock;
  readonly #onError: (message: Message, error: Error) => void;
  #waiting: Message[] = [];
  readonly #deadlines = new Set<AbortController>();
  #isClosed = false;

  constructor(session: Session, clock: Clock, onError: (message: Message, error: Error) => void) {
    const { client, receiveMaximum, maximumPacketSize } = session;
    this.#client = client;
    this.#limit = Math.min(receiveMaximum ?? MOST_IN_FLIGHT, MOST_IN_FLIGHT);
    this.#largest = maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.#clock = clock;
    this.#onError = onError;
  }

  send(message: Message): void {
    const bytes = HEAD_BYTES + Buffer.byteLength(message.topic) + Buffer.byteLength(message.payload);
    if (bytes > this.#largest) {
      const words = `it takes ${this.#largest} bytes at a time, and this message has ${bytes}`;
      this.#onError(message, new UndeliveredError(words, 'tooLarge'));
    } else if (message.qos === 0) {
      this.#publish(message, () => {});
    } else {
      this.#waiting.push(message);
      this.#sendWaiting();
    }
  }

  /** The connection has ended. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    for (const deadline of this.#deadlines) {
      deadline.abort();
    }
  }

  #sendWaiting(): void {
    while (this.#deadlines.size < this.#limit && !this.#isClosed) {
      const message = this.#waiting.shift();
      if (message === undefined) {
        return;
      }
      this.#sendInTurn(message);
    }
  }

  #sendInTurn(message: Message): void {
    const deadline = new AbortController();
    this.#deadlines.add(deadline);
    this.#publish(message, () => {
      this.#deadlines.delete(deadline);
      deadline.abort();
      this.#sendWaiting();
    });
    const id = this.#client.getLastMessageId();
    const onLate = () => {
      this.#onError(message, new UndeliveredError('it was not acknowledged', 'late'));
      // Which calls back, as an acknowledgement does.
      this.#client.removeOutgoingMessage(id);
    };
    this.#clock.sleep(DEADLINE_MS, deadline.signal).then(onLate, () => {});
  }

  #publish(message: Message, onDone: () => void): void {
    const { topic, payload, qos, retain } = message;
    this.#client.publish(topic, payload, { qos, retain }, (error) => {
      // Late ones have been told.
      if (error && !this.#isClosed && error.message !== REMOVED) {
        this.#onError(message, error);
      }
      onDone();
    });
  }
}
