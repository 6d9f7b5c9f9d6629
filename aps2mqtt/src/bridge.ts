import { Alarms } from './alarms/alarms.ts';
import type { Clock } from './clock.ts';
import { createCommandHandler } from './commandHandler.ts';
import type { EcuTransport } from './ecu/transport.ts';
import { messageOf } from './errors.ts';
import { createFinder } from './finding/finder.ts';
import type { FinderWorld } from './finding/lookout.ts';
import type { History } from './history/history.ts';
import { roundsInto } from './history/roundsInto.ts';
import { ecuEntities, inverterEntities } from './homeassistant/entities.ts';
import { valuesOf } from './homeassistant/entity.ts';
import type { Language } from './language.ts';
import type { Logger } from './logger.ts';
import { FirstRounds } from './monitor/firstRounds.ts';
import { createHeartbeat } from './monitor/heartbeat.ts';
import { Monitors } from './monitor/monitors.ts';
import { Registry } from './monitor/registry.ts';
import type { SideTransports } from './monitor/sides.ts';
import { addressOf } from './monitor/source.ts';
import { Broker } from './mqtt/broker/connection.ts';
import type { LoginSource } from './mqtt/broker/login.ts';
import { createTopics, type Topics } from './mqtt/contract/topics.ts';
import { allNames } from './options/names.ts';
import type { EcuOptions, MqttOptions, Options, Position } from './options/options.ts';
import { type PageWorld, runPage } from './page.ts';
import { lastWord } from './publish/availability.ts';
import { Pictures } from './publish/pictures.ts';
import { Publisher } from './publish/publisher.ts';
import { Board } from './roof/board.ts';
import { layoutSides } from './roof/layoutSides.ts';
import type { LayoutStore } from './roof/layoutStore.ts';
import { fanOut } from './site/fanOut.ts';
import type { RoundOutput } from './site/output.ts';
import { savedFirst } from './site/savedFirst.ts';
import type { SavedState } from './site/savedState.ts';
import type { EcuSnapshot } from './site/snapshot.ts';
import type { StateStore } from './site/stateStore.ts';

/** What the bridge needs of the world outside. */
export interface World {
  readonly clock: Clock;
  readonly log: Logger;
  readonly login: LoginSource;
  readonly transport: (ecu: EcuOptions) => EcuTransport;
  readonly restart: (ecu: EcuOptions, signal: AbortSignal) => Promise<void>;
  readonly sideTransports: SideTransports;
  readonly store: StateStore;
  readonly history: History;
  readonly layouts: LayoutStore;
  readonly page: PageWorld;
  /** How ECUs are looked for, and where. */
  readonly scan: FinderWorld['scan'];
  readonly home: FinderWorld['home'];
  /** Home Assistant's own position, where nobody typed one; null where there is no Home Assistant to ask. */
  readonly findPosition: ((signal: AbortSignal) => Promise<Position | null>) | null;
  /** Home Assistant's own language, where nobody typed one; null where there is no Home Assistant to ask. */
  readonly findLanguage: ((signal: AbortSignal) => Promise<Language>) | null;
}

/** Two answers of one ECU within this, at two addresses, are no move. */
const LONGEST_TURN_MS = 15 * 60_000;

/** Reads all ECUs, side by side, and publishes what they say. Runs until the signal; nothing else ends it. */
export async function runBridge(options: Options, world: World, signal: AbortSignal): Promise<void> {
  const { clock, log, store, history } = world;
  const topics = createTopics(options.mqtt.topicPrefix);
  const saved = await store.load();
  const broker = new Broker(world.login, lastWord(topics), clock, log);
  // Unknown only while Home Assistant is away, who would be the one to read the names.
  let language = options.language ?? (world.findLanguage === null ? 'en' : null);
  const settings = { ...publisherSettings(options.mqtt, topics, saved), language: () => language };
  const publisher = new Publisher(broker, settings, clock, log);
  const heartbeat = createHeartbeat(options.heartbeatFile, clock, log);
  const firstRounds = new FirstRounds(options.mqtt.discovery ? 'Home Assistant' : 'The broker', log);
  let position = options.position;

  const { pollInterval, stopAtNight } = options;
  const { ecus } = options;
  const turnMs = Math.max(LONGEST_TURN_MS, 3_000 * (pollInterval ?? 0));
  const keeper = {
    save: ({ ecus: known }: SavedState) => store.save({ ecus: known, publication: publisher.publication }),
  };
  await world.layouts.load();
  const drawn = { ecus: () => board.ecus(), layout: () => world.layouts.layout };
  const pictures = options.mqtt.picture ? new Pictures(broker, topics, drawn, clock, log) : null;
  const board = new Board(clock, statesOf, (ecuId) => pictures?.note(ecuId));
  const output = savedFirst(fanOut([publisher, board]), store, clock, log);
  const sides = layoutSides(() => world.layouts.layout);
  const judgingBy = { history, sides: sides.now, language: () => language ?? 'en' };
  const alarms = new Alarms(output, judgingBy, clock, log);
  const rounds = roundsInto(history);
  const roundOutputs: RoundOutput = {
    onRound(snapshot, round) {
      rounds.onRound(snapshot, round);
      alarms.onRound(snapshot, round);
    },
  };
  const registry = new Registry(saved, turnMs, alarms, roundOutputs, keeper, log, clock.now());
  const monitorWorld = {
    clock,
    log,
    heartbeat,
    firstRounds,
    watching: board,
    restart: world.restart,
    sideTransports: world.sideTransports,
    pollInterval,
    nightPosition: () => (stopAtNight ? position : null),
    onLost: () => finder.wake(),
  };
  const monitors = new Monitors(world.transport, registry, monitorWorld, signal);
  const finder = createFinder(options.searches, monitors, world);

  const onCommand = createCommandHandler({ topics, registry, monitors, client: broker, log });
  const listener = {
    onConnect: () => {
      publisher.onConnect();
      pictures?.noteAll();
      void broker.subscribe(topics.commands);
      firstRounds.onConnect();
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
        log.warn(
          'Home Assistant knows no position, so there is no rest at night: ' +
            `set ${allNames('latitude')} and ${allNames('longitude')}`,
        );
      }
    }
  }

  async function learnLanguage(): Promise<void> {
    if (language === null && world.findLanguage !== null) {
      language = await world.findLanguage(signal);
      publisher.onLanguage();
      alarms.onLanguage();
    }
  }
  const pageSources = {
    board,
    layouts: world.layouts,
    history,
    onLayout: () => {
      pictures?.noteAll();
      if (sides.haveChanged()) {
        alarms.onSides();
      }
    },
    latest: (ecuId: string) => monitors.find(ecuId)?.latest ?? new Map(),
    addressOf: (ecuId: string) => registry.ownerOf(ecuId),
  };

  for (const ecu of ecus) {
    monitors.read({ ecu, typed: addressOf(ecu), ecuId: null });
  }
  await Promise.all([
    broker.run(listener, signal),
    publisher.run(signal),
    pictures?.run(signal),
    heartbeat.run(signal),
    history.start(clock.now()).then(() => alarms.run(signal)),
    runPage(options.http, world.page, pageSources, clock, log, signal),
    learnPosition().catch((error: unknown) => log.debug(`no position: ${messageOf(error)}`)),
    finder.run(signal),
    learnLanguage().catch((error: unknown) => log.debug(`no language: ${messageOf(error)}`)),
  ]);
  await monitors.settled();
  await store.settled();
  await history.settled();
}

function statesOf(snapshot: EcuSnapshot) {
  return {
    ecu: valuesOf(snapshot, ecuEntities(snapshot)),
    inverters: snapshot.inverters.map((inverter) => ({
      id: inverter.id,
      state: valuesOf(inverter, inverterEntities(inverter)),
    })),
  };
}

function publisherSettings(mqtt: MqttOptions, topics: Topics, saved: SavedState) {
  const { retain, picture, birthTopic, discovery, discoveryPrefix: prefix, discoveryPerEntity: isPerEntity } = mqtt;
  return { topics, retain, picture, birthTopic, discovery: discovery ? { prefix, isPerEntity } : null, saved };
}
