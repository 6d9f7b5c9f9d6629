import { setMaxListeners } from 'node:events';
import type { BrokerClient, Message } from '../../src/mqtt/contract/message.ts';
import type { FakeClock } from './fakeClock.ts';

interface Listener {
  onConnect(): void;
  onMessage(topic: string, payload: string, isRetained: boolean): void;
}

/** A client of it, with the program's MQTT side behind. */
export interface SlowClient extends BrokerClient {
  connect(listener: Listener): void;
  disconnect(): void;
}

/** How it gives what it keeps. */
export interface KeptAnswers {
  /** ms for each kept message of a SUBSCRIBE. Several of these are answered side by side, as aedes does it. */
  readonly pace?: number;
  /** The last topic of a SUBSCRIBE comes first, and the next one behind it, as RabbitMQ does it. */
  readonly isLastFirst?: boolean;
}

const never = new AbortController().signal;
setMaxListeners(0, never);

/**
 * A broker in memory, with a line to each client that takes its time, both ways, and keeps the order. Knows no wildcards,
 * unless told, as RabbitMQ keeps nothing for them.
 */
export class SlowBroker {
  readonly kept = new Map<string, string>();
  /** All that was said, in the order in which it came. */
  readonly said: Message[] = [];
  readonly #clock: FakeClock;
  readonly #latency: number;
  readonly #answers: Required<KeptAnswers>;
  readonly #clients = new Set<{
    readonly filters: Set<string>;
    deliver(message: Message, isRetained: boolean): void;
  }>();

  /** @param latency ms, one way */
  constructor(clock: FakeClock, latency = 0, { pace = 0, isLastFirst = false }: KeptAnswers = {}) {
    this.#clock = clock;
    this.#latency = latency;
    this.#answers = { pace, isLastFirst };
  }

  /** Somebody says something. */
  publish(message: Message): void {
    this.said.push(message);
    if (message.retain) {
      if (message.payload === '') {
        this.kept.delete(message.topic);
      } else {
        this.kept.set(message.topic, message.payload);
      }
    }
    for (const client of this.#clients) {
      if ([...client.filters].some((filter) => matches(filter, message.topic))) {
        client.deliver(message, false);
      }
    }
  }

  client(): SlowClient {
    let listener: Listener | null = null;
    let busyUntil = 0;
    let entry: { filters: Set<string>; deliver(message: Message, isRetained: boolean): void } | null = null;
    const later = (act: () => void) => {
      const mine = entry;
      this.#clock.sleep(this.#latency, never).then(
        () => {
          if (mine === entry && entry !== null) {
            act();
          }
        },
        () => {},
      );
    };
    const client: SlowClient = {
      isConnected: false,
      connect: (added) => {
        listener = added;
        entry = {
          filters: new Set(),
          deliver: ({ topic, payload }, isRetained) => later(() => listener?.onMessage(topic, payload, isRetained)),
        };
        this.#clients.add(entry);
        Object.assign(client, { isConnected: true });
        added.onConnect();
      },
      disconnect: () => {
        if (entry !== null) {
          this.#clients.delete(entry);
        }
        entry = null;
        Object.assign(client, { isConnected: false });
      },
      publish: (message) => later(() => this.publish(message)),
      subscribe: (filters) =>
        new Promise((resolve) => {
          later(() => {
            const mine = entry;
            later(() => resolve(true));
            const { pace, isLastFirst } = this.#answers;
            const now = this.#clock.now().getTime();
            let after = isLastFirst ? Math.max(0, busyUntil - now) : 0;
            for (const filter of isLastFirst ? filters.toReversed() : filters) {
              mine?.filters.add(filter);
              const payload = this.kept.get(filter);
              if (payload !== undefined) {
                after += pace;
                const message = { topic: filter, payload, qos: 0, retain: true } as const;
                this.#clock.sleep(after, never).then(
                  () => mine?.deliver(message, true),
                  () => {},
                );
              }
            }
            busyUntil = now + after;
          });
        }),
      unsubscribe: (filters) => {
        for (const filter of filters) {
          entry?.filters.delete(filter);
        }
      },
    };
    return client;
  }
}

function matches(filter: string, topic: string): boolean {
  return filter === topic || (filter.includes('+') && new RegExp(`^${filter.replaceAll('+', '[^/]+')}$`).test(topic));
}
