import { Duration } from 'luxon';
import { MOST_INVERTERS } from '../ecu/inverters.ts';
import { odditiesOf } from '../ecu/oddities.ts';
import type { PolledReading } from '../ecu/reading.ts';
import { distrusted } from '../energy/trial.ts';
import { type EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { allNames } from '../options/names.ts';
import type { RoundRead } from '../site/countReading.ts';
import { MISSES_UNTIL_UNKNOWN, type Taken } from '../site/knownEcu.ts';
import { ClockCheck } from './clockCheck.ts';
import { describeEcu, describeEnergy, describeFailure, nameOf } from './describe.ts';
import { NightReporter } from './nightReporter.ts';
import type { Rest } from './nightRest.ts';
import { SILENT_POLLS } from './restartPolicy.ts';

/** After so many failed polls in a row an ECU counts as away. */
export const FAILURES_UNTIL_AWAY = 3;

/** Remembers so many oddities; an ECU that has more is not told about any further. */
const MOST_ODDITIES = 50;

/** Tells one ECU's story in the log: each change of state once, each oddity once, details at debug. */
export class Reporter {
  readonly #where: string;
  readonly #log: Logger;
  #ecuId: string | null = null;
  /** Kinds of trouble that were told since the last answer. */
  readonly #troubles = new Set<string>();
  #isGreeted = false;
  /** It counts as away, and its live values as unavailable. */
  #isAway = false;
  readonly #night: NightReporter;
  readonly #clock = new ClockCheck();
  #duplicateOf: string | null = null;
  readonly #oddities = new Set<string>();

  /** @param where the address, as the person typed it */
  constructor(where: string, log: Logger) {
    this.#where = where;
    this.#log = log;
    this.#night = new NightReporter(log);
  }

  /** @param timezone in which the ECU's times are read */
  onReading({ ecuId, summary, inverters, problem }: PolledReading, timezone: string, at: Date): void {
    const isNew = ecuId !== this.#ecuId || !this.#isGreeted;
    this.#ecuId = ecuId;
    this.#duplicateOf = null;
    if (isNew && summary !== null) {
      this.#isGreeted = true;
      this.#troubles.clear();
      this.#log.info(`Found ${this.#name} at ${this.#where}: ${describeEcu(summary)}`);
    }
    if (problem !== null) {
      this.#log.debug(`${this.#where}: half a poll: ${problem.message}`);
      this.#onProblem(problem, summary === null ? 'totals' : 'inverters');
    } else if (this.#troubles.size > 0 || this.#isAway) {
      this.#troubles.clear();
      this.#log.info(`${this.#name} answers again${this.#isAway ? ': its live values are back' : ''}`);
    }
    this.#isAway = false;
    for (const { text, bytes } of inverters === null ? [] : odditiesOf(inverters, this.#name)) {
      if (bytes === null) {
        this.#once(text);
      } else {
        this.#once(`${text}. Please report it, with a capture`, `bytes: ${bytes.toString('hex')}`);
      }
    }
    this.#tellClock(this.#clock.onReading(summary, timezone, at));
  }

  /** @param hours by which the ECU's clock is ahead of its zone */
  onClock(hours: number, timezone: string): void {
    this.#tellClock(this.#clock.onHours(hours, timezone));
  }

  /** What came of the reading. */
  onTaken({ known: { misses }, note, isFirst, round, gone, isTooMany }: Taken): void {
    if (note !== null) {
      this.#log[note.kind === 'recovered' ? 'info' : 'warn'](describeEnergy(note, this.#name));
    }
    if (round !== null) {
      this.#onCounted(round, isFirst);
    }
    if (isTooMany) {
      this.#once(`${this.#name} has listed more than ${MOST_INVERTERS} different inverters: no new ones are taken`);
    }
    for (const inverterId of gone) {
      this.#log.info(`${this.#name} has not listed inverter ${inverterId} for 30 days: removed`);
    }
    for (const [half, count] of Object.entries(misses)) {
      const what = half === 'summary' ? 'totals' : 'inverters';
      if (count >= MISSES_UNTIL_UNKNOWN && !this.#troubles.has(`no ${what}`)) {
        this.#troubles.add(`no ${what}`);
        this.#log.warn(`${this.#name}: its ${what} could not be read ${count} times in a row, and are unknown now`);
      }
    }
  }

  /**
   * @param isGap silence is usual now, and no alarm
   * @param known the ECU that is or was here, as far as anybody knows
   */
  onFailure(error: EcuError, failures: number, isGap: boolean, known: string | null): void {
    this.#ecuId = known;
    const isSilent = error instanceof EcuSilentError;
    const isLasting = failures >= FAILURES_UNTIL_AWAY && !isGap;
    this.#log.debug(`${this.#where}: failed poll ${failures}: ${error.message}`);
    if (!isSilent || isLasting || known === null) {
      this.#tellOnce(isSilent ? 'silent' : error.name, describeFailure(error, this.#where, this.#ecuId));
    }
    if (failures >= FAILURES_UNTIL_AWAY && known !== null && !this.#isAway) {
      this.#isAway = true;
      this.#tellAway(isSilent, isGap);
    }
  }

  /** Of a silent ECU the warning says it already; in the night's gap there is none, since all is as usual. */
  #tellAway(isSilent: boolean, isGap: boolean): void {
    if (isGap) {
      this.#log.info(`${this.#name} is silent, as is usual now: its live values are unavailable until it answers`);
    } else if (!isSilent) {
      this.#log.warn(`${this.#name}: its live values are unavailable until a reply can be read`);
    }
  }

  /** A half that came to nothing once is asked for again in a minute, and mostly there then. */
  #onProblem(problem: EcuError, half: string): void {
    if (problem instanceof MalformedReplyError) {
      this.#tellOnce(problem.name, describeFailure(problem, this.#where, this.#ecuId));
    } else {
      this.#log.debug(`${this.#name}: no ${half} this time: ${problem.message}`);
    }
  }

  #tellOnce(kind: string, text: string): void {
    if (!this.#troubles.has(kind)) {
      this.#troubles.add(kind);
      this.#log.warn(text);
    }
  }

  /** @param isFirst nothing was read since the start before: counting goes on from what was saved, however old that is */
  #onCounted({ state, gap }: RoundRead, isFirst: boolean): void {
    for (const counter of distrusted(state)) {
      const name = counter === 'lifetime' ? 'lifetime energy' : 'energy of today';
      this.#once(
        `${this.#name}: its ${name} does not fit what its inverters make. The energies of inverters and panels are counted without it`,
      );
    }
    if (gap !== null) {
      const length = Duration.fromMillis(gap.ms).toFormat("h 'h' m 'min'");
      this.#log[isFirst ? 'info' : 'debug'](
        `${this.#name} was not read for ${length}: the ${gap.kWh.toFixed(2)} kWh of its own counter are shared out to its panels`,
      );
    }
  }

  /** It is silent, and we cannot or may not restart it. @param mayBeRestarted when the person lets us */
  onHelpless(mayBeRestarted: boolean): void {
    const needs = "(it needs the ECU's own WiFi name and password)";
    const option = mayBeRestarted ? `, or switch on ${allNames('ecu.auto_restart')} ${needs}` : '';
    this.#log.warn(`${this.#name} has not answered for ${SILENT_POLLS} polls. Unplug it for ten seconds${option}`);
  }

  /** @param owner the address at which this ECU is read */
  onDuplicate(ecuId: string, owner: string): void {
    this.#ecuId = ecuId;
    if (this.#duplicateOf !== owner) {
      this.#duplicateOf = owner;
      this.#log.warn(
        `${this.#name} answers at ${owner} and at ${this.#where}: it is read at the first, and the second is asked once an hour. Take one of them out of the options`,
      );
    }
  }

  onNight(rest: Rest): void {
    this.#night.onNight(this.#name, rest);
  }

  #tellClock(problem: string | null): void {
    if (problem !== null) {
      this.#once(`${this.#name}: ${problem}`);
    }
  }

  get #name(): string {
    return nameOf(this.#ecuId, this.#where);
  }

  #once(text: string, details = ''): void {
    if (this.#oddities.has(text) || this.#oddities.size >= MOST_ODDITIES) {
      return;
    }
    this.#oddities.add(text);
    this.#log.warn(details === '' ? text : `${text} (${details})`);
  }
}
