export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** All that those who publish need of the broker. What is asked of it while there is no connection is dropped. */
export interface BrokerClient {
  readonly isConnected: boolean;
  publish(message: Message): void;
  /**
   * Hears these topic filters until the connection ends.
   *
   * @returns when the broker has answered: false where the connection ended before that. What it refuses is told
   */
  subscribe(filters: readonly string[]): Promise<boolean>;
  unsubscribe(filters: readonly string[]): void;
}

export const ONLINE = 'online';
export const OFFLINE = 'offline';

/** Availability and discovery: kept by the broker and delivered for sure. */
export function lasting(topic: string, payload: string): Message {
  return { topic, payload, qos: 1, retain: true };
}

/** Makes the broker forget what it keeps on a topic. */
export function forgotten(topic: string): Message {
  return lasting(topic, '');
}
