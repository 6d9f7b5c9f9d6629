import type MqttClient from 'mqtt/lib/client';
import type { Message } from './message.ts';

/** Unacknowledged at a time; a broker may ask for fewer (MQTT 5, Receive Maximum), and some end the connection for more. */
const MOST_IN_FLIGHT = 20;

/**
 * Sends one connection's messages. Those of QoS 1 wait for their turn, in order; the others go at once, since nothing
 * waits for them. What has not been sent when the connection ends is gone with it.
 */
export class Outbox {
  readonly #client: MqttClient;
  readonly #limit: number;
  readonly #onError: (message: Message, error: Error) => void;
  readonly #waiting: Message[] = [];
  #inFlight = 0;

  /** @param receiveMaximum as the broker told it; undefined where it did not */
  constructor(
    client: MqttClient,
    receiveMaximum: number | undefined,
    onError: (message: Message, error: Error) => void,
  ) {
    this.#client = client;
    this.#limit = Math.min(receiveMaximum ?? MOST_IN_FLIGHT, MOST_IN_FLIGHT);
    this.#onError = onError;
  }

  send(message: Message): void {
    if (message.qos === 0) {
      this.#publish(message, () => {});
    } else {
      this.#waiting.push(message);
      this.#sendWaiting();
    }
  }

  #sendWaiting(): void {
    while (this.#inFlight < this.#limit) {
      const message = this.#waiting.shift();
      if (message === undefined) {
        return;
      }
      this.#inFlight++;
      this.#publish(message, () => {
        this.#inFlight--;
        this.#sendWaiting();
      });
    }
  }

  #publish(message: Message, onDone: () => void): void {
    const { topic, payload, qos, retain } = message;
    this.#client.publish(topic, payload, { qos, retain }, (error) => {
      if (error) {
        this.#onError(message, error);
      }
      onDone();
    });
  }
}
