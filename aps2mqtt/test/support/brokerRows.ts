import type { Login } from '../../src/mqtt/broker/login.ts';
import { freePort, hasMosquitto, startBroker, startEmbedded, type TestBroker } from './broker.ts';
import { hasNats, hasRabbitmq, startNats, startRabbitmq } from './brokers.ts';

export interface Candidate {
  readonly isHere: boolean;
  readonly protocol: Login['protocol'];
  readonly knowsFive: boolean;
  /** What tells that `FENCED_USER` may not write somewhere; null where there is no such user. */
  readonly fence: string | null;
  /** Gives what it keeps for a wildcard, too. */
  readonly hasWildcards: boolean;
  start(): Promise<TestBroker>;
}

/** One broker for all who ask for it; it ends with the last of them. */
function shared(start: () => Promise<TestBroker>): () => Promise<TestBroker> {
  let broker: Promise<TestBroker> | null = null;
  let users = 0;
  const stop = async () => {
    users--;
    if (users === 0) {
      await (await broker)?.stop();
      broker = null;
    }
  };
  return async () => {
    users++;
    broker ??= start();
    const { port } = await broker;
    return { port, stop };
  };
}

const startMosquitto = shared(() => startBroker());

export const candidates: Record<string, Candidate> = {
  'mosquitto, 3.1.1': {
    isHere: hasMosquitto,
    protocol: '3.1.1',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: startMosquitto,
  },
  'mosquitto, 5': {
    isHere: hasMosquitto,
    protocol: '5',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: startMosquitto,
  },
  aedes: {
    isHere: true,
    protocol: '3.1.1',
    knowsFive: true,
    fence: null,
    hasWildcards: true,
    start: async () => startEmbedded(await freePort()),
  },
  RabbitMQ: {
    isHere: hasRabbitmq,
    protocol: '3.1.1',
    knowsFive: false,
    fence: 'May user "fenced" use all topics of aps2mqtt',
    hasWildcards: false,
    start: startRabbitmq,
  },
  NATS: {
    isHere: hasNats,
    protocol: '3.1.1',
    knowsFive: false,
    fence: 'The broker does not give back what was said on forbidden/a/aps/status',
    hasWildcards: true,
    start: startNats,
  },
};
