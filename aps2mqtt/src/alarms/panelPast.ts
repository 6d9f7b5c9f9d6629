import { GOOD_DAYS_TO_JUDGE } from '../site/verdict.ts';
import type { PanelDay } from './groupDay.ts';
import { median } from './numbers.ts';
import { wasSudden } from './sudden.ts';
import { type Loss, UsualDay } from './usualDay.ts';

const REMEMBERED_DAYS = 40;
const WEAK = 0.85;
const FAULTY = 0.6;
const CLEARS = 0.92;
/** On the way to faulty, one day among three may be so high: a shade that it always has weighs less on a hazy one. */
const NEARLY_FAULTY = 0.7;
/** So many of the last days have to be weak… */
const WEAK_DAYS = 5;
const OF_DAYS = 7;
/** …or so many in a row faulty. */
const FAULTY_DAYS = 3;
const CLEAR_DAYS = 3;
/** A panel that comes out of its winter's shade makes more than it usually did: so much is believed of it. */
const MOST_GAIN = 1.08;
const LEARNS_GAIN = 0.2;
/** So many days that are low by the same part are no snow: it melts. */
const SAME_DAYS = 3;
const SAME = 0.05;
/** Part of the usual day: a panel that is white all day makes less. */
const NOT_WHITE = 0.3;

/** A good day of a panel. */
export interface JudgedDay {
  readonly day: string;
  /** Of its baseline: 1 is as ever. */
  readonly share: number;
  /** Why a low day tells nothing: the season's shade, or what is left of the snow. */
  readonly excuse: 'season' | 'snow' | null;
}

export interface LowAlarm {
  readonly kind: 'weak' | 'faulty';
  readonly since: string;
}

/** What is known of one panel beside its neighbours. */
export class PanelPast {
  readonly #usual = new UsualDay();
  /** Part of the usual day that it made on the last days. */
  #gain = 1;
  readonly #days: JudgedDay[] = [];
  #alarm: LowAlarm | null = null;
  /** Of the last days with a loss. */
  readonly #losses: Loss[] = [];
  #isSudden = true;

  get goodDays(): number {
    return Math.min(GOOD_DAYS_TO_JUDGE, this.#usual.days);
  }

  get isJudged(): boolean {
    return this.#usual.days >= GOOD_DAYS_TO_JUDGE;
  }

  /** Of the baseline, on the last good day; null while not judged. */
  get share(): number | null {
    return this.isJudged ? (this.#days.at(-1)?.share ?? null) : null;
  }

  get alarm(): LowAlarm | null {
    return this.#alarm;
  }

  /** Low on the last good day, and nothing excuses it. */
  get isSuspect(): boolean {
    const last = this.#days.at(-1);
    return this.#alarm !== null || (last !== undefined && last.excuse === null && last.share < WEAK);
  }

  /** `yyyy-mm-dd` of the last day on which it made what it should; empty for none. */
  get lastFine(): string {
    return this.#days.findLast(({ share }) => share >= CLEARS)?.day ?? '';
  }

  /** Of the last days with a loss. */
  get loss(): { readonly shape: Loss | null; readonly isSudden: boolean; readonly share: number } {
    const lows = this.#days.slice(-OF_DAYS).filter(({ share }) => share < CLEARS);
    const shades = this.#losses.filter(({ hours }) => hours !== null);
    // One hazy day does not tell.
    const shape =
      2 * shades.length > this.#losses.length ? shades.at(-1) : this.#losses.findLast(({ hours }) => hours === null);
    return { shape: shape ?? null, isSudden: this.#isSudden, share: median(lows.map(({ share }) => share)) };
  }

  /** Of the baseline, on a day that is not taken yet; null while not judged. */
  shareOf({ ratios }: PanelDay, curve: Float32Array): number | null {
    return this.isJudged ? this.#usual.shareOf(ratios, curve) : null;
  }

  /**
   * @param curve of the group: what each half hour weighs
   * @param mayBeWhite a low day tells nothing: snow melts from one panel after the other
   */
  take(day: string, { ratios }: PanelDay, curve: Float32Array, mayBeWhite: boolean): void {
    const usual = this.#usual.shareOf(ratios, curve);
    if (!this.isJudged) {
      this.#usual.learn(ratios);
      if (this.isJudged && usual !== null) {
        this.#days.push({ day, share: usual, excuse: 'season' });
      }
      return;
    }
    if (usual === null) {
      return;
    }
    const share = usual / Math.min(MOST_GAIN, Math.max(1, this.#gain));
    const loss = share < CLEARS ? this.#usual.lossOf(ratios, curve) : null;
    const isSudden = loss !== null && wasSudden([...this.#days, { day, share }], loss.hours !== null);
    // The shade that a panel has always had moves with the sun.
    const isShade = loss !== null && loss.hours !== null && this.#alarm === null;
    const isSeasonal = isShade && (share >= WEAK || (share >= FAULTY && !isSudden));
    const isWhite = mayBeWhite && share < CLEARS && !this.#isSame(share);
    this.#days.push({ day, share, excuse: isSeasonal ? 'season' : isWhite ? 'snow' : null });
    if (this.#days.length > REMEMBERED_DAYS) {
      this.#days.shift();
    }
    if (share >= CLEARS || isSeasonal) {
      this.#usual.learn(ratios);
      this.#gain += LEARNS_GAIN * (Math.min(2 * MOST_GAIN - 1, usual) - this.#gain);
    }
    if (loss !== null && !isWhite) {
      this.#losses.push(loss);
      this.#losses.splice(0, this.#losses.length - OF_DAYS);
      this.#isSudden = this.#alarm === null ? isSudden : this.#isSudden;
    }
    this.#conclude();
  }

  /** Is it low by the same part as on the last days? Then these were no snow, either. */
  #isSame(share: number): boolean {
    const last = this.#days.slice(1 - SAME_DAYS);
    const isSame = last.every((day) => day.share < CLEARS && Math.abs(day.share - share) < SAME);
    if (share < NOT_WHITE || !isSame || last.length < SAME_DAYS - 1) {
      return false;
    }
    const white = last.map((day) => ({ ...day, excuse: day.excuse === 'snow' ? null : day.excuse }));
    this.#days.splice(1 - SAME_DAYS, SAME_DAYS - 1, ...white);
    return true;
  }

  #conclude(): void {
    if (this.#alarm === null && (this.#days.at(-1)?.share ?? 1) >= WEAK) {
      // Only a low day can begin an alarm.
      return;
    }
    const lows = this.#days.slice(-OF_DAYS).map(({ share, excuse }) => (excuse === null ? share : 1));
    const last = lows.slice(-FAULTY_DAYS);
    const isFaulty = last.length === FAULTY_DAYS && Math.max(...last) < NEARLY_FAULTY && median(last) < FAULTY;
    const isWeak = lows.filter((share) => share < WEAK).length >= WEAK_DAYS;
    const isClear = this.#days.slice(-CLEAR_DAYS).every(({ share }) => share >= CLEARS);
    if (this.#alarm !== null && isClear) {
      this.#alarm = null;
      this.#losses.length = 0;
    } else if (this.#alarm === null && (isFaulty || isWeak)) {
      this.#alarm = { kind: isFaulty ? 'faulty' : 'weak', since: this.#firstLow() };
    } else if (this.#alarm !== null && isFaulty) {
      this.#alarm = { ...this.#alarm, kind: 'faulty' };
    } else if (this.#alarm !== null && last.every((share) => share >= FAULTY)) {
      this.#alarm = { ...this.#alarm, kind: 'weak' };
    }
  }

  /** The day from which on nearly all days were low. */
  #firstLow(): string {
    let since = this.#days.at(-1)?.day ?? '';
    let fine = 0;
    for (const { day, share, excuse } of this.#days.toReversed()) {
      fine = share < WEAK && excuse === null ? 0 : fine + 1;
      if (fine >= 2) {
        break;
      }
      since = fine === 0 ? day : since;
    }
    return since;
  }
}
