import { lasting, type Message, OFFLINE, ONLINE } from '../mqtt/contract/message.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { Hearing, Kept } from './kept.ts';

/** More than anybody has; anybody on the broker can name ECUs. */
const MOST_ECUS = 2_000;

/** The program's last word: before a clean end, and as its will. */
export const lastWord = ({ status }: Topics): Message => lasting(status, OFFLINE);

/**
 * Every word of availability: the program's, and each ECU's.
 *
 * - `online` is what was heard answering since the start. Everything else that the broker calls so is set right: a word
 *   from before the start is nobody's any more.
 * - Other instances may speak on these topics, too. Whoever hears `offline` of what it knows to be online says so
 *   again; `online` that another says is never contradicted. So two of them cannot argue.
 * - When another says goodbye, what it called online is nobody's until somebody says it again.
 */
export class Availability {
  readonly #kept: Kept;
  readonly #topics: Topics;
  /** Those that we ask: do they answer? */
  readonly #asked = new Map<string, boolean>();
  /** Those that we only know of: they were ours. */
  readonly #known = new Set<string>();
  /** Those that the broker alone knows of: a word of before is set right, and nothing else said. */
  readonly #found = new Set<string>();
  /** Those that another instance called online since the start. */
  readonly #others = new Set<string>();

  constructor(kept: Kept, topics: Topics) {
    this.#kept = kept;
    this.#topics = topics;
    kept.watch([topics.availabilities]);
  }

  /** Does this ECU, which we ask, answer? Said when it changes. */
  setAnswering(ecuId: string, isAnswering: boolean): void {
    const isNews = isAnswering !== this.isAnswering(ecuId) || !(this.#asked.has(ecuId) || this.#known.has(ecuId));
    this.#watch(ecuId);
    this.#known.delete(ecuId);
    this.#asked.set(ecuId, isAnswering);
    if (isAnswering) {
      this.#others.delete(ecuId);
    }
    if (isNews) {
      this.#say(ecuId);
    }
  }

  isAnswering(ecuId: string): boolean {
    return this.#asked.get(ecuId) ?? false;
  }

  /** Does another instance say that this ECU is online, and we don't? */
  isOthers(ecuId: string): boolean {
    return this.#others.has(ecuId) && !this.isAnswering(ecuId);
  }

  /** An ECU of before, which we don't ask. */
  know(ecuId: string): void {
    if (!this.#asked.has(ecuId)) {
      const isNews = !this.#known.has(ecuId);
      this.#watch(ecuId);
      this.#known.add(ecuId);
      if (isNews) {
        this.#say(ecuId);
      }
    }
  }

  /** We ask this ECU no more. */
  retire(ecuId: string): void {
    if (this.#asked.delete(ecuId)) {
      this.know(ecuId);
    }
  }

  /** It is removed: nothing is said of it any more. */
  forget(ecuId: string): void {
    this.#asked.delete(ecuId);
    this.#known.delete(ecuId);
    this.#found.delete(ecuId);
    this.#others.delete(ecuId);
  }

  sayAll(): void {
    this.#kept.say(lasting(this.#topics.status, ONLINE));
    for (const ecuId of [...this.#asked.keys(), ...this.#known]) {
      this.#say(ecuId);
    }
  }

  /** @returns whether it may have to be set right */
  hear(topic: string, payload: string, hearing: Hearing): boolean {
    const isForeign = hearing === 'foreign';
    if (topic === this.#topics.status) {
      if (isForeign && payload === OFFLINE) {
        this.#others.clear();
      }
      return isForeign;
    }
    const ecuId = this.#topics.ecuOfAvailability(topic);
    if (ecuId === null) {
      return false;
    }
    if (isForeign && payload === ONLINE && !this.isAnswering(ecuId)) {
      this.#others.add(ecuId);
    } else if (isForeign) {
      this.#others.delete(ecuId);
    }
    return isForeign;
  }

  /** Heard through the filter for all of them, of an ECU that we don't know. @param isRetained it was said before */
  hearUnknown(ecuId: string, payload: string, isRetained: boolean): void {
    if (payload !== ONLINE || this.#found.size >= MOST_ECUS) {
      return;
    }
    this.#watch(ecuId);
    this.#found.add(ecuId);
    if (!isRetained) {
      this.#others.add(ecuId);
    }
  }

  /**
   * Sets right what the broker keeps.
   *
   * @param mayCorrect has this topic's turn come? What another has changed is not set right at once each time
   */
  settle(mayCorrect: (topic: string) => boolean): void {
    const { status, availability } = this.#topics;
    if (this.#kept.get(status) !== ONLINE && mayCorrect(status)) {
      this.#kept.say(lasting(status, ONLINE));
    }
    for (const [ecuId, isAnswering] of this.#asked) {
      const topic = availability(ecuId);
      if (this.#kept.get(topic) !== wordOf(isAnswering) && mayCorrect(topic)) {
        this.#say(ecuId);
      }
    }
    for (const ecuId of [...this.#known, ...this.#found].filter((id) => !this.#asked.has(id))) {
      const topic = availability(ecuId);
      // Where nothing is kept nobody is misled.
      if (this.#kept.get(topic) === ONLINE && mayCorrect(topic)) {
        this.#say(ecuId);
      }
    }
  }

  #say(ecuId: string): void {
    if (!this.isOthers(ecuId)) {
      this.#kept.say(lasting(this.#topics.availability(ecuId), wordOf(this.isAnswering(ecuId))));
    }
  }

  #watch(ecuId: string): void {
    this.#kept.watch([this.#topics.availability(ecuId)]);
  }
}

const wordOf = (isAnswering: boolean) => (isAnswering ? ONLINE : OFFLINE);
