import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import type { BrokerClient } from '../mqtt/contract/message.ts';
import { subscriptionRounds } from './subscriptions.ts';

/** So long without a kept message, ms, the fence will not come. A broker that does not give it is waited for once. */
const FENCE_MS = 10_000;
/** Some brokers look up what they keep on several topics side by side: so long without any more, it was all. */
const QUIET_MS = 300;

/**
 * Tells when a broker has given all that it keeps on some topics: by a topic of which we know that something is kept there.
 * It is the last of each SUBSCRIBE, since some brokers answer several of them side by side (aedes), and subscribed once
 * more behind them, since some give what is kept for the last topic of a SUBSCRIBE first (RabbitMQ).
 */
export class Fence {
  readonly #client: BrokerClient;
  readonly #topic: string;
  readonly #clock: Clock;
  readonly #wakeUp = new AutoResetEvent();
  /** Times that the fence itself was heard. */
  #fences = 0;
  /** Kept messages heard. */
  #heard = 0;
  #isShort = false;

  constructor(client: BrokerClient, topic: string, clock: Clock) {
    this.#client = client;
    this.#topic = topic;
    this.#clock = clock;
  }

  /** Was the fence never heard on this connection, although it was waited for? */
  get isMute(): boolean {
    return this.#isShort && this.#fences === 0;
  }

  onConnect(): void {
    this.#fences = 0;
    this.#isShort = false;
    this.#wakeUp.set();
  }

  /** A kept message has come. */
  hear(topic: string): void {
    this.#heard++;
    this.#fences += topic === this.#topic ? 1 : 0;
    this.#wakeUp.set();
  }

  /**
   * Subscribes all of it, and waits for what is kept there.
   *
   * @param onAsked is told before each is asked for
   * @param isStill is it the same connection?
   * @returns false when the connection has ended meanwhile
   */
  async ask(
    topics: readonly string[],
    onAsked: (topic: string) => void,
    isStill: () => boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const packets of subscriptionRounds(topics)) {
      const passed = this.#fences + packets.length + 1;
      for (const topic of packets.flat()) {
        onAsked(topic);
      }
      const answers = await Promise.all(packets.map((packet) => this.#client.subscribe([...packet, this.#topic])));
      if (answers.includes(false) || !(await this.#client.subscribe([this.#topic])) || !isStill()) {
        return false;
      }
      await this.#heardFences(passed, isStill, signal);
    }
    for (let before = -1; before !== this.#heard && !signal.aborted; ) {
      before = this.#heard;
      await this.#clock.sleep(QUIET_MS, signal).catch(() => {});
    }
    return !signal.aborted && isStill();
  }

  async #heardFences(count: number, isStill: () => boolean, signal: AbortSignal): Promise<void> {
    while (this.#fences < count && !this.#isShort && isStill() && !signal.aborted) {
      if (!(await this.#wakeUp.sleep(FENCE_MS, this.#clock, signal))) {
        this.#isShort = isStill() && !signal.aborted;
      }
    }
  }
}
