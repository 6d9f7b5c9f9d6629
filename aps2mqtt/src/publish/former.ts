import { ecuDiscoveryTopics, inverterDiscoveryTopics } from '../homeassistant/discovery.ts';
import { readKeptDiscovery } from '../homeassistant/keptDiscovery.ts';
import { ONLINE } from '../mqtt/contract/message.ts';
import { createTopics, type Topics } from '../mqtt/contract/topics.ts';
import type { SavedPublication } from '../site/savedState.ts';
import type { Kept } from './kept.ts';

/** An ECU and its inverters, by their ids. */
export interface KnownEcu {
  readonly ecuId: string;
  readonly inverterIds: readonly string[];
}

/** Where we publish. */
export interface Place {
  readonly topics: Topics;
  /** Null where we announce nothing. */
  readonly discoveryPrefix: string | null;
}

/**
 * What the broker keeps of ours where we published before, until somebody changed a prefix or switched discovery off.
 * It is cleared: old values would look live for ever, and old devices stay in Home Assistant.
 */
export class Former {
  readonly #kept: Kept;
  readonly #present: Place;
  #topicPrefixes: readonly string[];
  #discoveryPrefixes: readonly string[];
  #ecus: readonly KnownEcu[] = [];
  #peeked: readonly string[] = [];

  constructor(kept: Kept, present: Place, saved: SavedPublication | undefined) {
    this.#kept = kept;
    this.#present = present;
    this.#topicPrefixes = (saved?.topicPrefixes ?? []).filter((prefix) => prefix !== present.topics.prefix);
    this.#discoveryPrefixes = (saved?.discoveryPrefixes ?? []).filter((prefix) => prefix !== present.discoveryPrefix);
  }

  /** All that is to be remembered: where we publish now, and what is not cleared yet. */
  get places(): Pick<SavedPublication, 'topicPrefixes' | 'discoveryPrefixes'> {
    const { topics, discoveryPrefix } = this.#present;
    return {
      topicPrefixes: [topics.prefix, ...this.#topicPrefixes],
      discoveryPrefixes: [...(discoveryPrefix === null ? [] : [discoveryPrefix]), ...this.#discoveryPrefixes],
    };
  }

  get isDone(): boolean {
    return this.#topicPrefixes.length === 0 && this.#discoveryPrefixes.length === 0;
  }

  /** Asks the broker what it keeps there of these. */
  peek(ecus: readonly KnownEcu[]): void {
    this.#ecus = ecus;
    this.#peeked = [...this.#states(), ...this.#discovery().keys()];
    this.#kept.peek(this.#peeked);
    this.#kept.peekAgain(this.#peeked);
  }

  /** Topics to be emptied, when `kept` is complete; with the last one it is done. */
  leftovers(): readonly string[] {
    const statuses = new Set(this.#topicPrefixes.map((prefix) => createTopics(prefix).status));
    // Where somebody is online, it is another instance: we are not there any more.
    const states = this.#states().filter(
      (topic) => this.#kept.has(topic) && !(statuses.has(topic) && this.#isOnline(topic)),
    );
    const discovery = Array.from(this.#discovery())
      .filter(([topic, prefix]) => this.#isOurs(topic, prefix))
      .map(([topic]) => topic);
    return [...states, ...discovery];
  }

  /** Nothing is left. */
  finish(): void {
    this.#kept.leave(this.#peeked);
    this.#topicPrefixes = [];
    this.#discoveryPrefixes = [];
    this.#peeked = [];
  }

  #isOnline(topic: string): boolean {
    return this.#kept.get(topic) === ONLINE;
  }

  #isOurs(topic: string, prefix: string): boolean {
    const payload = this.#kept.get(topic);
    const kept = payload === undefined ? null : readKeptDiscovery(topic, payload, prefix);
    return kept !== null && kept.maker !== 'python';
  }

  #states(): readonly string[] {
    return this.#topicPrefixes
      .map(createTopics)
      .flatMap((topics) => [
        topics.status,
        ...this.#ecus.flatMap(({ ecuId, inverterIds }) => [
          topics.availability(ecuId),
          topics.ecu(ecuId),
          topics.meter(ecuId),
          topics.picture(ecuId),
          topics.pictureOfAll(ecuId),
          ...inverterIds.map((id) => topics.inverter(ecuId, id)),
        ]),
      ]);
  }

  /** Topics, and the prefix that they have. */
  #discovery(): ReadonlyMap<string, string> {
    const { topics } = this.#present;
    const all = this.#discoveryPrefixes.flatMap((prefix) =>
      this.#ecus.flatMap(({ ecuId, inverterIds }) =>
        [
          ...ecuDiscoveryTopics({ prefix, hasExtras: true }, ecuId, topics),
          ...inverterIds.flatMap((id) => inverterDiscoveryTopics({ prefix, hasExtras: true }, id, topics)),
        ].map((topic) => [topic, prefix] as const),
      ),
    );
    return new Map(all);
  }
}
