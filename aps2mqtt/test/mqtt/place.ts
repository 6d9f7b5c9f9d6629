import { setMaxListeners } from 'node:events';
import type { TestContext } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { Broker } from '../../src/mqtt/broker/connection.ts';
import type { Login } from '../../src/mqtt/broker/login.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';
import { lastWord } from '../../src/publish/availability.ts';
import { Publisher, type PublisherSettings } from '../../src/publish/publisher.ts';
import { type Ear, listen } from '../support/broker.ts';
import type { Candidate } from '../support/brokerRows.ts';
import { loginAt } from '../support/login.ts';
import { recordingLog } from '../support/logs.ts';
import { ECU, FOUR_INVERTERS, snapshotOf } from '../support/snapshots.ts';
import { until } from '../support/until.ts';

/** Ten times as fast: pauses for Home Assistant's sake need not take their time here. */
const hasty: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 10, signal) };
export const snapshot = await snapshotOf(FOUR_INVERTERS);
export const IDS = [ECU, ...snapshot.inverters.map(({ id }) => id)];
export const DS3 = '704000000011';
export const OFFLINE_ONE = '704000000014';

let count = 0;

/** An instance of the program's MQTT side, under a prefix of its own. */
export class Instance {
  readonly prefix: string;
  readonly topics: ReturnType<typeof createTopics>;
  readonly publisher: Publisher;
  readonly broker: Broker;
  readonly recording = recordingLog();
  readonly heard: { readonly topic: string; readonly payload: string }[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(login: Login, prefix: string, more: Partial<PublisherSettings> = {}) {
    this.prefix = prefix;
    this.topics = createTopics(prefix);
    setMaxListeners(0, this.#stop.signal);
    const { log } = this.recording;
    this.broker = new Broker(async () => login, lastWord(this.topics), hasty, log);
    const settings: PublisherSettings = {
      topics: this.topics,
      retain: false,
      birthTopic: `${prefix}/homeassistant/status`,
      discovery: { prefix: `${prefix}/homeassistant`, isPerEntity: false },
      ...more,
    };
    this.publisher = new Publisher(this.broker, settings, hasty, log);
    const listener = {
      onConnect: () => {
        this.publisher.onConnect();
        void this.broker.subscribe(this.topics.commands);
      },
      onMessage: (topic: string, payload: string, isRetained: boolean) => {
        this.heard.push({ topic, payload });
        this.publisher.onMessage(topic, payload, isRetained);
      },
    };
    this.#running = Promise.all([this.broker.run(listener, this.#stop.signal), this.publisher.run(this.#stop.signal)]);
  }

  show(isAnswering = true): this {
    this.publisher.show(snapshot, { canRestart: false }, isAnswering);
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

/** A part of a broker that nobody else uses, so that tests go on side by side. */
export class Place {
  readonly ear: Ear;
  /** Where an instance is, unless told. */
  readonly prefix: string;
  readonly #candidate: Candidate;
  readonly #port: number;
  readonly #instances: Instance[] = [];
  readonly #ears: Ear[];

  private constructor(candidate: Candidate, port: number, prefix: string, ear: Ear) {
    this.#candidate = candidate;
    this.#port = port;
    this.prefix = prefix;
    this.ear = ear;
    this.#ears = [ear];
  }

  /** For one test. */
  static async open(
    candidate: Candidate,
    port: number,
    { onTestFinished }: TestContext,
    root = `t${process.pid}-${++count}`,
  ): Promise<Place> {
    const ear = await listen(port, {}, [`${root}/#`]);
    const place = new Place(candidate, port, `${root}/a`, ear);
    onTestFinished(async () => {
      await Promise.all(place.#instances.map((one) => one.stop()));
      await Promise.all(place.#ears.map((one) => one.close()));
    });
    return place;
  }

  login(more: Partial<Login> = {}): Login {
    const { protocol } = this.#candidate;
    return loginAt('127.0.0.1', this.#port, { protocol, clientId: `c${++count}`, ...more });
  }

  run(more: Partial<PublisherSettings> = {}, as: Login = this.login(), prefix = this.prefix): Instance {
    const instance = new Instance(as, prefix, more);
    this.#instances.push(instance);
    return instance;
  }

  config(id: string): string {
    return configTopic(this.prefix, id);
  }

  /** All devices have been announced. */
  announced(from = 0, prefix = this.prefix): Promise<boolean> {
    return until('all devices', () => {
      const said = this.ear.all.slice(from);
      return IDS.every((id) =>
        said.some(({ topic, payload }) => topic === configTopic(prefix, id) && isDevice(payload)),
      );
    });
  }

  rounds(topic: string, from: number): number {
    return this.ear.all.slice(from).filter((one) => one.topic === topic).length;
  }

  /**
   * What the broker keeps, asked for by exact topics. A message that is known to be kept is the last of them, and asked for
   * once more behind: some brokers answer side by side (aedes), and some begin with the last topic (RabbitMQ).
   */
  async kept(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const fence = `${this.prefix}/fence`;
    await this.ear.client.publishAsync(fence, 'x', { qos: 1, retain: true });
    // With `resubscribe` MQTT.js leaves out what it has subscribed.
    const asking = { clientId: `late${++count}`, resubscribe: false };
    const late = await listen(this.#port, asking, [...topics, fence]);
    this.#ears.push(late);
    await late.client.subscribeAsync(fence, { qos: 1 });
    const found = () => late.all.filter(({ retain }) => retain);
    await until('all that is kept', () => found().filter(({ topic }) => topic === fence).length === 2);
    return new Map(
      found()
        .filter(({ topic }) => topic !== fence)
        .map(({ topic, payload }) => [topic, payload]),
    );
  }
}

export const configTopic = (prefix: string, id: string) => `${prefix}/homeassistant/device/aps_${id}/config`;
export const isDevice = (payload: string) => payload.includes('"origin"');
