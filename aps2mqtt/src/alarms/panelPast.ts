import { GOOD_DAYS_TO_JUDGE } from '../site/verdict.ts';
import type { PanelDay } from './groupDay.ts';
import { BINS } from './halfHours.ts';
import { type LossShape, lossOf, wasSudden } from './loss.ts';
import { median } from './numbers.ts';

const REMEMBERED_RATIOS = 30;
const REMEMBERED_DAYS = 40;
const WEAK = 0.85;
const FAULTY = 0.6;
const CLEARS = 0.92;
/** So many of the last days have to be weak… */
const WEAK_DAYS = 5;
const OF_DAYS = 7;
/** …or so many in a row faulty. */
const FAULTY_DAYS = 3;
const CLEAR_DAYS = 3;
const LEARNS = 0.15;

/** A good day of a panel. */
export interface JudgedDay {
  readonly day: string;
  /** Of its baseline: 1 is as ever. */
  readonly share: number;
  /** Nothing to worry about, though it may be low: the season's shade, or what is left of the snow. */
  readonly isExcused: boolean;
}

export interface LowAlarm {
  readonly kind: 'weak' | 'faulty';
  readonly since: string;
}

/** What is known of one panel beside its neighbours. */
export class PanelPast {
  /** Ratios of the last good days without suspicion. */
  readonly #ratios: number[] = [];
  #baseline = Number.NaN;
  /** Ratio by half hour on those days. */
  readonly #usual = new Float32Array(BINS).fill(Number.NaN);
  readonly #days: JudgedDay[] = [];
  #alarm: LowAlarm | null = null;
  /** Of the last days with a loss. */
  readonly #shapes: LossShape[] = [];
  #isSudden = true;

  get goodDays(): number {
    return Math.min(GOOD_DAYS_TO_JUDGE, this.#ratios.length);
  }

  get isJudged(): boolean {
    return this.#ratios.length >= GOOD_DAYS_TO_JUDGE;
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
    return this.#alarm !== null || (last !== undefined && !last.isExcused && last.share < WEAK);
  }

  /** Of the last days with a loss. */
  get loss(): { readonly shape: LossShape | null; readonly isSudden: boolean; readonly share: number } {
    const lows = this.#days.slice(-OF_DAYS).filter(({ share }) => share < CLEARS);
    const shades = this.#shapes.filter(({ hours }) => hours !== null);
    // One hazy day does not tell.
    const shape =
      2 * shades.length > this.#shapes.length ? shades.at(-1) : this.#shapes.findLast(({ hours }) => hours === null);
    return { shape: shape ?? null, isSudden: this.#isSudden, share: median(lows.map(({ share }) => share)) };
  }

  /** @param isExcused a low day tells nothing: snow melts from one panel after the other */
  take(day: string, { ratio, ratios }: PanelDay, curve: Float32Array, isExcused: boolean): void {
    if (!this.isJudged) {
      this.#learn(ratio, ratios);
      if (this.isJudged) {
        this.#days.push({ day, share: ratio / this.#baseline, isExcused: true });
      }
      return;
    }
    const share = ratio / this.#baseline;
    const shape = share < CLEARS ? lossOf(ratios, this.#usual, curve) : null;
    const isSudden = shape !== null && wasSudden([...this.#days, { day, share }], shape.hours !== null);
    const isSeasonal = shape !== null && shape.hours !== null && !isSudden && share >= FAULTY && this.#alarm === null;
    this.#days.push({ day, share, isExcused: isSeasonal || (isExcused && share < CLEARS) });
    if (this.#days.length > REMEMBERED_DAYS) {
      this.#days.shift();
    }
    if (share >= CLEARS || isSeasonal) {
      this.#learn(ratio, ratios);
    }
    if (shape !== null && !isExcused) {
      this.#shapes.push(shape);
      this.#shapes.splice(0, this.#shapes.length - OF_DAYS);
      this.#isSudden = this.#alarm === null ? isSudden : this.#isSudden;
    }
    this.#conclude();
  }

  #conclude(): void {
    const lows = this.#days.slice(-OF_DAYS).map(({ share, isExcused }) => (isExcused ? 1 : share));
    const last = lows.slice(-FAULTY_DAYS);
    const isFaulty = last.length === FAULTY_DAYS && last.every((share) => share < FAULTY);
    const isWeak = lows.filter((share) => share < WEAK).length >= WEAK_DAYS;
    const isClear = this.#days.slice(-CLEAR_DAYS).every(({ share }) => share >= CLEARS);
    if (this.#alarm !== null && isClear) {
      this.#alarm = null;
      this.#shapes.length = 0;
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
    for (const { day, share, isExcused } of this.#days.toReversed()) {
      fine = share < WEAK && !isExcused ? 0 : fine + 1;
      if (fine >= 2) {
        break;
      }
      since = fine === 0 ? day : since;
    }
    return since;
  }

  #learn(ratio: number, ratios: readonly number[]): void {
    this.#ratios.push(ratio);
    if (this.#ratios.length > REMEMBERED_RATIOS) {
      this.#ratios.shift();
    }
    this.#baseline = median(this.#ratios);
    for (let bin = 0; bin < BINS; bin++) {
      const [usual, now] = [this.#usual[bin] ?? Number.NaN, ratios[bin] ?? Number.NaN];
      if (!Number.isNaN(now)) {
        this.#usual[bin] = Number.isNaN(usual) ? now : usual + LEARNS * (now - usual);
      }
    }
  }
}
