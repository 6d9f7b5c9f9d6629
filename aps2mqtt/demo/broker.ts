import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connectAsync } from 'mqtt';

/** A broker in this process, on a free port of loopback, and all that it was told. */
export interface HeardBroker {
  readonly port: number;
  /** The newest payload of each topic. */
  readonly payloads: ReadonlyMap<string, string>;
  onMessage(listener: (topic: string) => void): void;
  /** Resolves as soon as `isDone`, which is asked with every message. */
  until(isDone: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<HeardBroker> {
  // The broker's package is made of ES modules only, and this becomes a CommonJS file.
  const { Aedes } = await import('aedes');
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const payloads = new Map<string, string>();
  const listeners = new Set<(topic: string) => void>();
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  client.on('message', (topic, payload) => {
    payloads.set(topic, payload.toString());
    for (const listener of listeners) {
      listener(topic);
    }
  });
  await client.subscribeAsync('#');

  return {
    port,
    payloads,
    onMessage: (listener) => {
      listeners.add(listener);
    },
    until: (isDone) =>
      new Promise((resolve) => {
        const listener = () => {
          if (isDone()) {
            listeners.delete(listener);
            resolve();
          }
        };
        listeners.add(listener);
        listener();
      }),
    async stop() {
      await client.endAsync(true);
      await new Promise<void>((resolve) => broker.close(resolve));
      server.close();
    },
  };
}
