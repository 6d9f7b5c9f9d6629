import type { Outlet } from '../mqtt/contract/message.ts';

/**
 * Topics in one SUBSCRIBE, and such packets under way at a time: mosquitto queues 1,000 messages for a client, and drops
 * the rest.
 */
const TOPICS_A_PACKET = 100;
const PACKETS_AT_ONCE = 4;

/**
 * @param onAsked is told before each is asked for
 * @returns whether the broker has answered all of it
 */
export async function subscribeAll(
  outlet: Outlet,
  topics: readonly string[],
  onAsked: (topic: string) => void,
): Promise<boolean> {
  for (const group of chunks(topics, TOPICS_A_PACKET * PACKETS_AT_ONCE)) {
    for (const topic of group) {
      onAsked(topic);
    }
    const answers = await Promise.all(chunks(group, TOPICS_A_PACKET).map((packet) => outlet.subscribe(packet)));
    if (answers.includes(false)) {
      return false;
    }
  }
  return true;
}

export function unsubscribeAll(outlet: Outlet, topics: readonly string[]): void {
  for (const packet of chunks(topics, TOPICS_A_PACKET)) {
    outlet.unsubscribe(packet);
  }
}

function chunks<T>(list: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
