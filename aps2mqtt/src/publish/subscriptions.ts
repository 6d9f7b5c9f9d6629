import type { BrokerClient } from '../mqtt/contract/message.ts';

/**
 * Topics in one SUBSCRIBE, and such packets under way at a time: mosquitto queues 1,000 messages for a client, and drops
 * the rest.
 */
const TOPICS_A_PACKET = 100;
const PACKETS_AT_ONCE = 4;

/** What to subscribe, packet by packet: those of one round side by side, and the next round when they are answered. */
export function subscriptionRounds(topics: readonly string[]): readonly (readonly (readonly string[])[])[] {
  return chunks(topics, TOPICS_A_PACKET * PACKETS_AT_ONCE).map((round) => chunks(round, TOPICS_A_PACKET));
}

export function unsubscribeAll(client: BrokerClient, topics: readonly string[]): void {
  for (const packet of chunks(topics, TOPICS_A_PACKET)) {
    client.unsubscribe(packet);
  }
}

function chunks<T>(list: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
