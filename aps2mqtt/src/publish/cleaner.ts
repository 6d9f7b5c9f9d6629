import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Topics } from '../mqtt/contract/topics.ts';
import type { SavedPublication, SavedState } from '../site/savedState.ts';
import type { EcuSnapshot } from '../site/snapshot.ts';
import { Former, type KnownEcu, type Place } from './former.ts';
import type { Kept } from './kept.ts';
import { Removed } from './removed.ts';
import { StaleStates } from './staleStates.ts';

/** ms for Home Assistant to take up new topics, before the old ones are emptied. */
const STEP_MS = 1_000;
/** A broker that lets nothing be cleared is not asked for ever. */
const MOST_LOOKS = 4;

/** Clears what the broker keeps of ours and shall not: of removed devices, of other places, and states without `retain`. */
export class Cleaner {
  readonly removed: Removed;
  readonly #kept: Kept;
  readonly #place: Place;
  readonly #stale: StaleStates;
  readonly #former: Former;
  readonly #before: readonly KnownEcu[];
  readonly #clock: Clock;
  readonly #log: Logger;
  /** The connection on which the former places were looked at. */
  #looked = 0;

  /** @param isKept what is kept on purpose */
  constructor(kept: Kept, place: Place, isKept: KeptOnPurpose, saved: SavedState, clock: Clock, log: Logger) {
    this.#kept = kept;
    this.#place = place;
    this.#clock = clock;
    this.#log = log;
    this.#stale = new StaleStates(kept, (ecuId, inverterIds) => staleTopics(place.topics, isKept, ecuId, inverterIds));
    this.#former = new Former(kept, place, saved.publication);
    this.removed = new Removed(saved.publication?.removed ?? []);
    this.#before = saved.ecus.map(({ ecuId, inverters }) => ({ ecuId, inverterIds: inverters.map(({ id }) => id) }));
    for (const { ecuId, inverterIds } of this.#before) {
      this.#stale.watch(ecuId, inverterIds);
    }
  }

  /** To be kept over a restart. */
  get publication(): SavedPublication {
    return { ...this.#former.places, removed: this.removed.all };
  }

  onConnect(): void {
    this.#stale.onConnect();
  }

  /** This ECU is shown. */
  watch(snapshot: EcuSnapshot): void {
    const { ecuId, inverterIds } = knownOf(snapshot);
    this.removed.restore(ecuId, inverterIds);
    this.#stale.watch(ecuId, inverterIds);
  }

  /** When all that is wanted has been announced. */
  async clear(snapshots: readonly EcuSnapshot[], signal: AbortSignal): Promise<void> {
    this.#stale.empty();
    const { connection } = this.#kept;
    if (!this.#former.isDone && connection !== this.#looked) {
      await this.#clearFormer([...this.#before, ...snapshots.map(knownOf)], connection, signal);
      this.#looked = connection;
    }
  }

  /** Done when two looks in a row find nothing: what is forgotten here nobody would find again. */
  async #clearFormer(ecus: readonly KnownEcu[], connection: number, signal: AbortSignal): Promise<void> {
    let cleared = 0;
    let clean = 0;
    for (let looks = 0; looks < MOST_LOOKS && clean < 2; looks++) {
      this.#former.peek(ecus);
      if (!(await this.#kept.complete(signal))) {
        return;
      }
      const leftovers = this.#former.leftovers();
      clean = leftovers.length === 0 ? clean + 1 : 0;
      if (clean === 0) {
        await this.#clock.sleep(STEP_MS, signal);
        if (connection !== this.#kept.connection) {
          return;
        }
        this.#kept.empty(leftovers);
        cleared += leftovers.length;
      }
    }
    if (cleared > 0) {
      this.#log.info(`Cleared what was published before, and is published no more (${cleared} topics)`);
    }
    if (clean > 0) {
      this.#former.finish();
    }
  }

  /** States of what was removed, when its entities are gone: they would have to read the empty payload. */
  emptyRemoved(): void {
    const { topics } = this.#place;
    const { connection } = this.#kept;
    if (connection === 0) {
      return;
    }
    const now = this.#clock.now();
    for (const { ecuId, inverterId } of this.removed.take(connection, now)) {
      this.#kept.empty(
        inverterId === null
          ? [
              topics.ecu(ecuId),
              topics.meter(ecuId),
              topics.availability(ecuId),
              topics.picture(ecuId),
              topics.pictureOfAll(ecuId),
            ]
          : [topics.inverter(ecuId, inverterId)],
      );
    }
    this.removed.takeDelivered(connection, now);
  }
}

/** What the broker shall keep of ours, beside availability and discovery. */
export interface KeptOnPurpose {
  readonly states: boolean;
  readonly pictures: boolean;
}

function staleTopics(
  topics: Topics,
  { states, pictures }: KeptOnPurpose,
  ecuId: string,
  inverterIds: readonly string[],
): readonly string[] {
  return [
    ...(states ? [] : [topics.ecu(ecuId), topics.meter(ecuId), ...inverterIds.map((id) => topics.inverter(ecuId, id))]),
    ...(pictures ? [] : [topics.picture(ecuId), topics.pictureOfAll(ecuId)]),
  ];
}

const knownOf = ({ ecuId, inverters }: EcuSnapshot): KnownEcu => ({
  ecuId,
  inverterIds: inverters.map(({ id }) => id),
});
