import { lasting, OFFLINE, ONLINE, type Outlet } from '../mqtt/message.ts';
import type { Topics } from '../mqtt/topics.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { stateMessages } from './states.ts';

/** Knows the newest of each ECU, and says states and availability: what has changed at once, and all when asked. */
export class StatePublisher {
  readonly #outlet: Outlet;
  readonly #topics: Topics;
  readonly #retain: boolean;
  readonly #snapshots = new Map<string, EcuSnapshot>();
  readonly #answering = new Map<string, boolean>();

  constructor(outlet: Outlet, topics: Topics, retain: boolean) {
    this.#outlet = outlet;
    this.#topics = topics;
    this.#retain = retain;
  }

  get snapshots(): readonly EcuSnapshot[] {
    return [...this.#snapshots.values()];
  }

  /** @param onlyChanges says what differs from the snapshot before, and nothing else */
  show(snapshot: EcuSnapshot, onlyChanges: boolean): void {
    const before = onlyChanges ? this.#snapshots.get(snapshot.ecuId) : undefined;
    this.#snapshots.set(snapshot.ecuId, snapshot);
    const said = new Map(before && this.#messages(before).map(({ topic, payload }) => [topic, payload]));
    for (const message of this.#messages(snapshot)) {
      if (said.get(message.topic) !== message.payload) {
        this.#outlet.publish(message);
      }
    }
  }

  /** Does this ECU answer? Said when it changes. */
  setAnswering(ecuId: string, isAnswering: boolean): void {
    if (this.#answering.get(ecuId) !== isAnswering) {
      this.#answering.set(ecuId, isAnswering);
      this.#sayAvailability(ecuId, isAnswering);
    }
  }

  /** Says that it does not answer, and nothing more of it. */
  retire(ecuId: string): void {
    this.setAnswering(ecuId, false);
    this.#answering.delete(ecuId);
    this.#snapshots.delete(ecuId);
  }

  /** Says nothing of this inverter any more. */
  forget(ecuId: string, inverterId: string): void {
    const snapshot = this.#snapshots.get(ecuId);
    if (snapshot !== undefined) {
      const inverters = snapshot.inverters.filter(({ id }) => id !== inverterId);
      this.#snapshots.set(ecuId, { ...snapshot, inverters });
    }
  }

  sayAllAvailabilities(): void {
    for (const [ecuId, isAnswering] of this.#answering) {
      this.#sayAvailability(ecuId, isAnswering);
    }
  }

  sayAllStates(): void {
    for (const snapshot of this.#snapshots.values()) {
      this.#sayStates(snapshot);
    }
  }

  #sayAvailability(ecuId: string, isAnswering: boolean): void {
    this.#outlet.publish(lasting(this.#topics.availability(ecuId), isAnswering ? ONLINE : OFFLINE));
  }

  #sayStates(snapshot: EcuSnapshot): void {
    for (const message of this.#messages(snapshot)) {
      this.#outlet.publish(message);
    }
  }

  #messages(snapshot: EcuSnapshot) {
    return stateMessages(snapshot, this.#topics, this.#retain);
  }
}
