import { codeOf, messageOf } from '../../errors.ts';
import { asObject } from '../../json.ts';
import type { Logger } from '../../logger.ts';
import type { Message } from '../contract/message.ts';
import { type Login, userOf } from './login.ts';
import { UndeliveredError } from './outbox.ts';

/** MQTT 5's reason code for a topic that a user may not write to. */
const NOT_AUTHORIZED = '135';
/** The bit of a SUBACK's code that says no. */
const FAILURE = 0x80;

type Kind = 'read' | 'write' | 'tooLarge' | 'late';

/**
 * Tells what the broker does not let us do: each kind once, with the first topic, since what it forbids it forbids by
 * the hundred. A connection that ends takes its open requests with it, and says so itself.
 */
export class Refusals {
  readonly #log: Logger;
  readonly #told = new Set<Kind>();
  #user = '';

  constructor(log: Logger) {
    this.#log = log;
  }

  onConnect(login: Login): void {
    this.#user = userOf(login);
  }

  /** @param error of MQTT.js's, which has the SUBACK */
  onSubscription(filters: readonly string[], error: unknown): void {
    const { granted } = asObject(error instanceof Error && 'packet' in error ? error.packet : null);
    const codes = Array.isArray(granted) ? granted : [];
    const refused = filters.filter((_, index) => ((Number(codes[index]) || 0) & FAILURE) !== 0);
    const [first = filters[0]] = refused;
    const others = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
    this.#tell(
      'read',
      `The broker does not let ${this.#user} read ${first}${others}: allow it there. Until then aps2mqtt does not hear what is said there`,
      messageOf(error),
    );
  }

  onUndelivered({ topic }: Message, error: Error): void {
    if (codeOf(error) === NOT_AUTHORIZED) {
      this.#tell('write', `The broker does not let ${this.#user} write to ${topic}: allow it there`, topic);
    } else if (error instanceof UndeliveredError && error.reason === 'tooLarge') {
      const words = `${topic} is too large for the broker: ${error.message}. Let it take larger ones (mosquitto: max_packet_size)`;
      this.#tell('tooLarge', words, topic);
    } else if (error instanceof UndeliveredError) {
      const words = `The broker has not acknowledged what was said on ${topic}. Its own log may say why`;
      this.#tell('late', words, topic);
    } else {
      this.#log.debug(`did not deliver ${topic}: ${error.message}`);
    }
  }

  #tell(kind: Kind, words: string, again: string): void {
    if (this.#told.has(kind)) {
      this.#log.debug(`refused as before (${kind}): ${again}`);
      return;
    }
    this.#told.add(kind);
    this.#log.warn(words);
  }
}
