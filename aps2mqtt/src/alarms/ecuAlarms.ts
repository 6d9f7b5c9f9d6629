import type { History } from '../history/history.ts';
import type { Language } from '../language.ts';
import type { EcuSnapshot, InverterSnapshot } from '../site/snapshot.ts';
import type { InverterVerdict } from '../site/verdict.ts';
import { type DayTable, offsetOf } from './dayTable.ts';
import { Judge } from './judge.ts';
import { emptyDay, OpenDay } from './openDay.ts';
import type { SideOf } from './roofGroups.ts';

const DAY_MS = 86_400_000;

/** What the judging of all ECUs goes by. */
export interface JudgingBy {
  readonly history: Pick<History, 'days' | 'readDay'>;
  /** Of the layout in force. */
  readonly sides: () => SideOf;
  readonly language: () => Language;
}

interface Round {
  readonly stamp: string;
  readonly inverters: EcuSnapshot['inverters'];
}

/** One ECU's panels: judged by what the history has, then with each round. A day is judged once, when the next one begins. */
export class EcuAlarms {
  readonly #ecuId: string;
  readonly #by: JudgingBy;
  #judging: Judging;
  /** Rounds that come while the history is being read; null while it is not. */
  #waiting: Round[] | null = null;

  constructor(ecuId: string, by: JudgingBy) {
    this.#ecuId = ecuId;
    this.#by = by;
    this.#judging = new Judging(by);
  }

  /**
   * Judges anew by what the history has. The program goes on meanwhile, with what was thought before.
   *
   * @param now days that are over by then are closed
   * @throws Error of the file system, or the signal's reason
   */
  async read(now: Date, signal: AbortSignal): Promise<void> {
    const { history } = this.#by;
    const judging = new Judging(this.#by);
    this.#waiting = [];
    try {
      for (const day of await history.days(this.#ecuId)) {
        const rounds = await history.readDay(this.#ecuId, day);
        signal.throwIfAborted();
        if (rounds !== null && rounds.times.length > 0) {
          judging.takeRead({ day, ...rounds }, now);
        }
      }
      this.#judging = judging;
    } finally {
      const waiting = this.#waiting;
      this.#waiting = null;
      for (const round of waiting) {
        this.#judging.take(round);
      }
    }
  }

  /** Takes a round that was read just now. */
  take(round: Round): void {
    if (this.#waiting === null) {
      this.#judging.take(round);
    } else {
      this.#waiting.push(round);
    }
  }

  /** With what is thought of its panels. */
  judged(inverters: readonly InverterSnapshot[]): InverterSnapshot[] {
    return inverters.map((one) => ({ ...one, verdict: this.#judging.verdict(one) }));
  }
}

/** A judge, and the day that goes on. */
class Judging {
  readonly #judge: Judge;
  #today: OpenDay | null = null;

  constructor({ sides, language }: JudgingBy) {
    this.#judge = new Judge(sides(), language);
  }

  takeRead(table: DayTable, now: Date): void {
    if (isYetToCome(table, now)) {
      // Of an ECU whose clock was wrong once: today would never be later.
      return;
    }
    if (isOver(table, now)) {
      this.#judge.takeDay(table);
    } else {
      this.#begin(table);
    }
  }

  take({ stamp, inverters }: Round): void {
    const day = stamp.slice(0, 10);
    if (this.#today === null || this.#today.day < day) {
      this.#begin(emptyDay(day));
    }
    const today = this.#today;
    if (today?.add(stamp, inverters) === true) {
      this.#judge.takeRounds(today, today.times.length - 1);
    }
  }

  verdict({ id, powers }: InverterSnapshot): InverterVerdict {
    return this.#judge.verdict(id, powers.length);
  }

  #begin(table: DayTable): void {
    if (this.#today !== null && this.#today.times.length > 0) {
      this.#judge.closeDay(this.#today);
    }
    this.#today = new OpenDay(table);
    this.#judge.takeRounds(this.#today, 0);
  }
}

function isYetToCome({ times }: DayTable, now: Date): boolean {
  return (times[0] ?? 0) > now.getTime() + DAY_MS;
}

/** Is it another day by now, where the rounds were read? */
function isOver({ day, stamps }: DayTable, now: Date): boolean {
  return new Date(now.getTime() + offsetOf(stamps.at(-1)) * 60_000).toISOString().slice(0, 10) > day;
}
