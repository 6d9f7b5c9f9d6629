import { Bell } from '../bell.ts';
import type { Clock } from '../clock.ts';
import type { EcuClient } from '../ecu/client.ts';
import { type EcuReading, isAnyOnline } from '../ecu/reading.ts';
import { EcuError, faultOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { pollTook, type Schedule } from './schedule.ts';

export interface PollListener {
  /** @returns until when the ECU may rest; null to keep to the schedule */
  onReading(reading: EcuReading, at: Date): Date | null;
  /** @param failures failed polls in a row, from 1 */
  onFailure(error: EcuError, failures: number): void;
  /** A wait of so many ms begins. */
  onWait(ms: number): void;
}

/** Between the starts of two polls of one ECU, whoever asks (PROTOCOL 12). */
const SHORTEST_MS = 60_000;
/** So often a rest looks at the clock: one that is set meanwhile, as after a power cut, must not cost the morning. */
const REST_LOOK_MS = 10 * 60_000;

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
      const pause = await this.#poll(startedAt, listener, signal);
      if (signal.aborted) {
        return;
      }
      const at = this.#clock.now();
      const wait = pause instanceof Date ? Math.max(0, pause.getTime() - at.getTime()) : pause;
      this.#log.debug(`next poll in ${Math.round(wait / 1000)} s`);
      listener.onWait(wait);
      const minimum = Math.min(wait, SHORTEST_MS - pollTook(startedAt, at));
      await this.#clock.sleep(minimum, signal).catch(() => {});
      if (pause instanceof Date) {
        await this.#rest(wait - minimum, pause, signal);
      } else {
        await this.#bell.sleep(wait - minimum, this.#clock, signal);
      }
    }
  }

  /** Until then by the clock, and `ms` at most. */
  async #rest(ms: number, until: Date, signal: AbortSignal): Promise<void> {
    let left = ms;
    let isCalled = false;
    while (left > 0 && this.#clock.now() < until && !isCalled && !signal.aborted) {
      const slice = Math.min(left, REST_LOOK_MS);
      isCalled = await this.#bell.sleep(slice, this.#clock, signal);
      left -= slice;
    }
  }

  /** @returns ms to wait, or until when to rest */
  async #poll(startedAt: Date, listener: PollListener, signal: AbortSignal): Promise<number | Date> {
    try {
      const reading = await this.#client.poll(signal);
      const at = this.#clock.now();
      const { inverters } = reading;
      const rest = listener.onReading(reading, at);
      this.#failures = 0;
      if (inverters.kind === 'noData') {
        this.#empty++;
        return rest ?? this.#schedule.afterFailure(this.#empty);
      }
      this.#empty = 0;
      const wait = this.#schedule.afterAnswer({
        stamp: inverters.kind === 'data' ? inverters.stamp : null,
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
      // A fault of ours must not end the program either: it is told like any failed poll.
      this.#tell(listener, error instanceof EcuError ? error : new EcuError(faultOf(error), { cause: error }));
      return this.#schedule.afterFailure(this.#failures);
    }
  }

  #tell(listener: PollListener, error: EcuError): void {
    try {
      listener.onFailure(error, this.#failures);
    } catch (fault) {
      this.#log.error(faultOf(fault));
    }
  }
}
