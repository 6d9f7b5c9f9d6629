import type { Clock } from '../clock.ts';
import { planAnnouncement, type Wanted } from '../homeassistant/plan.ts';
import { MARKER, type Retained, readRetained } from '../homeassistant/retained.ts';
import { UnitChanges } from '../homeassistant/unitChanges.ts';
import type { Logger } from '../logger.ts';
import { forgotten, lasting, type Message, type Outlet } from '../mqtt/message.ts';

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
  /** Of all that shows what the broker keeps. */
  readonly #filters: readonly string[];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #found = new Map<string, Retained>();
  /** Other topics on which the broker keeps something: among them states from before. */
  readonly #kept = new Set<string>();
  readonly #unitChanges = new UnitChanges();
  /** Messages heard on this connection. */
  #heard = 0;
  /** Changes with each connection: work for an earlier one is dropped. */
  #connection = 0;

  /**
   * @param prefix Home Assistant's discovery prefix
   * @param staleStates filters for states that should not be kept by the broker; none where they should
   */
  constructor(outlet: Outlet, prefix: string, staleStates: readonly string[], clock: Clock, log: Logger) {
    this.#outlet = outlet;
    this.#prefix = prefix;
    this.#filters = [`${prefix}/+/+/config`, ...staleStates];
    this.#clock = clock;
    this.#log = log;
  }

  onConnect(): void {
    this.#connection++;
    this.#heard = 0;
    this.#found.clear();
    this.#kept.clear();
    this.#outlet.subscribe(this.#filters);
  }

  onMessage(topic: string, payload: string, isRetained: boolean): void {
    const found = readRetained(topic, payload, this.#prefix);
    if (found !== null) {
      this.#found.set(topic, found);
    } else if (isRetained && !topic.startsWith(`${this.#prefix}/`)) {
      this.#kept.add(topic);
    }
    this.#heard += found !== null || isRetained ? 1 : 0;
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

  /**
   * Waits until all that the broker keeps has been heard.
   *
   * @returns false when another connection has begun meanwhile
   */
  async gather(signal: AbortSignal): Promise<boolean> {
    const connection = this.#connection;
    for (let waited = 0, before = -1; waited < LONGEST_MS && before !== this.#heard; waited += QUIET_MS) {
      before = this.#heard;
      await this.#clock.sleep(QUIET_MS, signal);
      if (connection !== this.#connection) {
        return false;
      }
    }
    this.#outlet.unsubscribe(this.#filters);
    return true;
  }

  /**
   * Says what is needed to come from what the broker keeps to what is wanted.
   *
   * @returns whether anything had to be said
   */
  async announce(wanted: Wanted, signal: AbortSignal): Promise<boolean> {
    const now = this.#clock.now();
    this.#unitChanges.note(wanted.devices, this.#found, now);
    const devices = this.#unitChanges.apply(wanted.devices, now);
    const { release, empty, announce, clear } = planAnnouncement({ ...wanted, devices }, this.#found, this.#kept);
    const announcements = Array.from(announce, ([topic, payload]) => lasting(topic, payload));
    const steps = [
      release.map((topic) => lasting(topic, MARKER)),
      [...empty.map(forgotten), ...announcements],
      clear.map(forgotten),
    ].filter((step) => step.length > 0);

    const connection = this.#connection;
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
    return steps.length > 0;
  }

  #say(message: Message): void {
    const { topic, payload } = message;
    const found = readRetained(topic, payload, this.#prefix);
    if (found === null) {
      this.#found.delete(topic);
      this.#kept.delete(topic);
    } else {
      this.#found.set(topic, found);
    }
    this.#outlet.publish(message);
  }
}
