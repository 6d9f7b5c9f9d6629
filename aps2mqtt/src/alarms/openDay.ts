import { onlineColumn, panelColumn, type RoundInverter, temperatureColumn } from '../history/dayText.ts';
import type { DayTable } from './dayTable.ts';

/** A day that goes on: its rounds so far. */
export class OpenDay implements DayTable {
  readonly day: string;
  readonly stamps: string[];
  readonly times: number[];
  readonly columns = new Map<string, (number | null)[]>();

  /** @param day with the rounds that are known already */
  constructor({ day, stamps, times, columns }: DayTable) {
    this.day = day;
    this.stamps = [...stamps];
    this.times = [...times];
    for (const [name, values] of columns) {
      this.columns.set(name, [...values]);
    }
  }

  /** ms since 1970; 0 for none. */
  get lastTime(): number {
    return this.times.at(-1) ?? 0;
  }

  /** @param stamp ISO 8601; one that is not later than the last one was read before, and is left out */
  add(stamp: string, inverters: readonly RoundInverter[]): boolean {
    const time = Date.parse(stamp);
    if (!(time > this.lastTime)) {
      return false;
    }
    this.stamps.push(stamp);
    this.times.push(time);
    for (const { id, powers, online, temperature } of inverters) {
      for (const [index, power] of powers.entries()) {
        this.#put(panelColumn(id, index + 1), power);
      }
      this.#put(onlineColumn(id), online === null ? null : Number(online));
      this.#put(temperatureColumn(id), temperature);
    }
    for (const values of this.columns.values()) {
      if (values.length < this.times.length) {
        values.push(null);
      }
    }
    return true;
  }

  #put(name: string, value: number | null): void {
    const values = this.columns.get(name) ?? new Array<number | null>(this.times.length - 1).fill(null);
    values.push(value);
    this.columns.set(name, values);
  }
}

export const emptyDay = (day: string): DayTable => ({ day, stamps: [], times: [], columns: new Map() });
