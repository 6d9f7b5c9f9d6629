import { ecuEntities, inverterEntities } from '../homeassistant/entities.ts';
import { stateOf } from '../homeassistant/entity.ts';
import { meterRows } from '../homeassistant/extraEntities.ts';
import type { BrokerClient, Message } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';

/** Knows the newest of each ECU and says it: at once what a poll brings, and all when asked. */
export class StatePublisher {
  readonly #client: BrokerClient;
  readonly #topics: Topics;
  readonly #retain: boolean;
  readonly #snapshots = new Map<string, EcuSnapshot>();

  constructor(client: BrokerClient, topics: Topics, retain: boolean) {
    this.#client = client;
    this.#topics = topics;
    this.#retain = retain;
  }

  get snapshots(): readonly EcuSnapshot[] {
    return [...this.#snapshots.values()];
  }

  /**
   * Says all of it, since people read from the time of a message that we have looked.
   *
   * @param onlyChanges says what differs from the snapshot before, and nothing else
   */
  show(snapshot: EcuSnapshot, onlyChanges: boolean): void {
    const before = onlyChanges ? this.#snapshots.get(snapshot.ecuId) : undefined;
    this.#snapshots.set(snapshot.ecuId, snapshot);
    const said = new Map(before && this.#messages(before).map(({ topic, payload }) => [topic, payload]));
    this.#say(this.#messages(snapshot).filter(({ topic, payload }) => said.get(topic) !== payload));
  }

  /** Says nothing of this ECU any more. */
  forgetEcu(ecuId: string): void {
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

  sayAll(): void {
    for (const snapshot of this.#snapshots.values()) {
      this.#say(this.#messages(snapshot));
    }
  }

  #messages(snapshot: EcuSnapshot): readonly Message[] {
    return stateMessages(snapshot, this.#topics, this.#retain);
  }

  #say(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#client.publish(message);
    }
  }
}

/** A snapshot's states: the ECU's, then each inverter's. */
export function stateMessages(snapshot: EcuSnapshot, topics: Topics, retain: boolean): readonly Message[] {
  const { ecuId, inverters, meter } = snapshot;
  const message = (topic: string, payload: string): Message => ({ topic, payload, qos: 0, retain });
  return [
    message(topics.ecu(ecuId), stateOf(snapshot, ecuEntities(snapshot))),
    ...inverters.map((inverter) =>
      message(topics.inverter(ecuId, inverter.id), stateOf(inverter, inverterEntities(inverter))),
    ),
    ...(meter === undefined ? [] : [message(topics.meter(ecuId), stateOf(meter, meterRows))]),
  ];
}
