import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { forgotten, lasting, type Message, type Outlet } from '../mqtt/message.ts';
import { planAnnouncement, type Wanted } from './plan.ts';
import { MARKER, type Retained, readRetained } from './retained.ts';

/** What the broker keeps comes at once after subscribing; so long without any more, and it was all. */
const QUIET_MS = 1_000;
const LONGEST_MS = 5_000;
/** Home Assistant unloads and loads entities in tasks of its own: time for them between one step and the next. */
const STEP_MS = 1_000;

/**
 * Keeps Home Assistant's discovery as it should be: knows what the broker keeps, and says only what differs. Takes over
 * what the Python program, or the other form of discovery, announced for our devices.
 */
export class Announcer {
  readonly #outlet: Outlet;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #found = new Map<string, Retained>();
  /** Messages heard on this connection. */
  #heard = 0;
  /** Changes with each connection: work for an earlier one is dropped. */
  #connection = 0;

  constructor(outlet: Outlet, prefix: string, clock: Clock, log: Logger) {
    this.#outlet = outlet;
    this.#prefix = prefix;
    this.#clock = clock;
    this.#log = log;
  }

  onConnect(): void {
    this.#connection++;
    this.#heard = 0;
    this.#found.clear();
    this.#outlet.subscribe([this.#filter]);
  }

  onMessage(topic: string, payload: string): void {
    const kept = readRetained(topic, payload, this.#prefix);
    if (kept !== null) {
      this.#heard++;
      this.#found.set(topic, kept);
    }
  }

  /**
   * Home Assistant has said goodbye: the markers that were left on device topics can go, which it would have logged as
   * a device without components.
   */
  onHomeAssistantGone(): void {
    for (const [topic, { maker, isPerEntity }] of this.#found) {
      if (maker === 'marker' && !isPerEntity) {
        this.#say(forgotten(topic));
      }
    }
  }

  /** Returns when all that the broker keeps has been heard. */
  async gather(signal: AbortSignal): Promise<void> {
    for (let waited = 0, before = -1; waited < LONGEST_MS && before !== this.#heard; waited += QUIET_MS) {
      before = this.#heard;
      await this.#clock.sleep(QUIET_MS, signal);
    }
    this.#outlet.unsubscribe([this.#filter]);
  }

  /**
   * Says what is needed to come from what the broker keeps to what is wanted.
   *
   * @param isAll everything, for a Home Assistant that starts from nothing
   * @returns whether anything had to be said
   */
  async announce(wanted: Wanted, isAll: boolean, signal: AbortSignal): Promise<boolean> {
    const connection = this.#connection;
    const { release, announce, clear } = planAnnouncement(wanted, this.#found, isAll);
    const isNothing = release.length + announce.size + clear.length === 0;
    const steps = [
      release.map((topic) => lasting(topic, MARKER)),
      Array.from(announce, ([topic, payload]) => lasting(topic, payload)),
      clear.map(forgotten),
    ].filter((step) => step.length > 0);
    for (const [index, step] of steps.entries()) {
      if (index > 0) {
        await this.#clock.sleep(STEP_MS, signal);
      }
      if (connection !== this.#connection) {
        return true;
      }
      for (const message of step) {
        this.#say(message);
      }
    }
    if (release.length > 0) {
      this.#log.info(`Took over what was announced to Home Assistant before (${release.length} topics)`);
    }
    return !isNothing;
  }

  #say(message: Message): void {
    const { topic, payload } = message;
    const kept = readRetained(topic, payload, this.#prefix);
    if (kept === null) {
      this.#found.delete(topic);
    } else {
      this.#found.set(topic, kept);
    }
    this.#outlet.publish(message);
  }

  /** Topics of both forms: the Python program's are `sensor/<id>/config`, a device's is `device/<id>/config`. */
  get #filter(): string {
    return `${this.#prefix}/+/+/config`;
  }
}
