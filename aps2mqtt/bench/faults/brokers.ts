import type { MqttClient } from 'mqtt';
import { type BrokerSettings, type Ear, listen, type TestBroker } from '../../test/support/broker.ts';
import { type BrokerWire, startWire } from '../../test/support/brokerWire.ts';
import { startBroker } from '../running.ts';
import { soon } from './soon.ts';
import type { Ground } from './trial.ts';

/** A broker that can be put in another's place, on the same port, and an ear that finds its way to both. */
export interface OwnBroker {
  readonly ground: Ground;
  /** Ends it. Then one with other settings takes its place, which keeps nothing of what the first one kept. */
  replace(settings?: BrokerSettings): Promise<void>;
  /** Resolves when the ear is back at the broker. */
  earBack(): Promise<void>;
  stop(): Promise<void>;
}

type EarOptions = NonNullable<Parameters<typeof listen>[1]>;
/** ms. */
const EAR_PATIENCE = 30_000;

export async function ownBroker(settings: BrokerSettings = {}, earOptions: EarOptions = {}): Promise<OwnBroker> {
  let broker: TestBroker = await startBroker(settings);
  const { port } = broker;
  const ear = await listen(port, earOptions);
  let subscriptions = 0;
  ear.client.on('packetreceive', ({ cmd }) => {
    subscriptions += cmd === 'suback' ? 1 : 0;
  });
  let wanted = 0;
  return {
    ground: { port, ear },
    async replace(more = {}) {
      wanted = subscriptions + 1;
      await broker.stop();
      broker = await startBroker({ ...more, port });
    },
    earBack: async () => {
      await soon('the ear', () => subscriptions >= wanted, EAR_PATIENCE);
    },
    async stop() {
      await ear.close();
      await broker.stop();
    },
  };
}

/** Lies between a program and a broker, to be cut. */
export function wireTo({ port }: Ground): Promise<BrokerWire> {
  return startWire(port, { onPublish() {}, onConnected() {}, onDelivered() {} });
}

/** Whether a broker keeps all that a Home Assistant needs that starts now: who is there, and what they have. */
export async function isAnnounced({ port }: Ground, prefix: string, ids: readonly string[]): Promise<boolean> {
  const ear: Ear = await listen(port);
  try {
    const kept = await whatIsKept(ear.client, ear);
    const topics = [...kept.keys()].filter((topic) => topic.startsWith(`${prefix}-discovery/`));
    return (
      kept.get(`${prefix}/aps/status`) === 'online' && ids.every((id) => topics.some((topic) => topic.includes(id)))
    );
  } finally {
    await ear.close();
  }
}

/** A second subscription: its answer comes behind all that is kept. */
async function whatIsKept(client: MqttClient, { last }: Ear): Promise<ReadonlyMap<string, string>> {
  await client.subscribeAsync('#', { qos: 1 });
  return new Map([...last].filter(([, payload]) => payload !== ''));
}
