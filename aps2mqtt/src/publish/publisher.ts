import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import { faultOf } from '../errors.ts';
import { devicesOf } from '../homeassistant/devices.ts';
import type { DiscoveryForm } from '../homeassistant/discovery.ts';
import type { Logger } from '../logger.ts';
import { forgotten, OFFLINE, ONLINE, type Outlet } from '../mqtt/message.ts';
import type { Topics } from '../mqtt/topics.ts';
import type { EcuFacts, Output } from '../site/output.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { Announcer } from './announcer.ts';
import { Removed } from './removed.ts';
import { Repetition } from './repetition.ts';
import { StatePublisher } from './statePublisher.ts';

export interface PublisherSettings {
  readonly topics: Topics;
  readonly retain: boolean;
  /** Where Home Assistant says that it has started. */
  readonly birthTopic: string;
  /** Null to announce nothing. */
  readonly discovery: DiscoveryForm | null;
}

/** Says states at once; and availability, discovery and states when the broker or Home Assistant starts from nothing. */
export class Publisher implements Output {
  readonly #outlet: Outlet;
  readonly #settings: PublisherSettings;
  readonly #log: Logger;
  readonly #states: StatePublisher;
  readonly #announcer: Announcer | null;
  readonly #facts = new Map<string, EcuFacts>();
  readonly #removed = new Removed();
  readonly #bell = new Bell();
  #stage: 'away' | 'connected' | 'gathered' = 'away';
  readonly #repetition: Repetition;
  #isBirth = false;

  constructor(outlet: Outlet, settings: PublisherSettings, clock: Clock, log: Logger) {
    const { discovery, retain, topics } = settings;
    this.#outlet = outlet;
    this.#settings = settings;
    this.#log = log;
    this.#repetition = new Repetition(clock);
    this.#states = new StatePublisher(outlet, topics, retain);
    const staleStates = retain ? [] : topics.states;
    this.#announcer = discovery === null ? null : new Announcer(outlet, discovery.prefix, staleStates, clock, log);
  }

  /** A new poll's result, or what is known of an ECU before the first one (then it does not answer yet). */
  show(snapshot: EcuSnapshot, facts: EcuFacts, isAnswering = true, onlyChanges = false): void {
    const { ecuId, inverters } = snapshot;
    this.#facts.set(ecuId, facts);
    for (const id of [ecuId, ...inverters.map((inverter) => inverter.id)]) {
      this.#removed.delete(id);
    }
    this.#states.setAnswering(ecuId, isAnswering);
    this.#states.show(snapshot, onlyChanges);
    this.#bell.ring();
  }

  /** Does this ECU answer? Said when it changes. */
  setAnswering(ecuId: string, isAnswering: boolean): void {
    this.#states.setAnswering(ecuId, isAnswering);
  }

  /** This ECU is here no more. What is announced of it stays, and what is its inverters' may go to another. */
  retire(ecuId: string): void {
    this.#facts.delete(ecuId);
    this.#states.retire(ecuId);
  }

  /** Takes an inverter out of Home Assistant, and its state from the broker. It comes back if it is shown again. */
  remove(ecuId: string, inverterId: string): void {
    this.#states.forget(ecuId, inverterId);
    this.#removed.add(inverterId, [this.#settings.topics.inverter(ecuId, inverterId)]);
    this.#bell.ring();
  }

  /** The same for an ECU that nobody reads any more, and all that were its inverters. */
  removeEcu(ecuId: string, inverterIds: readonly string[]): void {
    const { topics } = this.#settings;
    this.retire(ecuId);
    for (const id of inverterIds) {
      this.#removed.add(id, [topics.inverter(ecuId, id)]);
    }
    this.#removed.add(ecuId, [topics.ecu(ecuId), topics.availability(ecuId)]);
    this.#bell.ring();
  }

  onConnect(): void {
    this.#stage = 'connected';
    this.#removed.onConnect();
    this.#outlet.subscribe([this.#settings.birthTopic]);
    this.#announcer?.onConnect();
    this.#states.sayAllAvailabilities();
    this.#states.sayAllStates();
    this.#bell.ring();
  }

  onMessage(topic: string, payload: string, isRetained: boolean): void {
    this.#announcer?.onMessage(topic, payload, isRetained);
    // A birth that the broker kept was before we came, and all is being said anyway.
    if (topic === this.#settings.birthTopic && !isRetained) {
      this.#onHomeAssistant(payload);
    }
  }

  #onHomeAssistant(word: string): void {
    if (word === ONLINE) {
      this.#isBirth = true;
      this.#bell.ring();
    } else if (word === OFFLINE) {
      this.#announcer?.onHomeAssistantGone();
    }
  }

  /** Announces whenever there is something to announce. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#bell.heard(signal);
      try {
        await this.#catchUp(signal);
      } catch (error) {
        this.#onFault(error, signal);
      }
    }
  }

  /** A fault of ours costs an announcement, never the program. */
  #onFault(error: unknown, signal: AbortSignal): void {
    if (!signal.aborted) {
      this.#log.error(faultOf(error));
    }
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (this.#stage === 'connected') {
      if ((await this.#announcer?.gather(signal)) === false) {
        return;
      }
      this.#stage = 'gathered';
    }
    if (this.#stage === 'away') {
      return;
    }
    const isBirth = this.#isBirth;
    this.#isBirth = false;
    if (isBirth) {
      this.#states.sayAllAvailabilities();
    }
    const isNews = (await this.#announce(isBirth, signal)) || isBirth;
    if (isBirth) {
      this.#states.sayAllStates();
    }
    if (isNews) {
      const repeat = () => {
        this.#states.sayAllStates();
        this.#emptyRemoved();
      };
      this.#repetition.run(repeat, signal).catch((error: unknown) => this.#onFault(error, signal));
    } else if (!this.#repetition.isRunning) {
      this.#emptyRemoved();
    }
  }

  async #announce(isAll: boolean, signal: AbortSignal): Promise<boolean> {
    const { discovery: form, topics } = this.#settings;
    if (this.#announcer === null || form === null) {
      return false;
    }
    const facts = [...this.#facts];
    const ecus = this.#states.snapshots.map((snapshot) => ({
      snapshot,
      canRestart: this.#facts.get(snapshot.ecuId)?.canRestart ?? false,
    }));
    const wanted = {
      devices: devicesOf(ecus, topics),
      form,
      isAll,
      removed: this.#removed.ids,
      remembered: new Set(facts.filter(([, ecu]) => ecu.remembersInverters).map(([ecuId]) => ecuId)),
    };
    return this.#announcer.announce(wanted, signal);
  }

  /** After its entities are gone: they would have to read the empty payload. */
  #emptyRemoved(): void {
    for (const topic of this.#removed.take()) {
      this.#outlet.publish(forgotten(topic));
    }
  }
}
