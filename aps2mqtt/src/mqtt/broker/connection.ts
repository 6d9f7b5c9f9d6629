import type MqttClient from 'mqtt/lib/client';
import { hostAndPort } from '../../address.ts';
import { AutoResetEvent } from '../../autoResetEvent.ts';
import type { Clock } from '../../clock.ts';
import { faultOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { BrokerClient, Message } from '../contract/message.ts';
import type { Login, LoginSource } from './login.ts';
import { Outbox } from './outbox.ts';
import { BrokerError, describeLoss } from './problems.ts';
import { Refusals } from './refusals.ts';
import { openSession, type Session } from './session.ts';

export interface BrokerListener {
  /** A new connection stands: whatever was said before is to be said again. */
  onConnect(): void;
  /**
   * @param payload cut where it is longer than any of ours
   * @param isRetained the broker kept it from before; it was not said now
   */
  onMessage(topic: string, payload: string, isRetained: boolean): void;
}

/** ms between attempts: the first comes fast, later ones spare the broker. */
const RETRY_MS = [1_000, 2_000, 4_000, 5_000];
const RETRY_REFUSED_MS = 5_000;
/** A connection that lasts so long is a good one. */
const SETTLED_MS = 60_000;
/** After so many brief connections in a row nobody wants to read of each. */
const FLAPPING = 3;
const RETRY_FLAPPING_MS = 30_000;
/** ms for the last word; the process has 2 s in all. */
const FAREWELL_MS = 1_000;
/** Bytes. Whoever puts a film on a topic of ours shall not make us grow. */
const LONGEST_PAYLOAD = 256 * 1024;

/**
 * The connection to the broker, kept up for ever. Its last word is said before a clean end, and by the broker after any
 * other; what is published while there is no connection is dropped, since everything is said again then.
 */
export class Broker implements BrokerClient {
  readonly #login: LoginSource;
  readonly #lastWord: Message;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #refusals: Refusals;
  #client: MqttClient | null = null;
  #outbox: Outbox | null = null;
  /** Connections in a row that ended at once. */
  #brief = 0;
  /** The last trouble that was logged, so that each is told once. */
  #told: string | null = null;

  constructor(login: LoginSource, lastWord: Message, clock: Clock, log: Logger) {
    this.#login = login;
    this.#lastWord = lastWord;
    this.#clock = clock;
    this.#log = log;
    this.#refusals = new Refusals(log);
  }

  get isConnected(): boolean {
    return this.#client !== null;
  }

  async subscribe(filters: readonly string[]): Promise<boolean> {
    const client = this.#client;
    if (client === null) {
      return false;
    }
    try {
      await client.subscribeAsync([...filters], { qos: 0 });
    } catch (error) {
      if (this.#client === client) {
        this.#refusals.onSubscription(filters, error);
      }
    }
    return this.#client === client;
  }

  unsubscribe(filters: readonly string[]): void {
    this.#client?.unsubscribe([...filters], {}, (error) => {
      if (error) {
        this.#log.debug(`still hear ${filters.join(', ')}: ${error.message}`);
      }
    });
  }

  publish(message: Message): void {
    this.#outbox?.send(message);
  }

  /** Returns after the signal, when the last word has been said and the connection is closed. */
  async run(listener: BrokerListener, signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      let isRefused = false;
      try {
        const login = await this.#login(signal);
        const session = await openSession(login, this.#lastWord, signal);
        await this.#hold(session, login, listener, signal);
        attempt = this.#brief === 0 ? 0 : attempt;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#tell(messageOf(error));
        isRefused = error instanceof BrokerError && error.isLoginRefused;
      }
      const usual = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0;
      attempt++;
      const wait = isRefused ? RETRY_REFUSED_MS : this.#brief > FLAPPING ? RETRY_FLAPPING_MS : usual;
      await this.#clock.sleep(wait, signal).catch(() => {});
    }
  }

  async #hold(session: Session, login: Login, listener: BrokerListener, signal: AbortSignal): Promise<void> {
    const { client, end } = session;
    const ended = new AutoResetEvent();
    if (end.isClosed) {
      ended.set();
    }
    client.once('close', () => ended.set());
    client.on('message', (topic, payload, { retain }) => {
      try {
        listener.onMessage(topic, payload.toString('utf8', 0, LONGEST_PAYLOAD), retain);
      } catch (error) {
        this.#log.error(`${topic}: ${faultOf(error)}`);
      }
    });
    this.#client = client;
    this.#refusals.onConnect(login);
    const outbox = new Outbox(session, this.#clock, (message, error) => this.#refusals.onUndelivered(message, error));
    this.#outbox = outbox;
    const isFlapping = this.#brief >= FLAPPING;
    this.#welcome(login, !isFlapping);
    listener.onConnect();

    await ended.sleep(SETTLED_MS, this.#clock, signal);
    this.#brief = end.isClosed ? this.#brief + 1 : 0;
    if (!end.isClosed && !signal.aborted) {
      this.#welcome(login, isFlapping);
      await ended.wait(signal);
    }
    this.#client = null;
    this.#outbox = null;
    outbox.close();
    if (signal.aborted) {
      await this.#sayFarewell(client);
      return;
    }
    client.end(true);
    this.#tell(describeLoss({ reasonCode: end.reasonCode, isAgain: this.#brief >= FLAPPING }, login));
  }

  #welcome({ host, port }: Login, isTold: boolean): void {
    if (isTold) {
      this.#told = null;
      this.#log.info(`Connected to the broker at ${hostAndPort(host, port)}`);
    }
  }

  /** The last word, then a clean DISCONNECT; a broker that does not answer in time says it as our will instead. */
  async #sayFarewell(client: MqttClient): Promise<void> {
    const { topic, payload, qos, retain } = this.#lastWord;
    const said = client.publishAsync(topic, payload, { qos, retain }).then(() => client.endAsync());
    const deadline = new AbortController();
    const late = this.#clock.sleep(FAREWELL_MS, deadline.signal);
    await Promise.race([said, late]).catch((error: unknown) => this.#log.debug(`no farewell: ${messageOf(error)}`));
    deadline.abort();
    late.catch(() => {});
    client.end(true);
  }

  #tell(trouble: string): void {
    if (trouble === this.#told) {
      this.#log.debug(trouble);
      return;
    }
    this.#told = trouble;
    this.#log.warn(`${trouble}${/[.?!]$/.test(trouble) ? '' : '.'} Trying again until it works`);
  }
}
