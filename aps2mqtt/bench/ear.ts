import { connectAsync } from 'mqtt';

/** Hears the states (not the discovery) that come to the broker. */
export interface Ear {
  /** @returns what ends it */
  onMessage(listener: (topic: string, at: number) => void): () => void;
  close(): Promise<void>;
}

/** @param filter MQTT topic filter */
export async function listen(port: number, filter: string): Promise<Ear> {
  const listeners = new Set<(topic: string, at: number) => void>();
  const client = await connectAsync({ host: '127.0.0.1', port, protocol: 'mqtt' });
  client.on('message', (topic) => {
    const at = performance.now();
    for (const listener of listeners) {
      listener(topic, at);
    }
  });
  await client.subscribeAsync(filter);
  return {
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => client.endAsync(true),
  };
}
