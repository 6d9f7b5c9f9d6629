import { maskedCapture } from './capture/captured.ts';
import type { Clock } from './clock.ts';
import type { EcuTransport } from './ecu/transport.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';
import { createHeartbeat } from './monitor/heartbeat.ts';
import { Monitors } from './monitor/monitors.ts';
import { Registry } from './monitor/registry.ts';
import { Broker, type LoginSource } from './mqtt/broker.ts';
import { parseCommand } from './mqtt/commands.ts';
import { lasting, OFFLINE } from './mqtt/message.ts';
import { createTopics, type Topics } from './mqtt/topics.ts';
import type { EcuOptions, MqttOptions, Options, Position } from './options/options.ts';
import { Publisher } from './publish/publisher.ts';
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
}

/** Two answers of one ECU within this, at two addresses, are no move. */
const LONGEST_TURN_MS = 15 * 60_000;

/** Reads all ECUs, side by side, and publishes what they say. Runs until the signal; nothing else ends it. */
export async function runBridge(options: Options, world: World, signal: AbortSignal): Promise<void> {
  const { clock, log, store } = world;
  const topics = createTopics(options.mqtt.topicPrefix);
  const broker = new Broker(world.login, lasting(topics.status, OFFLINE), clock, log);
  const publisher = new Publisher(broker, publisherSettings(options.mqtt, topics), clock, log);
  const heartbeat = createHeartbeat(options.heartbeatFile, clock, log);
  let position = options.position;

  const { pollInterval, stopAtNight } = options;
  const { ecus } = options;
  const turnMs = Math.max(LONGEST_TURN_MS, 3_000 * (pollInterval ?? 0));
  const registry = new Registry(await store.load(), turnMs, publisher, store, log, clock.now());
  const monitors = new Monitors(world.transport, registry, {
    clock,
    log,
    heartbeat,
    restart: world.restart,
    pollInterval,
    nightPosition: () => (stopAtNight ? position : null),
  });

  function onCommand(topic: string, payload: string): void {
    const command = parseCommand(topic, payload, topics);
    const monitor = command === null ? undefined : monitors.find(command.ecuId);
    switch (command?.kind) {
      case 'refresh':
        monitor?.refresh();
        break;
      case 'restart':
        monitor?.restart();
        break;
      case 'remove':
        tellRemoved(`inverter ${command.inverterId}`, registry.removeInverter(command.ecuId, command.inverterId));
        break;
      case 'removeEcu':
        if (monitor === undefined) {
          tellRemoved(`ECU ${command.ecuId}`, registry.remove(command.ecuId));
        } else {
          log.warn(`ECU ${command.ecuId} is not removed: take it out of the options first`);
        }
        break;
      case 'capture':
        capture(command.ecuId, monitor?.latest ?? new Map());
    }
  }

  function tellRemoved(what: string, wasKnown: boolean): void {
    const doubt = ', which nobody knew: it is cleared from the broker all the same. Is the number right?';
    log.info(`Removed ${what}${wasKnown ? '' : doubt}`);
  }

  /** For a bug report, without a shell: to MQTT and to the log. */
  function capture(ecuId: string, replies: ReadonlyMap<string, Buffer>): void {
    if (replies.size === 0) {
      log.warn(`Nothing to capture: no ECU ${ecuId} has answered since the start`);
      return;
    }
    const captured = JSON.stringify(maskedCapture(replies));
    broker.publish({ topic: topics.captured(ecuId), payload: captured, qos: 0, retain: false });
    // A person asked for it, whatever the log's level is.
    log.warn(`Capture with masked serial numbers, for a bug report: ${captured}`);
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
    ...ecus.map((ecu) => monitors.watch(ecu, signal)),
  ]);
  await store.settled();
}

function publisherSettings(mqtt: MqttOptions, topics: Topics) {
  const { retain, birthTopic, discovery, discoveryPrefix: prefix, discoveryPerEntity: isPerEntity } = mqtt;
  return { topics, retain, birthTopic, discovery: discovery ? { prefix, isPerEntity } : null };
}
