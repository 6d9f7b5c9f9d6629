import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import type { EcuClient } from '../ecu/client.ts';
import { isAnyOnline, type PolledReading } from '../ecu/reading.ts';
import { EcuError, faultOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { pollTook, type Schedule } from './schedule.ts';

export interface PollListener {
  /** The id to ask with; null where nobody knows which ECU is there. */
  knownId(): string | null;
  /** The totals, the inverters, or both. */
  onReading(reading: PolledReading, at: Date): Next;
  /** The signals that go with the reading, a moment later. */
  onSignal(signal: ReadonlyMap<string, number> | null): void;
  /**
   * @param failures failed polls in a row, from 1
   * @returns until when to rest, where there is no hurry to try again; null to keep to the schedule
   */
  onFailure(error: EcuError, failures: number): Date | null;
  /** A wait of so many ms begins. */
  onWait(ms: number): void;
}

/** What follows a reading. */
export interface Next {
  /** Until when the ECU may rest; null to keep to the schedule. */
  readonly restUntil: Date | null;
  /** Shall its signals be read, too? */
  readonly wantsSignal: boolean;
}

/** Between the starts of two polls of one ECU, whoever asks. */
const SHORTEST_MS = 60_000;
/** So often a rest looks at the clock: one that is set meanwhile, as after a power cut, must not cost the morning. */
const REST_LOOK_MS = 10 * 60_000;

/** Polls one ECU for ever: one query at a time, and never rests on a failure. */
export class Poller {
  readonly #client: EcuClient;
  readonly #schedule: Schedule;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #wakeUp = new AutoResetEvent();
  #failures = 0;
  /** Answers in a row that lacked a half, or had no data: such an ECU has just started. */
  #lacking = 0;

  constructor(client: EcuClient, schedule: Schedule, clock: Clock, log: Logger) {
    this.#client = client;
    this.#schedule = schedule;
    this.#clock = clock;
    this.#log = log;
  }

  /** Asks as soon as the minute between two polls allows it. */
  refresh(): void {
    this.#wakeUp.set();
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
        await this.#wakeUp.sleep(wait - minimum, this.#clock, signal);
      }
    }
  }

  /** Until then by the clock, and `ms` at most. */
  async #rest(ms: number, until: Date, signal: AbortSignal): Promise<void> {
    let left = ms;
    let isCalled = false;
    while (left > 0 && this.#clock.now() < until && !isCalled && !signal.aborted) {
      const slice = Math.min(left, REST_LOOK_MS);
      isCalled = await this.#wakeUp.sleep(slice, this.#clock, signal);
      left -= slice;
    }
  }

  /** @returns ms to wait, or until when to rest */
  async #poll(startedAt: Date, listener: PollListener, signal: AbortSignal): Promise<number | Date> {
    try {
      const reading = await this.#client.read(listener.knownId(), signal);
      const { restUntil, wantsSignal } = listener.onReading(reading, this.#clock.now());
      if (wantsSignal && reading.inverters?.kind === 'data') {
        listener.onSignal(await this.#client.readSignal(reading.ecuId, signal));
      }
      const wait = this.#waitAfter(reading, startedAt);
      return restUntil ?? wait;
    } catch (error) {
      if (signal.aborted) {
        return 0;
      }
      this.#failures++;
      // A fault of ours must not end the program either: it is told like any failed poll.
      const failure = error instanceof EcuError ? error : new EcuError(faultOf(error), { cause: error });
      return this.#tell(listener, failure) ?? this.#schedule.afterFailure(this.#failures);
    }
  }

  /** A half that is missing is asked for again soon, as after a failure. */
  #waitAfter(reading: PolledReading, startedAt: Date): number {
    const { inverters, problem } = reading;
    this.#failures = 0;
    this.#lacking = problem === null && inverters?.kind !== 'noData' ? 0 : this.#lacking + 1;
    const soon = this.#lacking === 0 ? Number.POSITIVE_INFINITY : this.#schedule.afterFailure(this.#lacking);
    if (inverters === null || inverters.kind === 'noData') {
      return soon;
    }
    const stamp = inverters.kind === 'data' ? inverters.stamp : null;
    const answer = { stamp, startedAt, at: this.#clock.now(), anyOnline: isAnyOnline(reading) };
    return Math.min(soon, this.#schedule.afterAnswer(answer));
  }

  #tell(listener: PollListener, error: EcuError): Date | null {
    try {
      return listener.onFailure(error, this.#failures);
    } catch (fault) {
      this.#log.error(faultOf(fault));
      return null;
    }
  }
}
