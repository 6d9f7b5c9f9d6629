import type { Clock } from './clock.ts';
import type { EcuTransport } from './ecu/transport.ts';
import { addressOf, EcuMonitor } from './ecuMonitor.ts';
import { messageOf } from './errors.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Logger } from './logger.ts';
import { Broker, type LoginSource } from './mqtt/broker.ts';
import { parseCommand } from './mqtt/commands.ts';
import { lasting, OFFLINE } from './mqtt/message.ts';
import { Publisher } from './mqtt/publisher.ts';
import { createTopics, type Topics } from './mqtt/topics.ts';
import type { EcuOptions, MqttOptions, Options, Position } from './options/options.ts';
import type { SavedEcu } from './site/savedState.ts';
import type { StateStore } from './site/stateStore.ts';

/** What the bridge needs of the world outside. */
export interface World {
  readonly clock: Clock;
  readonly log: Logger;
  readonly login: LoginSource;
  readonly transport: (ecu: EcuOptions) => EcuTransport;
  readonly restart: (ecu: EcuOptions, signal: AbortSignal) => Promise<void>;
  readonly store: StateStore;
  /** Home Assistant's own position, where nobody typed one; null where there is no Home Assistant to ask. */
  readonly findPosition: ((signal: AbortSignal) => Promise<Position | null>) | null;
  /** Touched while all is well; null for no such file. */
  readonly heartbeatFile: string | null;
}

/** Reads all ECUs, side by side, and publishes what they say. Runs until the signal; nothing else ends it. */
export async function runBridge(options: Options, world: World, signal: AbortSignal): Promise<void> {
  const { clock, log, store } = world;
  const topics = createTopics(options.mqtt.topicPrefix);
  const broker = new Broker(world.login, lasting(topics.status, OFFLINE), clock, log);
  const publisher = new Publisher(broker, publisherSettings(options.mqtt, topics), clock, log);
  const heartbeat = createHeartbeat(world.heartbeatFile, clock, log);
  const { ecus: savedEcus } = await store.load();
  let position = options.position;

  const around = {
    clock,
    log,
    publisher,
    heartbeat,
    pollInterval: options.pollInterval,
    nightPosition: () => (options.stopAtNight ? position : null),
    recall: (ecuId: string) => savedEcus.find((saved) => saved.ecuId === ecuId) ?? null,
    restart: world.restart,
    onChange: () => void store.save({ ecus: allSaved() }),
  };
  const monitors = options.ecus.map((ecu) => {
    const saved = savedEcus.find(({ address }) => address === addressOf(ecu)) ?? null;
    return new EcuMonitor(ecu, world.transport(ecu), saved, around);
  });

  /** Of the ECUs that are read now, and of those that somebody may put back into the options. */
  function allSaved(): readonly SavedEcu[] {
    const current = monitors.map((monitor) => monitor.saved()).filter((saved) => saved !== null);
    const ids = new Set(current.map(({ ecuId }) => ecuId));
    return [...current, ...savedEcus.filter(({ ecuId }) => !ids.has(ecuId))];
  }

  function onCommand(topic: string, payload: string): void {
    const command = parseCommand(topic, payload, topics);
    const monitor = monitors.find(({ ecuId }) => ecuId === command?.ecuId);
    if (command === null || monitor === undefined) {
      return;
    }
    switch (command.kind) {
      case 'refresh':
        monitor.refresh();
        break;
      case 'restart':
        monitor.restart();
        break;
      case 'remove':
        monitor.remove(command.inverterId);
    }
  }

  const listener = {
    onConnect: () => {
      broker.subscribe(topics.commands);
      publisher.onConnect();
    },
    onMessage: (topic: string, payload: string, isRetained: boolean) => {
      publisher.onMessage(topic, payload, isRetained);
      // A command that the broker kept was meant for another day.
      if (!isRetained) {
        onCommand(topic, payload);
      }
    },
  };

  async function learnPosition(): Promise<void> {
    if (options.stopAtNight && position === null && world.findPosition !== null) {
      position = await world.findPosition(signal);
      if (position === null) {
        log.warn('Home Assistant knows no position, so there is no rest at night: set latitude and longitude');
      }
    }
  }

  await Promise.all([
    broker.run(listener, signal),
    publisher.run(signal),
    heartbeat.run(signal),
    learnPosition().catch((error: unknown) => log.debug(`no position: ${messageOf(error)}`)),
    ...monitors.map((monitor) => monitor.run(signal)),
  ]);
}

function publisherSettings(mqtt: MqttOptions, topics: Topics) {
  const { retain, birthTopic, discovery, discoveryPrefix: prefix, discoveryPerEntity: isPerEntity } = mqtt;
  return { topics, retain, birthTopic, discovery: discovery ? { prefix, isPerEntity } : null };
}
