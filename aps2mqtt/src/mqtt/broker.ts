import type MqttClient from 'mqtt/lib/client';
import { hostAndPort } from '../address.ts';
import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import { codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { bothNames } from '../options/python.ts';
import { BrokerError } from './brokerProblem.ts';
import { type Message, ONLINE, type Outlet } from './message.ts';
import { Outbox } from './outbox.ts';
import { type Login, openSession, type Session } from './session.ts';

/** Finds the login for the next connection. */
export type LoginSource = (signal: AbortSignal) => Promise<Login>;

export interface BrokerListener {
  /** A new connection stands: whatever was said before is to be said again. */
  onConnect(): void;
  /** @param isRetained the broker kept it from before; it was not said now */
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
/** MQTT 5's reason code for a topic that a user may not write to. */
const NOT_AUTHORIZED = '135';
/** ms for the last word; the process has 2 s in all. */
const FAREWELL_MS = 1_000;

/**
 * The connection to the broker, kept up for ever. Says `online` on the will's topic by each connect and `offline`
 * before a clean end; what is published while there is no connection is dropped, since everything is said again then.
 */
export class Broker implements Outlet {
  readonly #login: LoginSource;
  readonly #will: Message;
  readonly #clock: Clock;
  readonly #log: Logger;
  #client: MqttClient | null = null;
  #outbox: Outbox | null = null;
  /** Connections in a row that ended at once. */
  #brief = 0;
  #isForbiddenTold = false;
  /** The last trouble that was logged, so that each is told once. */
  #told: string | null = null;

  constructor(login: LoginSource, will: Message, clock: Clock, log: Logger) {
    this.#login = login;
    this.#will = will;
    this.#clock = clock;
    this.#log = log;
  }

  subscribe(filters: readonly string[]): void {
    this.#client?.subscribe([...filters], { qos: 0 }, (error) => this.#regret('cannot hear', filters, error));
  }

  unsubscribe(filters: readonly string[]): void {
    this.#client?.unsubscribe([...filters], {}, (error) => this.#regret('still hear', filters, error ?? null));
  }

  publish(message: Message): void {
    this.#outbox?.send(message);
  }

  /** Returns after the signal, when `offline` has been said and the connection is closed. */
  async run(listener: BrokerListener, signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      let isRefused = false;
      try {
        const login = await this.#login(signal);
        const session = await openSession(login, this.#will, signal);
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
    const { client, receiveMaximum } = session;
    const ended = new Bell();
    let isOpen = true;
    client.once('close', () => {
      isOpen = false;
      ended.ring();
    });
    client.on('message', (topic, payload, { retain }) => {
      try {
        listener.onMessage(topic, payload.toString('utf8'), retain);
      } catch (error) {
        this.#log.error(`${topic}: internal fault: ${messageOf(error)}`);
      }
    });
    this.#client = client;
    this.#outbox = new Outbox(client, receiveMaximum, ({ topic }, error) => this.#onUndelivered(topic, login, error));
    const isFlapping = this.#brief >= FLAPPING;
    this.#welcome(login, !isFlapping);
    this.publish({ ...this.#will, payload: ONLINE });
    listener.onConnect();

    await ended.sleep(SETTLED_MS, this.#clock, signal);
    this.#brief = isOpen ? 0 : this.#brief + 1;
    if (isOpen && !signal.aborted) {
      this.#welcome(login, isFlapping);
      await ended.heard(signal);
    }
    this.#client = null;
    this.#outbox = null;
    if (signal.aborted) {
      await this.#sayFarewell(client);
      return;
    }
    client.end(true);
    const why = ` again and again. Does another program use the client id "${login.clientId}"? Stop it, or set ${bothNames('mqtt.client_id')}`;
    this.#tell(`Lost the broker at ${hostAndPort(login.host, login.port)}${this.#brief < FLAPPING ? '' : why}`);
  }

  #welcome({ host, port }: Login, isTold: boolean): void {
    if (isTold) {
      this.#told = null;
      this.#log.info(`Connected to the broker at ${hostAndPort(host, port)}`);
    }
  }

  #onUndelivered(topic: string, { username }: Login, error: Error): void {
    const isForbidden = codeOf(error) === NOT_AUTHORIZED;
    if (isForbidden && !this.#isForbiddenTold) {
      this.#isForbiddenTold = true;
      this.#log.warn(`The broker does not let user "${username}" write to ${topic}: allow it there`);
    }
    this.#regret('did not deliver', [topic], error);
  }

  /** `offline`, then a clean DISCONNECT; a broker that does not answer in time gets the will instead. */
  async #sayFarewell(client: MqttClient): Promise<void> {
    const { topic, payload, qos, retain } = this.#will;
    const said = client.publishAsync(topic, payload, { qos, retain }).then(() => client.endAsync());
    const deadline = new AbortController();
    const late = this.#clock.sleep(FAREWELL_MS, deadline.signal);
    await Promise.race([said, late]).catch((error: unknown) => this.#log.debug(`no farewell: ${messageOf(error)}`));
    deadline.abort();
    late.catch(() => {});
    client.end(true);
  }

  /** A connection that ends takes its open requests with it, and says so itself. */
  #regret(what: string, topics: readonly string[], error: Error | null): void {
    if (error) {
      this.#log.debug(`${what} ${topics.join(', ')}: ${error.message}`);
    }
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
