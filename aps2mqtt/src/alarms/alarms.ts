import { AutoResetEvent } from '../autoResetEvent.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { History } from '../history/history.ts';
import type { Logger } from '../logger.ts';
import type { RoundRead } from '../site/countReading.ts';
import type { EcuFacts, Output, RoundOutput } from '../site/output.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { EcuAlarms, type JudgingBy } from './ecuAlarms.ts';
import { Told } from './told.ts';

interface Shown {
  readonly snapshot: EcuSnapshot;
  readonly facts: EcuFacts;
  readonly isAnswering: boolean;
}

/** Adds to each snapshot what is thought of its panels, and tells the log when a problem begins and when it ends. */
export class Alarms implements Output, RoundOutput {
  readonly #output: Output;
  readonly #by: JudgingBy & { readonly history: History };
  readonly #clock: Pick<Clock, 'now'>;
  readonly #log: Logger;
  readonly #told: Told;
  readonly #ecus = new Map<string, EcuAlarms>();
  readonly #shown = new Map<string, Shown>();
  readonly #wakeUp = new AutoResetEvent();

  /**
   * @param output where the snapshots go
   * @param by a change of the layout's sides is told by `onSides`, one of the language by `onLanguage`
   */
  constructor(output: Output, by: JudgingBy & { readonly history: History }, clock: Pick<Clock, 'now'>, log: Logger) {
    this.#output = output;
    this.#by = by;
    this.#clock = clock;
    this.#log = log;
    this.#told = new Told(log);
  }

  /** Judges by all that the history has: at the start, and whenever the layout tells other sides. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#readAll(signal);
      } catch (error) {
        if (!signal.aborted) {
          this.#log.warn(`The history cannot be judged: ${messageOf(error)}. Panels are judged from now on`);
        }
      }
      await this.#wakeUp.wait(signal);
    }
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    for (const ecuId of await this.#by.history.ecus()) {
      await this.#ecu(ecuId).read(this.#clock.now(), signal);
      this.#showAgain(ecuId);
    }
  }

  onSides(): void {
    this.#wakeUp.set();
  }

  onLanguage(): void {
    for (const ecuId of this.#shown.keys()) {
      this.#showAgain(ecuId);
    }
  }

  onRound({ ecuId, inverters }: EcuSnapshot, { isNew, moment }: RoundRead): void {
    if (isNew) {
      this.#ecu(ecuId).take({ stamp: moment, inverters });
    }
  }

  show(snapshot: EcuSnapshot, facts: EcuFacts, isAnswering: boolean, onlyChanges: boolean): void {
    this.#shown.set(snapshot.ecuId, { snapshot, facts, isAnswering });
    this.#output.show(this.#judged(snapshot), facts, isAnswering, onlyChanges);
  }

  setAnswering(ecuId: string, isAnswering: boolean): void {
    const shown = this.#shown.get(ecuId);
    if (shown !== undefined) {
      this.#shown.set(ecuId, { ...shown, isAnswering });
    }
    this.#output.setAnswering(ecuId, isAnswering);
  }

  retire(ecuId: string): void {
    this.#shown.delete(ecuId);
    this.#output.retire(ecuId);
  }

  remove(ecuId: string, inverterId: string): void {
    const shown = this.#shown.get(ecuId);
    if (shown !== undefined) {
      const inverters = shown.snapshot.inverters.filter(({ id }) => id !== inverterId);
      this.#shown.set(ecuId, { ...shown, snapshot: { ...shown.snapshot, inverters } });
    }
    this.#output.remove(ecuId, inverterId);
  }

  removeEcu(ecuId: string, inverterIds: readonly string[]): void {
    this.#shown.delete(ecuId);
    this.#ecus.delete(ecuId);
    this.#output.removeEcu(ecuId, inverterIds);
  }

  #showAgain(ecuId: string): void {
    const shown = this.#shown.get(ecuId);
    if (shown !== undefined) {
      this.#output.show(this.#judged(shown.snapshot), shown.facts, shown.isAnswering, true);
    }
  }

  #judged(snapshot: EcuSnapshot): EcuSnapshot {
    const inverters = this.#ecu(snapshot.ecuId).judged(snapshot.inverters);
    this.#told.take(snapshot.name, inverters);
    return { ...snapshot, inverters };
  }

  #ecu(ecuId: string): EcuAlarms {
    const ecu = this.#ecus.get(ecuId) ?? new EcuAlarms(ecuId, this.#by);
    this.#ecus.set(ecuId, ecu);
    return ecu;
  }
}
