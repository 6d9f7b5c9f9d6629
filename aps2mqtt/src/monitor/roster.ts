import type { EcuTransport } from '../ecu/transport.ts';
import type { EcuOptions } from '../options/options.ts';
import { KnownEcus } from '../site/knownEcus.ts';
import type { SavedState } from '../site/savedState.ts';
import type { StateStore } from '../site/stateStore.ts';
import { addressOf, EcuMonitor, type Surroundings } from './ecuMonitor.ts';
import { Twins } from './twins.ts';

/** What monitors are told from outside; the rest they have from the roster. */
export type Outside = Omit<Surroundings, 'recall' | 'wasSaved' | 'onAnswer' | 'onChange' | 'onReplaced'>;

/** All ECUs: those of the options, each with its monitor, and those that are known from before. */
export class Roster {
  readonly monitors: readonly EcuMonitor[];
  readonly #around: Outside;
  readonly #store: StateStore;
  readonly #known: KnownEcus;
  readonly #twins = new Twins();

  constructor(
    ecus: readonly EcuOptions[],
    transport: (ecu: EcuOptions) => EcuTransport,
    saved: SavedState,
    store: StateStore,
    outside: Outside,
  ) {
    this.#around = outside;
    this.#store = store;
    this.#known = new KnownEcus(saved.ecus, outside.clock.now());
    const around = {
      ...outside,
      recall: (ecuId: string) => this.#known.recall(ecuId),
      wasSaved: (ecuId: string) => this.#known.wasSaved(ecuId),
      onAnswer: (ecuId: string, address: string) => this.#onAnswer(ecuId, address),
      onChange: () => this.#save(),
      onReplaced: (ecuId: string) => this.#onReplaced(ecuId),
    };
    this.monitors = ecus.map((ecu) => new EcuMonitor(ecu, transport(ecu), this.#known.lastAt(addressOf(ecu)), around));
    // They may have got another address; else they were taken out of the options.
    for (const { ecuId } of this.#known.all.filter((ecu) => this.find(ecu.ecuId) === undefined)) {
      outside.publisher.setAnswering(ecuId, false);
    }
  }

  /** Who watches over it. */
  find(ecuId: string): EcuMonitor | undefined {
    return this.monitors.find((monitor) => monitor.ecuId === ecuId);
  }

  /** Takes an ECU that nobody watches over out of everything, with its inverters. @returns whether it was known */
  remove(ecuId: string): boolean {
    const ecu = this.#known.forget(ecuId);
    const inverters = ecu?.inverters ?? [];
    this.#around.publisher.removeEcu(
      ecuId,
      inverters.map(({ id }) => id),
    );
    this.#save();
    return ecu !== null;
  }

  /** Takes an inverter out, of whichever ECU. It comes back if its ECU lists it. @returns whether it was known */
  removeInverter(ecuId: string, inverterId: string): boolean {
    const wasKnown = this.#known.forgetInverter(ecuId, inverterId);
    this.find(ecuId)?.forget(inverterId);
    this.#around.publisher.remove(ecuId, inverterId);
    this.#save();
    return wasKnown;
  }

  #save(): void {
    for (const saved of this.monitors.map((monitor) => monitor.saved()).filter((one) => one !== null)) {
      this.#known.note(saved);
    }
    const gone = this.#known.absent(this.#around.clock.now()).find(({ ecuId }) => this.find(ecuId) === undefined);
    if (gone !== undefined) {
      this.#around.log.info(`ECU ${gone.ecuId} is not in the options, and was not heard for 30 days: removed`);
      this.remove(gone.ecuId);
      return;
    }
    void this.#store.save({ ecus: this.#known.all });
  }

  /** The options name it twice: the first of the two goes on. */
  #onAnswer(ecuId: string, address: string): void {
    const other = this.#twins.answers(ecuId, address);
    if (other === null) {
      return;
    }
    const [first, second] = this.monitors.filter((monitor) => [address, other].includes(monitor.address));
    if (first !== undefined) {
      second?.leaveTo(first.address);
    }
  }

  /** Two ECUs may as well have changed places. */
  #onReplaced(ecuId: string): void {
    if (this.find(ecuId) === undefined) {
      this.#around.publisher.retire(ecuId);
    }
  }
}
