import type { Clock } from '../clock.ts';
import { type Found, planAnnouncement, type Wanted } from '../homeassistant/announcementPlan.ts';
import type { Device } from '../homeassistant/devices.ts';
import {
  type DiscoveryForm,
  deviceTopic,
  discoveryTopics,
  ecuDiscoveryTopics,
  inverterDiscoveryTopics,
} from '../homeassistant/discovery.ts';
import { MARKER, readKeptDiscovery } from '../homeassistant/keptDiscovery.ts';
import { UnitChanges } from '../homeassistant/unitChanges.ts';
import type { Logger } from '../logger.ts';
import { lasting } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { Kept } from './kept.ts';

/**
 * Home Assistant unloads and loads entities in tasks of its own: ms for them between one step and the next, and what
 * each topic adds. An early step costs errors in its log, a late one nothing.
 */
const STEP_MS = 1_000;
const STEP_MS_A_TOPIC = 20;

/** What an announcement is for, beside the form. */
export type Announcement = Omit<Wanted, 'form'>;

/**
 * Keeps Home Assistant's discovery as it should be: says only what differs from what the broker keeps. Takes over what
 * the Python program, or the other form of discovery, announced for our devices.
 */
export class Announcer {
  readonly #kept: Kept;
  readonly #form: DiscoveryForm;
  readonly #topics: Topics;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #unitChanges = new UnitChanges();
  /** By device: where its discovery may be kept. */
  readonly #watched = new Map<string, ReadonlySet<string>>();

  constructor(kept: Kept, form: DiscoveryForm, topics: Topics, clock: Clock, log: Logger) {
    this.#kept = kept;
    this.#form = form;
    this.#topics = topics;
    this.#clock = clock;
    this.#log = log;
  }

  /** @param hasExtras it may have what comes from Modbus or its web page: many topics more, so only where that is on */
  watchEcu(ecuId: string, hasExtras: boolean): void {
    if (!this.#watched.has(ecuId)) {
      this.#watch(ecuId, ecuDiscoveryTopics(this.#placeOf(hasExtras), ecuId, this.#topics));
    }
  }

  /** @param hasExtras as for `watchEcu` */
  watchInverter(inverterId: string, hasExtras: boolean): void {
    if (!this.#watched.has(inverterId)) {
      this.#watch(inverterId, inverterDiscoveryTopics(this.#placeOf(hasExtras), inverterId, this.#topics));
    }
  }

  /** In the form with one message an entity they may have been on before, and are off now. */
  #placeOf(hasExtras: boolean) {
    return { prefix: this.#form.prefix, hasExtras: hasExtras || this.#form.isPerEntity };
  }

  /** Where the discovery of this device may be kept. */
  topicsOf(deviceId: string): readonly string[] {
    return [...(this.#watched.get(deviceId) ?? [])];
  }

  /** The ECU that an inverter is announced with; null for none. */
  announcedBy(inverterId: string): string | null {
    const kept = [...this.#foundOf(inverterId).values()];
    return kept.find(({ maker }) => maker === 'ours')?.ecuId ?? null;
  }

  /**
   * Home Assistant has said goodbye: the markers that were left on device topics can go, which it would have logged as
   * a device without components.
   */
  onHomeAssistantGone(): void {
    const topics = Array.from(this.#watched.keys(), (id) => deviceTopic(this.#form.prefix, id));
    this.#kept.empty(topics.filter((topic) => this.#kept.get(topic) === MARKER));
  }

  /**
   * Says what is needed to come from what the broker keeps to what is wanted.
   *
   * @param removed devices of before, of which something may be kept
   * @returns whether anything had to be said
   */
  async announce(wanted: Announcement, removed: readonly string[], signal: AbortSignal): Promise<boolean> {
    const now = this.#clock.now();
    for (const device of wanted.devices) {
      this.#watchMore(device);
    }
    const ids = [...wanted.devices.map(({ id }) => id), ...removed];
    const found: Found = new Map(ids.flatMap((id) => [...this.#foundOf(id)]));
    this.#unitChanges.note(wanted.devices, found, now);
    const devices = this.#unitChanges.apply(wanted.devices, now);
    const stale = new Set(devices.map(({ stateTopic }) => stateTopic).filter((topic) => this.#kept.has(topic)));
    const plan = planAnnouncement({ ...wanted, form: this.#form, devices }, found, stale);
    const steps: readonly (readonly (readonly [topic: string, payload: string])[])[] = [
      plan.release.map((topic) => [topic, MARKER] as const),
      [...plan.empty.map((topic) => [topic, ''] as const), ...plan.announce],
      plan.clear.map((topic) => [topic, ''] as const),
    ].filter((step) => step.length > 0);

    const { connection } = this.#kept;
    for (const [index, step] of steps.entries()) {
      if (index > 0) {
        await this.#clock.sleep(STEP_MS + plan.release.length * STEP_MS_A_TOPIC, signal);
      }
      if (connection !== this.#kept.connection) {
        return true;
      }
      for (const [topic, payload] of step) {
        this.#kept.say(lasting(topic, payload));
      }
    }
    if (plan.release.length > 0) {
      this.#log.info(`Took over what was announced to Home Assistant before (${plan.release.length} topics)`);
    }
    return steps.length > 0;
  }

  /** Entities that this device has beyond the usual ones. */
  #watchMore({ id, components }: Device): void {
    const watched = this.#watched.get(id) ?? new Set();
    const topics = discoveryTopics(this.#form.prefix, id, components);
    if (topics.some((topic) => !watched.has(topic))) {
      this.#watch(id, [...watched, ...topics]);
    }
  }

  #watch(id: string, topics: readonly string[]): void {
    this.#watched.set(id, new Set(topics));
    this.#kept.watch(topics);
  }

  #foundOf(id: string): Found {
    const found = new Map();
    for (const topic of this.#watched.get(id) ?? []) {
      const payload = this.#kept.get(topic);
      const kept = payload === undefined ? null : readKeptDiscovery(topic, payload, this.#form.prefix);
      if (kept !== null) {
        found.set(topic, kept);
      }
    }
    return found;
  }
}
