import type { EcuSummary } from '../ecu/summary.ts';
import { allNames } from '../options/names.ts';
import { otherZone } from '../site/zone.ts';

/** So many polls in a row have to find its clock off: while one of the two clocks is being set, a poll may tell anything. */
const POLLS_UNTIL_AHEAD = 3;

/** Finds out whether one ECU's times are read in the wrong zone. What it finds is in words, after the ECU's name. */
export class ClockCheck {
  /** By how many hours its clock was ahead in the last poll, and in how many in a row. */
  #hours = 0;
  #polls = 0;
  /** Why the clock is hours off is said already. */
  #isZoneTold = false;

  /** @param timezone in which the ECU's times are read */
  onReading(summary: EcuSummary | null, timezone: string, at: Date): string | null {
    const zone = summary && otherZone(summary, timezone, at);
    if (zone === null) {
      return null;
    }
    this.#isZoneTold = true;
    const cure = `set ${allNames('ecu.timezone')} to ${zone}, or leave it empty`;
    return `it says that its time zone is ${zone}, but its times are read as ${timezone}: ${cure}`;
  }

  /** @param hours by which the ECU's clock is ahead of its zone */
  onHours(hours: number, timezone: string): string | null {
    this.#polls = hours === this.#hours ? this.#polls + 1 : 1;
    this.#hours = hours;
    if (hours === 0 || this.#polls < POLLS_UNTIL_AHEAD || this.#isZoneTold) {
      return null;
    }
    const by = `${Math.abs(hours)} ${Math.abs(hours) === 1 ? 'hour' : 'hours'} ${hours > 0 ? 'ahead of' : 'behind'}`;
    return (
      `its clock is ${by} the time in ${timezone}: set ${allNames('ecu.timezone')} to the zone that the ECU keeps to, ` +
      "or put it right with the vendor's app"
    );
  }
}
