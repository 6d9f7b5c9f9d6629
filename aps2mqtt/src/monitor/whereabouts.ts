import { EcuError } from '../errors.ts';
import type { Registry } from './registry.ts';
import { isTyped, type Source } from './source.ts';

/** Why an address does not answer: its ECU has left it, for an address where it is read; or nobody knows. */
export type Absence =
  | { readonly kind: 'left' }
  | { readonly kind: 'elsewhere' }
  /**
   * @property ecuId that is or was here; null where nobody has ever been heard
   * @property isReadElsewhere what was heard here last is read at another address now: nobody misses it
   */
  | { readonly kind: 'silent'; readonly ecuId: string | null; readonly isReadElsewhere: boolean };

/** Nobody replaces an ECU more often between two starts; a device that has a new id each time would make us grow. */
const MOST_ECUS = 10;
/** Readings of another ECU after which the one that was here counts as lost: it may be about to be read elsewhere. */
const READINGS_UNTIL_LOST = 3;
/** It is looked for while there are no more than these: for an hour. Most often it was replaced. */
const READINGS_UNTIL_REPLACED = 15;

/** Which ECU is at one address, and where it is when it is not, as far as the registry knows. */
export class Whereabouts {
  readonly #source: Source;
  readonly #registry: Registry;
  /** The ECU that answered here last, since the start. */
  #answered: string | null = null;
  /** Ids of all that have. */
  readonly #seen = new Set<string>();
  /** Was one read here since the start? */
  #isHeard = false;
  /** The ECU that was read here last, or was found here. */
  #ecuId: string | null;
  /** Readings since another ECU took the place of the one that was here. */
  #replaced = 0;

  /** @param found the ECU that was found at this address; null for none */
  constructor(source: Source, found: string | null, registry: Registry) {
    this.#source = source;
    this.#ecuId = found;
    this.#registry = registry;
  }

  /** @returns whether this is another one than the last @throws EcuError when there have been too many */
  onAnswer(ecuId: string): boolean {
    if (!this.#seen.has(ecuId) && this.#seen.size >= MOST_ECUS) {
      throw new EcuError(`it has had ${MOST_ECUS} ids since the start, so ${ecuId} is not taken`);
    }
    this.#seen.add(ecuId);
    const isOther = ecuId !== this.#answered;
    this.#answered = ecuId;
    return isOther;
  }

  /** The ECU that has answered here since the start, as long as it does not answer anywhere else. */
  heardHere(): string | null {
    const owner = this.#answered === null ? null : this.#ownerOf(this.#answered);
    return owner === null || owner === this.#source.address ? this.#answered : null;
  }

  /** An ECU was read here. @returns whether another one, which was here, is lost */
  onReading(ecuId: string): boolean {
    const { address } = this.#source;
    this.#isHeard = true;
    this.#ecuId = ecuId;
    const isLost = this.#registry.known().some((one) => one.address === address && this.#ownerOf(one.ecuId) === null);
    this.#replaced = isLost ? this.#replaced + 1 : 0;
    return this.#replaced >= READINGS_UNTIL_LOST && this.#replaced <= READINGS_UNTIL_REPLACED;
  }

  /** Nothing answers here. */
  absence(): Absence {
    const { address } = this.#source;
    const here = this.#registry.ecuAt(address);
    if (here === null && !isTyped(this.#source) && this.#isGone()) {
      return { kind: 'left' };
    }
    const moved = this.#registry.known().find(({ typedAddress }) => typedAddress === address)?.ecuId ?? null;
    const isRead = here === null && moved !== null && this.#ownerOf(moved) !== null;
    if (isRead) {
      return { kind: 'elsewhere' };
    }
    const ecuId = here ?? moved;
    const isReadElsewhere = ecuId === null && this.#ecuId !== null && this.#ownerOf(this.#ecuId) !== null;
    return { kind: 'silent', ecuId, isReadElsewhere };
  }

  /** Read elsewhere, or removed. What was found, and has not said a word since, may yet. */
  #isGone(): boolean {
    return this.#isHeard || (this.#ecuId !== null && this.#ownerOf(this.#ecuId) !== null);
  }

  #ownerOf(ecuId: string): string | null {
    return this.#registry.ownerOf(ecuId);
  }
}
