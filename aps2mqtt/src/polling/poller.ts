import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import { type EcuClient, type EcuReading, isAnyOnline } from '../ecu/client.ts';
import { EcuError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Schedule } from './schedule.ts';

export interface PollListener {
  /** @returns ms that the ECU may rest in place of the schedule's; null to keep to that */
  onReading(reading: EcuReading, at: Date): number | null;
  /** @param failures failed polls in a row, from 1 */
  onFailure(error: EcuError, failures: number): void;
  /** A wait of so many ms begins. */
  onWait(ms: number): void;
}

/** Between the starts of two polls of one ECU, whoever asks (PROTOCOL 12). */
const SHORTEST_MS = 60_000;

/** Polls one ECU for ever: one query at a time, and never rests on a failure. */
export class Poller {
  readonly #client: EcuClient;
  readonly #schedule: Schedule;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #bell = new Bell();
  #failures = 0;
  /** Answers in a row without data: the ECU has just started. */
  #empty = 0;

  constructor(client: EcuClient, schedule: Schedule, clock: Clock, log: Logger) {
    this.#client = client;
    this.#schedule = schedule;
    this.#clock = clock;
    this.#log = log;
  }

  /** Asks as soon as the minute between two polls allows it. */
  refresh(): void {
    this.#bell.ring();
  }

  /** Ends with the signal. */
  async run(listener: PollListener, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#clock.now();
      const wait = await this.#poll(startedAt, listener, signal);
      if (signal.aborted) {
        return;
      }
      this.#log.debug(`next poll in ${Math.round(wait / 1000)} s`);
      listener.onWait(wait);
      const took = this.#clock.now().getTime() - startedAt.getTime();
      const minimum = Math.min(wait, SHORTEST_MS - Math.min(SHORTEST_MS, Math.max(0, took)));
      await this.#clock.sleep(minimum, signal).catch(() => {});
      await this.#bell.sleep(wait - minimum, this.#clock, signal);
    }
  }

  /** @returns ms to wait */
  async #poll(startedAt: Date, listener: PollListener, signal: AbortSignal): Promise<number> {
    try {
      const reading = await this.#client.poll(signal);
      const at = this.#clock.now();
      const { inverters } = reading;
      const rest = listener.onReading(reading, at);
      this.#failures = 0;
      if (inverters.kind !== 'data') {
        this.#empty++;
        return rest ?? this.#schedule.afterFailure(this.#empty);
      }
      this.#empty = 0;
      const wait = this.#schedule.afterAnswer({
        stamp: inverters.stamp,
        startedAt,
        at,
        anyOnline: isAnyOnline(reading),
      });
      return rest ?? wait;
    } catch (error) {
      if (signal.aborted) {
        return 0;
      }
      this.#failures++;
      listener.onFailure(error instanceof EcuError ? error : unexpected(error), this.#failures);
      return this.#schedule.afterFailure(this.#failures);
    }
  }
}

/** A fault of ours must not end the program either: it is told like any failed poll. */
function unexpected(error: unknown): EcuError {
  return new EcuError(`internal fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, {
    cause: error,
  });
}
