import type { Clock } from './clock.ts';
import { ecuClient } from './ecu/client.ts';
import type { EcuTransport } from './ecu/transport.ts';
import type { Logger } from './logger.ts';
import { Broker, type LoginSource } from './mqtt/broker.ts';
import { lasting, OFFLINE } from './mqtt/message.ts';
import { Publisher } from './mqtt/publisher.ts';
import { createTopics } from './mqtt/topics.ts';
import type { EcuOptions, Options } from './options/options.ts';
import { Poller } from './poller.ts';
import { FAILURES_UNTIL_AWAY, Reporter } from './reporter.ts';
import { createSchedule } from './schedule.ts';
import { Site } from './site/site.ts';

/** What the bridge needs of the world outside. */
export interface World {
  readonly clock: Clock;
  readonly log: Logger;
  readonly login: LoginSource;
  readonly transport: (ecu: EcuOptions) => EcuTransport;
}

/** Reads all ECUs, side by side, and publishes what they say. Runs until the signal; nothing else ends it. */
export async function runBridge(options: Options, world: World, signal: AbortSignal): Promise<void> {
  const { clock, log, login } = world;
  const { mqtt } = options;
  const topics = createTopics(mqtt.topicPrefix);
  const broker = new Broker(login, lasting(topics.status, OFFLINE), clock, log);
  const discovery = mqtt.discovery ? { prefix: mqtt.discoveryPrefix, isPerEntity: mqtt.discoveryPerEntity } : null;
  const settings = { topics, retain: mqtt.retain, birthTopic: mqtt.birthTopic, discovery };
  const publisher = new Publisher(broker, settings, clock, log);
  await Promise.all([
    broker.run(publisher, signal),
    publisher.run(signal),
    ...options.ecus.map((ecu) => readEcu(ecu, options, world, publisher, signal)),
  ]);
}

async function readEcu(
  ecu: EcuOptions,
  options: Options,
  world: World,
  publisher: Publisher,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = world;
  const client = ecuClient(world.transport(ecu), clock, log);
  const site = new Site({ name: ecu.name, timezone: ecu.timezone });
  const reporter = new Reporter(`${ecu.host}:${ecu.port}`, log);
  const schedule = createSchedule({ pollInterval: options.pollInterval });
  const listener = {
    onReading: (reading: Parameters<Site['take']>[0], at: Date) => {
      const before = site.ecuId;
      const snapshot = site.take(reading, at);
      if (before !== null && before !== snapshot.ecuId) {
        publisher.setAnswering(before, false);
      }
      reporter.onReading(reading);
      publisher.show(snapshot, { canRestart: false, remembersInverters: false });
      return null;
    },
    onFailure: (error: Parameters<Reporter['onFailure']>[0], failures: number) => {
      reporter.onFailure(error, failures);
      if (failures >= FAILURES_UNTIL_AWAY && site.ecuId !== null) {
        publisher.setAnswering(site.ecuId, false);
      }
    },
    onWait: () => {},
  };
  await new Poller(client, schedule, clock, log).run(listener, signal);
}
