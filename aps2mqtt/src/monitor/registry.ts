import type { PolledReading } from '../ecu/reading.ts';
import type { Logger } from '../logger.ts';
import { GONE_AFTER_WATCHED_MS, watchedMs } from '../site/absence.ts';
import { elsewhereIn } from '../site/countReading.ts';
import {
  type KnownEcu,
  newEcu,
  recalled,
  remembered,
  type Taken,
  takeReading,
  takeSignal,
  withoutInverter,
} from '../site/knownEcu.ts';
import type { EcuFacts, Output, RoundOutput } from '../site/output.ts';
import type { SavedEcu, SavedState } from '../site/savedState.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import type { StateStore } from '../site/stateStore.ts';
import { Claims } from './claims.ts';
import { goneEcus } from './goneEcus.ts';
import type { Source } from './source.ts';

/** What became of an answer: the ECU was read here, or it is read at another address already. */
export type Answer = ({ readonly owner: null } & Taken) | { readonly owner: string };

/**
 * Knows all ECUs, and decides which address speaks for which: only the owner's word is shown, sets availability, and is
 * saved. One that nobody owns is shown as not answering, with the energies that were known last.
 */
export class Registry {
  readonly #ecus = new Map<string, KnownEcu>();
  readonly #claims: Claims;
  readonly #sources = new Map<string, Source>();
  readonly #output: Output;
  readonly #rounds: RoundOutput;
  readonly #store: Pick<StateStore, 'save'>;
  readonly #log: Logger;
  /** ms since 1970. */
  #lastAnswer: number | undefined;
  /** ms since the start, as far as answers have covered them: a clock that is set is no reason to take an ECU for gone. */
  #watched = 0;

  /** @param turnMs as for `Claims` */
  constructor(
    saved: SavedState,
    turnMs: number,
    output: Output,
    rounds: RoundOutput,
    store: Pick<StateStore, 'save'>,
    log: Logger,
    startedAt: Date,
  ) {
    for (const ecu of saved.ecus) {
      this.#ecus.set(ecu.ecuId, recalled(ecu, startedAt));
    }
    this.#claims = new Claims(turnMs);
    this.#output = output;
    this.#rounds = rounds;
    this.#store = store;
    this.#log = log;
    for (const ecuId of this.#ecus.keys()) {
      output.setAnswering(ecuId, false);
    }
  }

  /** An address joins: what was read there last is shown with its energies, until somebody answers. */
  join(source: Source, at: Date): void {
    this.#claims.add(source.address);
    this.#sources.set(source.address, source);
    const ecuId = this.ecuAt(source.address);
    const ecu = ecuId === null ? undefined : this.#ecus.get(ecuId);
    if (ecu !== undefined && ecu.snapshot === null) {
      this.#output.show(
        source.extend(remembered(ecu, at, source.place)),
        this.#facts(ecu.saved.ecuId, source),
        false,
        false,
      );
    }
  }

  /** The ECU that is read at this address; else the one that was read there last, if it is not read elsewhere now. */
  ecuAt(address: string): string | null {
    const lastThere = [...this.#ecus.values()].findLast(({ saved }) => saved.address === address)?.saved.ecuId ?? null;
    const isElsewhere = lastThere !== null && this.#claims.ownerOf(lastThere) !== null;
    return this.#claims.ownedBy(address) ?? (isElsewhere ? null : lastThere);
  }

  /** The address that speaks for this ECU; null while none does. */
  ownerOf(ecuId: string): string | null {
    return this.#claims.ownerOf(ecuId);
  }

  /** All ECUs that are known; the one that was read last comes last. */
  known(): readonly SavedEcu[] {
    return Array.from(this.#ecus.values(), ({ saved }) => saved);
  }

  /** Would this address speak for the ECU: nobody else does? */
  mayOwn(ecuId: string, address: string): boolean {
    const owner = this.#claims.ownerOf(ecuId);
    return owner === null || owner === address;
  }

  /** The ECU that is read at this address, as it was read last. */
  snapshotAt(address: string): EcuSnapshot | null {
    return this.#readAt(address)?.snapshot ?? null;
  }

  /** What is known of an ECU, wherever it was read. */
  saved(ecuId: string | null): SavedEcu | null {
    return (ecuId === null ? undefined : this.#ecus.get(ecuId)?.saved) ?? null;
  }

  /** An ECU has answered. */
  answered(source: Source, reading: PolledReading, at: Date): Answer {
    const { address } = source;
    const { ecuId } = reading;
    const before = this.#claims.ownedBy(address);
    const owner = this.#claims.claim(ecuId, address, at.getTime());
    if (before !== null && before !== ecuId && this.#claims.ownerOf(before) === null) {
      this.#output.retire(before);
    }
    if (owner !== address) {
      return { owner };
    }
    this.#watched += watchedMs(this.#lastAnswer, at);
    this.#lastAnswer = at.getTime();
    const taken = this.#take(reading, at, source);
    // On its way to the disk before it is shown: what waits for that is the output's matter.
    this.#save();
    const isHalf = reading.problem !== null;
    this.#output.show(source.extend(taken.known.snapshot), this.#facts(ecuId, source), true, isHalf);
    for (const inverterId of taken.gone) {
      this.#output.remove(ecuId, inverterId);
    }
    this.#removeAbsent(at);
    return { owner: null, ...taken };
  }

  #take(reading: PolledReading, at: Date, source: Source): Taken {
    const { ecuId } = reading;
    const others = Array.from(this.#ecus.values(), ({ saved }) => saved).filter((ecu) => ecu.ecuId !== ecuId);
    const elsewhere = elsewhereIn(others.map(({ counting }) => counting));
    const taken = takeReading(this.#ecus.get(ecuId) ?? newEcu(ecuId), reading, at, source.place, elsewhere);
    this.#keep(ecuId, taken.known, source);
    if (taken.round !== null) {
      this.#rounds.onRound(taken.known.snapshot, taken.round);
    }
    return taken;
  }

  /** The signals of the inverters that were read here a moment ago. */
  signalled(source: Source, signal: ReadonlyMap<string, number> | null): void {
    const before = this.#readAt(source.address);
    if (before !== null) {
      const known = takeSignal(before, signal);
      this.#ecus.set(known.saved.ecuId, known);
      this.#showAgain(known, source, true);
    }
  }

  /** What comes from elsewhere than port 8899 has changed. @param isAll say also what did not change */
  extended(source: Source, isAll: boolean): void {
    this.learned(source);
    const known = this.#readAt(source.address);
    if (known !== null) {
      this.#showAgain(known, source, !isAll);
    }
  }

  /** Nothing answers at this address any more. */
  silent(address: string): void {
    const ecuId = this.#claims.ownedBy(address);
    this.#claims.release(address);
    if (ecuId !== null) {
      this.#output.setAnswering(ecuId, false);
      for (const duplicate of this.#claims.duplicatesOf(ecuId)) {
        this.#sources.get(duplicate)?.refresh();
      }
    }
  }

  /** What is learned at this address has changed. */
  learned(source: Source): void {
    const ecuId = this.ecuAt(source.address);
    const known = ecuId === null ? undefined : this.#ecus.get(ecuId);
    if (ecuId !== null && known !== undefined) {
      this.#keep(ecuId, known, source);
      this.#save();
    }
  }

  /** Takes an ECU that nobody reads out of everything, with its inverters. @returns whether it was known */
  remove(ecuId: string): boolean {
    const ecu = this.#ecus.get(ecuId);
    this.#ecus.delete(ecuId);
    this.#claims.forget(ecuId);
    const inverters = ecu?.saved.inverters ?? [];
    this.#output.removeEcu(
      ecuId,
      inverters.map(({ id }) => id),
    );
    this.#save();
    return ecu !== undefined;
  }

  /** Takes an inverter out, of whichever ECU. It comes back if its ECU lists it. @returns whether it was known */
  removeInverter(ecuId: string, inverterId: string): boolean {
    const ecu = this.#ecus.get(ecuId);
    const wasKnown = ecu?.saved.inverters.some(({ id }) => id === inverterId) ?? false;
    if (ecu !== undefined) {
      this.#ecus.set(ecuId, withoutInverter(ecu, inverterId));
    }
    this.#output.remove(ecuId, inverterId);
    this.#save();
    return wasKnown;
  }

  #readAt(address: string): KnownEcu | null {
    return this.#ecus.get(this.#claims.ownedBy(address) ?? '') ?? null;
  }

  #showAgain({ saved: { ecuId }, snapshot }: KnownEcu, source: Source, onlyChanges: boolean): void {
    if (snapshot !== null) {
      this.#output.show(source.extend(snapshot), this.#facts(ecuId, source), true, onlyChanges);
    }
  }

  #facts(ecuId: string, source: Source): EcuFacts {
    return { canRestart: source.mayRestart(ecuId) };
  }

  /** The one that was read last comes last. */
  #keep(ecuId: string, known: KnownEcu, source: Source): void {
    const { sides, ...learned } = source.learned();
    // What is switched off now is kept for when it is on again.
    const all = { ...known.saved.sides, ...sides };
    const kept = Object.keys(all).length === 0 ? {} : { sides: all };
    this.#ecus.delete(ecuId);
    const { address, typedAddress } = source;
    const moved = typedAddress === address ? null : typedAddress;
    this.#ecus.set(ecuId, { ...known, saved: { ...known.saved, address, typedAddress: moved, ...learned, ...kept } });
  }

  #save(): void {
    void this.#store.save({ ecus: this.known() });
  }

  /** What was absent while we were, too, gets another day. */
  #removeAbsent(at: Date): void {
    if (this.#watched < GONE_AFTER_WATCHED_MS) {
      return;
    }
    for (const ecuId of goneEcus(this.known(), this.#sources.values(), (address) => this.ecuAt(address), at)) {
      this.#log.info(`ECU ${ecuId} was not heard for 30 days, and no address in the options is its own: removed`);
      this.remove(ecuId);
    }
  }
}
