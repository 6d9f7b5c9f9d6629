import { ecuEntities, inverterEntities, stateOf } from '../homeassistant/entities.ts';
import type { Message } from '../mqtt/message.ts';
import type { Topics } from '../mqtt/topics.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';

/** A snapshot's states: the ECU's, then each inverter's. */
export function stateMessages(snapshot: EcuSnapshot, topics: Topics, retain: boolean): readonly Message[] {
  const { ecuId, inverters } = snapshot;
  const message = (topic: string, payload: string): Message => ({ topic, payload, qos: 0, retain });
  return [
    message(topics.ecu(ecuId), stateOf(snapshot, ecuEntities)),
    ...inverters.map((inverter) =>
      message(topics.inverter(ecuId, inverter.id), stateOf(inverter, inverterEntities(inverter))),
    ),
  ];
}
