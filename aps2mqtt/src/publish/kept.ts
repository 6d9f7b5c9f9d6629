import type { Clock } from '../clock.ts';
import { type BrokerClient, forgotten, type Message } from '../mqtt/contract/message.ts';
import { Echoes } from './echoes.ts';
import { Fence } from './fence.ts';
import { unsubscribeAll } from './subscriptions.ts';

/** What somebody said on a topic that we watch. `own` is what we said ourselves, come back. */
export type Hearing = 'own' | 'foreign' | 'kept' | 'nothing';

/**
 * The one keeper of what the broker keeps, on the topics that concern us. Each is subscribed by its own name: some brokers
 * keep nothing for a wildcard, and behind one there may be thousands of other programs' messages. For good, too: what
 * others change later is heard.
 */
export class Kept {
  readonly #client: BrokerClient;
  readonly #fence: Fence;
  readonly #fenceTopic: string;
  readonly #watched = new Set<string>();
  /** Of these only what was kept counts; they are heard once on each connection. */
  readonly #peeked = new Set<string>();
  /** To be subscribed on this connection. */
  readonly #open = new Set<string>();
  readonly #payloads = new Map<string, string>();
  readonly #echoes: Echoes;
  #connection = 0;

  /** @param fence a topic that is retained by the time `complete` is called, and always watched */
  constructor(client: BrokerClient, fence: string, clock: Clock) {
    this.#client = client;
    this.#fence = new Fence(client, fence, clock);
    this.#fenceTopic = fence;
    this.#echoes = new Echoes(clock);
    this.#watched.add(fence);
  }

  /** Changes with each connection, and is 0 without: work for an earlier one is to be dropped. */
  get connection(): number {
    return this.#client.isConnected ? this.#connection : 0;
  }

  /**
   * Did the broker not give back on this connection what was said on the fence? Then it keeps nothing, or this user may
   * not write or read there, and nothing is known of the other topics either.
   */
  get isMute(): boolean {
    return this.#fence.isMute;
  }

  /** Nothing is left to be heard. */
  get isComplete(): boolean {
    return this.#open.size === 0;
  }

  onConnect(): void {
    this.#connection++;
    this.#payloads.clear();
    this.#echoes.clear();
    for (const topic of [...this.#watched, ...this.#peeked]) {
      this.#open.add(topic);
    }
    this.#open.delete(this.#fenceTopic);
    this.#fence.onConnect();
  }

  /** From now on, on each connection. */
  watch(topics: Iterable<string>): void {
    this.#add(this.#watched, topics);
  }

  /** What is kept there when a connection begins, or now; what is said later is not heard. */
  peek(topics: Iterable<string>): void {
    this.#add(this.#peeked, topics);
  }

  /** Looks once more. */
  peekAgain(topics: readonly string[]): void {
    for (const topic of topics) {
      this.#payloads.delete(topic);
      this.#open.add(topic);
    }
  }

  /** They concern us no more. */
  leave(topics: readonly string[]): void {
    const heard = topics.filter((topic) => this.#watched.delete(topic) && !this.#open.has(topic));
    for (const topic of topics) {
      this.#peeked.delete(topic);
      this.#open.delete(topic);
      this.#payloads.delete(topic);
      this.#echoes.forget(topic);
    }
    unsubscribeAll(this.#client, heard);
  }

  /** Undefined for nothing. */
  get(topic: string): string | undefined {
    return this.#payloads.get(topic);
  }

  has(topic: string): boolean {
    return this.#payloads.has(topic);
  }

  /** Says what the broker shall keep. */
  say(message: Message): void {
    const { topic, payload } = message;
    if (this.#watched.has(topic)) {
      this.#echoes.expect(topic, payload);
    }
    this.#note(topic, payload);
    this.#client.publish(message);
  }

  /** Makes the broker forget. */
  empty(topics: Iterable<string>): void {
    for (const topic of topics) {
      this.say(forgotten(topic));
    }
  }

  hear(topic: string, payload: string, isRetained: boolean): Hearing {
    if (isRetained) {
      this.#fence.hear(topic);
    }
    if (this.#peeked.has(topic) && isRetained) {
      this.#note(topic, payload);
      return 'kept';
    }
    if (!this.#watched.has(topic)) {
      return 'nothing';
    }
    const echo = this.#echoes.take(topic, payload);
    if (echo !== 'foreign') {
      if (echo === 'oursAtLast') {
        this.#note(topic, payload);
      }
      return 'own';
    }
    if (isRetained) {
      // Whatever we said came before it, or comes back to us behind it.
      this.#note(topic, payload);
      return 'kept';
    }
    // What is under way from us came later to the broker, and stays.
    if (this.#echoes.isAwaited(topic) || payload === (this.#payloads.get(topic) ?? '')) {
      return 'kept';
    }
    this.#note(topic, payload);
    return 'foreign';
  }

  /**
   * Waits until all that the broker keeps on these topics has been heard.
   *
   * @returns false when the connection has ended meanwhile
   */
  async complete(signal: AbortSignal): Promise<boolean> {
    const { connection } = this;
    const isStill = () => connection !== 0 && connection === this.connection;
    while (this.#open.size > 0) {
      const topics = Array.from(this.#open);
      this.#open.clear();
      // What we said there before does not come back: the subscription begins behind it.
      if (!(await this.#fence.ask(topics, (topic) => this.#echoes.forget(topic), isStill, signal))) {
        return false;
      }
      const heard = topics.filter((topic) => this.#peeked.has(topic) && !this.#watched.has(topic));
      unsubscribeAll(this.#client, heard);
    }
    return isStill();
  }

  #add(set: Set<string>, topics: Iterable<string>): void {
    for (const topic of topics) {
      if (!set.has(topic)) {
        set.add(topic);
        this.#open.add(topic);
      }
    }
  }

  #note(topic: string, payload: string): void {
    if (payload === '') {
      this.#payloads.delete(topic);
    } else {
      this.#payloads.set(topic, payload);
    }
  }
}
