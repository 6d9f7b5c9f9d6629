import type { Clock } from '../clock.ts';
import type { EcuFacts, Output } from '../site/output.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import type { Watching } from '../site/watching.ts';
import type { RoofEcu, State } from './panels.ts';

/** How an ECU is, in one word. */
export type EcuCondition = 'fine' | 'resting' | 'silent' | 'starting';

/** An ECU now, as page and picture see it. */
export interface BoardEcu extends RoofEcu {
  readonly model: string;
  readonly firmware: string | null;
  readonly condition: EcuCondition;
  /** When that began; null where nobody knows. */
  readonly since: Date | null;
  /** Why it is silent, in words; null otherwise. */
  readonly reason: string | null;
  /** When its newest values came; null before the first ones. */
  readonly takenAt: Date | null;
  /** When it is asked next; null where nobody knows. */
  readonly next: Date | null;
}

/** Of a snapshot: the state of the ECU, and of each inverter, as MQTT has them. */
export type StatesOf = (snapshot: EcuSnapshot) => { readonly ecu: State; readonly inverters: RoofEcu['inverters'] };

interface Entry {
  snapshot: EcuSnapshot;
  states: ReturnType<StatesOf>;
  answers: boolean;
  /** It has answered since the start. */
  hasAnswered: boolean;
}

/** Status of an ECU that is told apart from its values. */
interface Status {
  next?: Date;
  restsUntil?: Date | null;
  /** First failure in a row. */
  failing?: { since: Date; reason: string };
}

/** Knows the newest of each ECU, for whoever draws or serves it. */
export class Board implements Output, Watching {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #statesOf: StatesOf;
  readonly #onChange: (ecuId: string) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #statuses = new Map<string, Status>();

  /** @param onChange what is drawn of this ECU may look different now */
  constructor(clock: Pick<Clock, 'now'>, statesOf: StatesOf, onChange: (ecuId: string) => void = () => {}) {
    this.#clock = clock;
    this.#statesOf = statesOf;
    this.#onChange = onChange;
  }

  ecus(): readonly BoardEcu[] {
    return Array.from(this.#entries.values(), (entry) => this.#ecu(entry));
  }

  show(snapshot: EcuSnapshot, _: EcuFacts, isAnswering: boolean): void {
    const { ecuId } = snapshot;
    const before = this.#entries.get(ecuId);
    this.#entries.set(ecuId, {
      snapshot,
      states: this.#statesOf(snapshot),
      answers: isAnswering,
      hasAnswered: isAnswering || before?.hasAnswered === true,
    });
    if (isAnswering) {
      delete this.#status(ecuId).failing;
    }
    this.#onChange(ecuId);
  }

  setAnswering(ecuId: string, isAnswering: boolean): void {
    const entry = this.#entries.get(ecuId);
    if (entry !== undefined && entry.answers !== isAnswering) {
      entry.answers = isAnswering;
      this.#onChange(ecuId);
    }
  }

  retire(ecuId: string): void {
    this.#entries.delete(ecuId);
    this.#statuses.delete(ecuId);
    this.#onChange(ecuId);
  }

  remove(ecuId: string, inverterId: string): void {
    const entry = this.#entries.get(ecuId);
    if (entry !== undefined) {
      const snapshot = { ...entry.snapshot, inverters: entry.snapshot.inverters.filter(({ id }) => id !== inverterId) };
      this.#entries.set(ecuId, { ...entry, snapshot, states: this.#statesOf(snapshot) });
      this.#onChange(ecuId);
    }
  }

  removeEcu(ecuId: string): void {
    this.retire(ecuId);
  }

  waits(ecuId: string | null, until: Date): void {
    if (ecuId !== null) {
      this.#status(ecuId).next = until;
    }
  }

  failed(ecuId: string | null, reason: string): void {
    if (ecuId !== null) {
      const status = this.#status(ecuId);
      status.failing = { since: status.failing?.since ?? this.#clock.now(), reason };
    }
  }

  rests(ecuId: string, until: Date | null): void {
    this.#status(ecuId).restsUntil = until;
  }

  #status(ecuId: string): Status {
    const status = this.#statuses.get(ecuId) ?? {};
    this.#statuses.set(ecuId, status);
    return status;
  }

  #ecu({ snapshot, states, answers, hasAnswered }: Entry): BoardEcu {
    const { ecuId: id, name, model, firmware, takenAt } = snapshot;
    const { next = null, restsUntil = null, failing } = this.#statuses.get(id) ?? {};
    const isResting = restsUntil !== null && restsUntil > this.#clock.now();
    const condition = answers ? (isResting ? 'resting' : 'fine') : failing === undefined ? 'starting' : 'silent';
    return {
      id,
      name,
      model,
      firmware,
      state: states.ecu,
      inverters: states.inverters,
      answers,
      condition,
      since: condition === 'silent' ? (failing?.since ?? null) : null,
      reason: condition === 'silent' ? (failing?.reason ?? null) : null,
      takenAt: hasAnswered ? takenAt : null,
      next,
    };
  }
}
