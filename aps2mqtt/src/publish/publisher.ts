import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { faultOf } from '../errors.ts';
import type { DiscoveryForm } from '../homeassistant/discovery.ts';
import type { Language } from '../language.ts';
import type { Logger } from '../logger.ts';
import { type BrokerClient, OFFLINE, ONLINE } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { EcuFacts, Output } from '../site/output.ts';
import { NOTHING_SAVED, type SavedPublication, type SavedState } from '../site/savedState.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { Announcer } from './announcer.ts';
import { Availability } from './availability.ts';
import { Births } from './births.ts';
import { Cleaner } from './cleaner.ts';
import { Corrections } from './corrections.ts';
import { DevicePublisher, type Shown } from './devicePublisher.ts';
import { Kept } from './kept.ts';
import { Repetition } from './repetition.ts';
import { StatePublisher } from './statePublisher.ts';

export interface PublisherSettings {
  readonly topics: Topics;
  readonly retain: boolean;
  /** The roof is published as a picture, by whoever draws it. */
  readonly picture?: boolean;
  /** Where Home Assistant says that it has started. */
  readonly birthTopic: string;
  /** Null to announce nothing. */
  readonly discovery: DiscoveryForm | null;
  /** What was known before this start; nothing unless told. */
  readonly saved?: SavedState;
  /** Of the names in Home Assistant; null while it is not known, and nothing is announced. English unless told. */
  readonly language?: () => Language | null;
}

/** Dead values look live as long as nobody says so; nobody shall wait for that. */
const AVAILABILITY_PATIENCE = { first: 0, longest: 60_000 };
/** Home Assistant's *Delete* empties topics one by one, and takes its time with what they stood for. */
const DISCOVERY_PATIENCE = { first: 2_000, longest: 3_600_000 };

/**
 * Says states at once; and keeps what the broker keeps as it should be: availability, discovery, and nothing of what is
 * no more. What was ours and is not wanted goes; what another instance says is its own.
 */
export class Publisher implements Output {
  readonly #client: BrokerClient;
  readonly #settings: PublisherSettings;
  readonly #log: Logger;
  readonly #kept: Kept;
  readonly #availability: Availability;
  readonly #states: StatePublisher;
  readonly #devices: DevicePublisher | null;
  readonly #cleaner: Cleaner;
  readonly #facts = new Map<string, EcuFacts>();
  readonly #wakeUp = new AutoResetEvent();
  readonly #births: Births;
  readonly #corrections: Corrections;
  readonly #repetition: Repetition;
  #isMuteTold = false;
  #signal: AbortSignal = new AbortController().signal;

  constructor(client: BrokerClient, settings: PublisherSettings, clock: Clock, log: Logger) {
    const { discovery, retain, topics, picture = false, saved = NOTHING_SAVED } = settings;
    const wake = () => this.#wakeUp.set();
    this.#client = client;
    this.#settings = settings;
    this.#log = log;
    this.#kept = new Kept(client, topics.status, clock);
    this.#availability = new Availability(this.#kept, topics);
    this.#states = new StatePublisher(client, topics, retain);
    const place = { topics, discoveryPrefix: discovery?.prefix ?? null };
    this.#cleaner = new Cleaner(this.#kept, place, { states: retain, pictures: picture }, saved, clock, log);
    this.#births = new Births(clock, wake);
    this.#corrections = new Corrections(clock, wake);
    this.#repetition = new Repetition(clock);
    const world = {
      topics,
      picture,
      availability: this.#availability,
      removed: this.#cleaner.removed,
      corrections: this.#corrections,
      language: settings.language ?? (() => 'en' as const),
    };
    this.#devices = discovery && new DevicePublisher(new Announcer(this.#kept, discovery, topics, clock, log), world);
    for (const { ecuId } of saved.ecus) {
      this.#availability.know(ecuId);
    }
  }

  /** To be kept over a restart. */
  get publication(): SavedPublication {
    return this.#cleaner.publication;
  }

  /** A new poll's result, or what is known of an ECU before the first one (then it does not answer yet). */
  show(snapshot: EcuSnapshot, facts: EcuFacts, isAnswering = true, onlyChanges = false): void {
    const { ecuId } = snapshot;
    this.#facts.set(ecuId, facts);
    this.#cleaner.watch(snapshot);
    this.#availability.setAnswering(ecuId, isAnswering);
    this.#states.show(snapshot, onlyChanges);
    this.#devices?.note(ecuId);
    this.#wakeUp.set();
  }

  /** Does this ECU answer? Said when it changes; of an ECU that was never shown only where somebody is misled. */
  setAnswering(ecuId: string, isAnswering: boolean): void {
    if (this.#facts.has(ecuId) || isAnswering) {
      this.#availability.setAnswering(ecuId, isAnswering);
    } else {
      this.#availability.know(ecuId);
    }
    this.#wakeUp.set();
  }

  /** This ECU is here no more. What is announced of it stays, and what is its inverters' may go to another. */
  retire(ecuId: string): void {
    this.#facts.delete(ecuId);
    this.#availability.retire(ecuId);
    this.#states.forgetEcu(ecuId);
    this.#wakeUp.set();
  }

  /** Takes an inverter out of Home Assistant, and its state from the broker. It comes back if it is shown again. */
  remove(ecuId: string, inverterId: string): void {
    this.#states.forget(ecuId, inverterId);
    this.#cleaner.removed.add({ ecuId, inverterId });
    this.#wakeUp.set();
  }

  /**
   * The same for an ECU that nobody reads any more, and all that were its inverters. One that another instance says is
   * online is not ours to remove.
   */
  removeEcu(ecuId: string, inverterIds: readonly string[]): void {
    if (this.#availability.isOthers(ecuId)) {
      this.#log.info(`ECU ${ecuId} stays in the broker: another aps2mqtt says that it is online`);
      return;
    }
    this.retire(ecuId);
    this.#availability.forget(ecuId);
    for (const inverterId of [...inverterIds, null]) {
      this.#cleaner.removed.add({ ecuId, inverterId });
    }
    this.#wakeUp.set();
  }

  /** The language of the names is known now. */
  onLanguage(): void {
    for (const ecuId of this.#facts.keys()) {
      this.#devices?.note(ecuId);
    }
    this.#wakeUp.set();
  }

  onConnect(): void {
    const { birthTopic } = this.#settings;
    this.#kept.onConnect();
    this.#availability.sayAll();
    this.#states.sayAll();
    void this.#client.subscribe([birthTopic]);
    for (const ecuId of this.#facts.keys()) {
      this.#devices?.note(ecuId);
    }
    this.#cleaner.onConnect();
    this.#wakeUp.set();
  }

  onMessage(topic: string, payload: string, isRetained: boolean): void {
    const hearing = this.#kept.hear(topic, payload, isRetained);
    const ecuId = this.#settings.topics.ecuOfAvailability(topic);
    if (hearing === 'nothing' && ecuId !== null) {
      this.#availability.hearUnknown(ecuId, payload, isRetained);
      this.#wakeUp.set();
    } else if (this.#availability.hear(topic, payload, hearing)) {
      this.#corrections.note(topic, AVAILABILITY_PATIENCE, this.#signal);
      // Another's goodbye leaves its ECUs to whoever hears them.
      this.#wakeUp.set();
    } else if (hearing === 'foreign') {
      this.#devices?.noteForeign(topic, this.#shown);
      this.#corrections.note(topic, DISCOVERY_PATIENCE, this.#signal);
    }
    // A birth that the broker kept was before we came, and all is being said anyway.
    if (topic === this.#settings.birthTopic && !isRetained) {
      this.#onHomeAssistant(payload);
    }
  }

  /** Keeps what the broker keeps as it should be. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    while (!signal.aborted) {
      await this.#wakeUp.wait(signal);
      try {
        await this.#reconcile(signal);
      } catch (error) {
        this.#onFault(error, signal);
      }
    }
  }

  #onHomeAssistant(word: string): void {
    if (word === ONLINE) {
      this.#births.note();
    } else if (word === OFFLINE) {
      this.#devices?.onHomeAssistantGone();
    }
  }

  /** A fault of ours costs an announcement, never the program. */
  #onFault(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) {
      this.#log.error(faultOf(error));
    }
  }

  async #reconcile(signal: AbortSignal): Promise<void> {
    if (this.#kept.connection === 0) {
      return;
    }
    do {
      this.#devices?.watch(this.#shown);
      if (!(await this.#kept.complete(signal))) {
        return;
      }
      // More may have been shown meanwhile, of which nobody knows yet what is kept.
      this.#devices?.watch(this.#shown);
    } while (!this.#kept.isComplete);
    this.#tellMute();
    this.#availability.settle((topic) => !this.#corrections.isWaiting(topic));
    const isBirth = this.#births.take(signal);
    if (isBirth) {
      this.#availability.sayAll();
    }
    const isNews = ((await this.#devices?.announce(this.#shown, isBirth, signal)) ?? false) || isBirth;
    if (isBirth) {
      this.#states.sayAll();
    }
    await this.#cleaner.clear(this.#states.snapshots, signal);
    if (isNews) {
      const repeat = () => {
        this.#states.sayAll();
        this.#cleaner.emptyRemoved();
      };
      this.#repetition.run(repeat, signal).catch((error: unknown) => this.#onFault(error, signal));
    } else if (!this.#repetition.isRunning) {
      this.#cleaner.emptyRemoved();
    }
  }

  /** Some brokers drop without a word what a user may not say. */
  #tellMute(): void {
    const { status } = this.#settings.topics;
    if (this.#kept.isMute && !this.#isMuteTold) {
      this.#isMuteTold = true;
      this.#log.warn(
        `The broker does not give back what was said on ${status}: is this user allowed to write and to read there, and ` +
          'are retained messages allowed? Without them Home Assistant sees nothing, or forgets it',
      );
    }
  }

  get #shown(): readonly Shown[] {
    return this.#states.snapshots.flatMap((snapshot) => {
      const facts = this.#facts.get(snapshot.ecuId);
      return facts === undefined ? [] : [{ snapshot, facts }];
    });
  }
}
