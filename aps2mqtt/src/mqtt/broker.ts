import type MqttClient from 'mqtt/lib/client';
import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Message, ONLINE, type Outlet } from './message.ts';
import { BrokerError, type Login, openSession } from './session.ts';

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
  /** The last trouble that was logged, so that each is told once. */
  #told: string | null = null;

  constructor(login: LoginSource, will: Message, clock: Clock, log: Logger) {
    this.#login = login;
    this.#will = will;
    this.#clock = clock;
    this.#log = log;
  }

  get isConnected(): boolean {
    return this.#client !== null;
  }

  subscribe(filters: readonly string[]): void {
    this.#client?.subscribe([...filters], { qos: 0 }, (error) => this.#regret('can not hear', filters, error));
  }

  unsubscribe(filters: readonly string[]): void {
    this.#client?.unsubscribe([...filters], {}, (error) => this.#regret('still hear', filters, error ?? null));
  }

  publish({ topic, payload, qos, retain }: Message): void {
    this.#client?.publish(topic, payload, { qos, retain }, (error) =>
      this.#regret('did not deliver', [topic], error ?? null),
    );
  }

  /** Returns after the signal, when `offline` has been said and the connection is closed. */
  async run(listener: BrokerListener, signal: AbortSignal): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      let wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0;
      attempt++;
      try {
        const login = await this.#login(signal);
        const client = await openSession(login, this.#will, signal);
        attempt = 0;
        await this.#hold(client, login, listener, signal);
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#tell(messageOf(error));
        if (error instanceof BrokerError && error.isLoginRefused) {
          wait = RETRY_REFUSED_MS;
        }
      }
      await this.#clock.sleep(wait, signal).catch(() => {});
    }
  }

  async #hold(client: MqttClient, login: Login, listener: BrokerListener, signal: AbortSignal): Promise<void> {
    const ended = new Bell();
    client.once('close', () => ended.ring());
    client.on('message', (topic, payload, { retain }) => {
      try {
        listener.onMessage(topic, payload.toString('utf8'), retain);
      } catch (error) {
        this.#log.error(`${topic}: internal fault: ${messageOf(error)}`);
      }
    });
    this.#client = client;
    this.#told = null;
    this.#log.info(`Connected to the broker at ${login.host}:${login.port}`);
    this.publish({ ...this.#will, payload: ONLINE });
    listener.onConnect();

    await ended.heard(signal);
    this.#client = null;
    if (signal.aborted) {
      await this.#sayFarewell(client);
      return;
    }
    client.end(true);
    this.#tell(`Lost the broker at ${login.host}:${login.port}`);
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
    this.#log.warn(`${trouble}. Trying again until it works`);
  }
}
