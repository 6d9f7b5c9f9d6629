import type { EcuSnapshot } from '../site/snapshot.ts';
import { ratedWatts } from './rated.ts';

/** Part of the rated power by which the power may be above a limit. */
const TOLERANCE = 0.05;
/** Rounds after a command in which the inverters may still be on their way. */
const ROUNDS = 2;

/** Does the array keep to its limit? What the ECU reads back does not tell: only falling power does. */
export class Following {
  #limit: number | null = null;
  #rounds = 0;
  #lastRound: string | null = null;
  /** Null while nobody can tell. */
  isNotFollowed: boolean | null = null;
  /** For people: asked and made. */
  told = '';

  /** @param limit %: in force now; null for none @param isNew just commanded */
  onLimit(limit: number | null, isNew: boolean): void {
    if (isNew || limit !== this.#limit) {
      this.#limit = limit;
      this.#rounds = 0;
      this.isNotFollowed = null;
    }
  }

  /** @returns whether the power has just turned out to be above the limit */
  onRound({ round, currentPower, inverters }: EcuSnapshot): boolean {
    if (round === null || round !== this.#lastRound) {
      this.#rounds++;
    }
    this.#lastRound = round;
    const before = this.isNotFollowed;
    const online = inverters.filter(({ online }) => online !== false).map(({ id }) => id);
    const rated = ratedWatts(online);
    if (this.#limit === null || this.#rounds < ROUNDS || rated === null || currentPower === null) {
      this.isNotFollowed = null;
      return false;
    }
    this.isNotFollowed = currentPower > (this.#limit / 100 + TOLERANCE) * rated;
    this.told = `${this.#limit} % of ${rated} W are allowed, ${currentPower} W are made`;
    return this.isNotFollowed && before !== true;
  }
}
