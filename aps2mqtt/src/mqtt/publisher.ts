import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import { Announcer } from '../homeassistant/announcer.ts';
import { devicesOf } from '../homeassistant/devices.ts';
import type { DiscoveryForm } from '../homeassistant/discovery.ts';
import type { Logger } from '../logger.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { forgotten, lasting, OFFLINE, ONLINE, type Outlet } from './message.ts';
import { stateMessages } from './states.ts';
import type { Topics } from './topics.ts';

export interface PublisherSettings {
  readonly topics: Topics;
  readonly retain: boolean;
  /** Where Home Assistant says that it has started. */
  readonly birthTopic: string;
  /** Null to announce nothing. */
  readonly discovery: DiscoveryForm | null;
}

/** What else is known of an ECU, beside its snapshot. */
export interface EcuFacts {
  /** It can be restarted, and the person wants that: gets a button. */
  readonly canRestart: boolean;
  /** Its inverters of the last weeks are known, from saved state: what is announced beyond these may be cleared. */
  readonly remembersInverters: boolean;
}

/**
 * ms to the next repetition of the states after an announcement, for entities that did not listen before: the broker
 * keeps no states unless `retain` is on. Home Assistant 2026.11 made and subscribed 880 entities in 2 s on a desktop; a
 * small machine takes several times as long.
 */
const REPEAT_MS = [1_000, 4_000, 10_000];

interface Shown extends EcuFacts {
  readonly snapshot: EcuSnapshot;
}

/**
 * Knows the newest of each ECU and says it: states at once; availability, discovery and states when the broker or Home
 * Assistant starts from nothing.
 */
export class Publisher {
  readonly #outlet: Outlet;
  readonly #settings: PublisherSettings;
  readonly #clock: Clock;
  readonly #announcer: Announcer | null;
  readonly #shown = new Map<string, Shown>();
  readonly #answering = new Map<string, boolean>();
  /** State topics of removed inverters by inverter id, until they have been emptied; null afterwards. */
  readonly #removed = new Map<string, string | null>();
  readonly #bell = new Bell();
  #stage: 'away' | 'connected' | 'gathered' = 'away';
  #isBirth = false;
  /** The states are being repeated. */
  #repetition: symbol | null = null;

  constructor(outlet: Outlet, settings: PublisherSettings, clock: Clock, log: Logger) {
    this.#outlet = outlet;
    this.#settings = settings;
    this.#clock = clock;
    const { discovery } = settings;
    this.#announcer = discovery === null ? null : new Announcer(outlet, discovery.prefix, clock, log);
  }

  /** A new poll's result, or what is known of an ECU before the first one (then it does not answer yet). */
  show(snapshot: EcuSnapshot, facts: EcuFacts, isAnswering = true): void {
    this.#shown.set(snapshot.ecuId, { snapshot, ...facts });
    for (const { id } of snapshot.inverters) {
      this.#removed.delete(id);
    }
    this.setAnswering(snapshot.ecuId, isAnswering);
    this.#sayStates(snapshot);
    this.#bell.ring();
  }

  /** Does this ECU answer? Said when it changes. */
  setAnswering(ecuId: string, isAnswering: boolean): void {
    if (this.#answering.get(ecuId) !== isAnswering) {
      this.#answering.set(ecuId, isAnswering);
      this.#sayAvailability(ecuId, isAnswering);
    }
  }

  /** Takes an inverter out of Home Assistant, and its state from the broker. It comes back if it is shown again. */
  remove(ecuId: string, inverterId: string): void {
    const shown = this.#shown.get(ecuId);
    if (shown !== undefined) {
      const inverters = shown.snapshot.inverters.filter(({ id }) => id !== inverterId);
      this.#shown.set(ecuId, { ...shown, snapshot: { ...shown.snapshot, inverters } });
    }
    this.#removed.set(inverterId, this.#settings.topics.inverter(ecuId, inverterId));
    this.#bell.ring();
  }

  onConnect(): void {
    this.#stage = 'connected';
    this.#outlet.subscribe([this.#settings.birthTopic]);
    this.#announcer?.onConnect();
    this.#sayAllAvailabilities();
    this.#sayAllStates();
    this.#bell.ring();
  }

  onMessage(topic: string, payload: string, isRetained: boolean): void {
    this.#announcer?.onMessage(topic, payload);
    // A birth that the broker kept was before we came, and all is being said anyway.
    if (topic === this.#settings.birthTopic && payload === ONLINE && !isRetained) {
      this.#isBirth = true;
      this.#bell.ring();
    }
  }

  /** Announces whenever there is something to announce. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#bell.heard(signal);
      try {
        await this.#catchUp(signal);
      } catch (error) {
        if (!signal.aborted) {
          throw error;
        }
      }
    }
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (this.#stage === 'connected') {
      await this.#announcer?.gather(signal);
      this.#stage = 'gathered';
    }
    if (this.#stage === 'away') {
      return;
    }
    const isBirth = this.#isBirth;
    this.#isBirth = false;
    if (isBirth) {
      this.#sayAllAvailabilities();
    }
    const isNews = (await this.#announce(isBirth, signal)) || isBirth;
    if (isBirth) {
      this.#sayAllStates();
    }
    if (isNews) {
      this.#repeatStates(signal).catch(() => {});
    } else if (this.#repetition === null) {
      this.#emptyRemoved();
    }
  }

  /** A later announcement starts it anew. Ends with the signal. */
  async #repeatStates(signal: AbortSignal): Promise<void> {
    const repetition = Symbol();
    this.#repetition = repetition;
    for (const ms of REPEAT_MS) {
      await this.#clock.sleep(ms, signal);
      if (this.#repetition !== repetition) {
        return;
      }
      this.#sayAllStates();
    }
    this.#repetition = null;
    this.#emptyRemoved();
  }

  async #announce(isAll: boolean, signal: AbortSignal): Promise<boolean> {
    const { discovery: form, topics } = this.#settings;
    if (this.#announcer === null || form === null) {
      return false;
    }
    const ecus = [...this.#shown.values()];
    const remembered = ecus.filter((ecu) => ecu.remembersInverters).map(({ snapshot }) => snapshot.ecuId);
    const wanted = {
      devices: devicesOf(ecus, topics),
      form,
      removed: new Set(this.#removed.keys()),
      remembered: new Set(remembered),
    };
    return this.#announcer.announce(wanted, isAll, signal);
  }

  /** After its entities are gone: they would have to read the empty payload. */
  #emptyRemoved(): void {
    for (const [inverterId, stateTopic] of this.#removed) {
      if (stateTopic !== null) {
        this.#outlet.publish(forgotten(stateTopic));
        this.#removed.set(inverterId, null);
      }
    }
  }

  #sayAllAvailabilities(): void {
    for (const [ecuId, isAnswering] of this.#answering) {
      this.#sayAvailability(ecuId, isAnswering);
    }
  }

  #sayAllStates(): void {
    for (const { snapshot } of this.#shown.values()) {
      this.#sayStates(snapshot);
    }
  }

  #sayAvailability(ecuId: string, isAnswering: boolean): void {
    this.#outlet.publish(lasting(this.#settings.topics.availability(ecuId), isAnswering ? ONLINE : OFFLINE));
  }

  #sayStates(snapshot: EcuSnapshot): void {
    const { topics, retain } = this.#settings;
    for (const message of stateMessages(snapshot, topics, retain)) {
      this.#outlet.publish(message);
    }
  }
}
