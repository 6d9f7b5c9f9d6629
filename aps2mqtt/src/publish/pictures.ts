import { setImmediate } from 'node:timers/promises';
import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { faultOf } from '../errors.ts';
import { firstOfSeveral } from '../homeassistant/devices.ts';
import type { Logger } from '../logger.ts';
import { type BrokerClient, forgotten } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { BoardEcu } from '../roof/board.ts';
import type { Layout } from '../roof/layout.ts';
import { panelCount } from '../roof/panels.ts';
import { roofPicture } from '../roof/picture.ts';

/** What is drawn: the ECUs now, and the person's layout. */
export interface Drawn {
  readonly ecus: () => readonly BoardEcu[];
  readonly layout: () => Layout | null;
}

/** Values go first, and what comes at the same time is drawn once. */
const AFTER_MS = 1_000;
/** A picture of more panels would be too much for the broker's clients to be sent each round. */
const MOST_PANELS = 1_000;

/** Publishes the roof as a picture: one of each ECU, and one of all where there are several. */
export class Pictures {
  readonly #client: BrokerClient;
  readonly #topics: Topics;
  readonly #drawn: Drawn;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #wakeUp = new AutoResetEvent();
  /** ECUs of which something has changed. */
  readonly #changed = new Set<string>();
  /** The ECU that has the picture of all; null for none. */
  #first: string | null = null;
  /** What was said last, by topic. */
  readonly #said = new Map<string, string>();

  constructor(client: BrokerClient, topics: Topics, drawn: Drawn, clock: Clock, log: Logger) {
    this.#client = client;
    this.#topics = topics;
    this.#drawn = drawn;
    this.#clock = clock;
    this.#log = log;
  }

  /** Something of this ECU may look different. */
  note(ecuId: string): void {
    this.#changed.add(ecuId);
    this.#wakeUp.set();
  }

  /** All of them may, as with another layout; or the broker may know none. */
  noteAll(): void {
    this.#said.clear();
    for (const { id } of this.#drawn.ecus()) {
      this.#changed.add(id);
    }
    this.#wakeUp.set();
  }

  /** Ends with the signal. A fault of ours costs a picture, never the program. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#wakeUp.wait(signal);
      await this.#clock.sleep(AFTER_MS, signal).catch(() => {});
      if (!signal.aborted) {
        await this.#sayChanged().catch((error: unknown) => this.#log.error(faultOf(error)));
      }
    }
  }

  async #sayChanged(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const ecus = this.#drawn.ecus();
    for (const id of changed) {
      const ecu = ecus.find((one) => one.id === id);
      // One that is gone is shown no more; its topic is emptied where it is removed.
      if (ecu !== undefined) {
        this.#say(this.#topics.picture(id), [ecu]);
        // Polls go on between two pictures.
        await setImmediate();
      }
    }
    if (changed.length > 0) {
      this.#sayAll(ecus);
    }
  }

  #sayAll(ecus: readonly BoardEcu[]): void {
    const first = firstOfSeveral(ecus.map(({ id }) => id));
    if (this.#first !== null && this.#first !== first) {
      const topic = this.#topics.pictureOfAll(this.#first);
      this.#said.delete(topic);
      this.#client.publish(forgotten(topic));
    }
    this.#first = first;
    if (first !== null) {
      this.#say(this.#topics.pictureOfAll(first), ecus);
    }
  }

  #say(topic: string, ecus: readonly BoardEcu[]): void {
    const panels = ecus.flatMap(({ inverters }) => inverters).reduce((sum, { state }) => sum + panelCount(state), 0);
    if (panels > MOST_PANELS) {
      return;
    }
    const payload = roofPicture(this.#drawn.layout(), ecus, 'auto');
    if (this.#said.get(topic) !== payload) {
      this.#said.set(topic, payload);
      this.#client.publish({ topic, payload, qos: 0, retain: true });
    }
  }
}
