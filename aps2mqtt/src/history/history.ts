import type { ClosedDay } from '../energy/energyDay.ts';
import type { DayEnergies } from './dailyEnergies.ts';
import type { DayRounds } from './dayRounds.ts';
import type { RoundInverter } from './dayText.ts';

/** What was read, kept for pictures, curves, alarms and exports. */
export interface History {
  /**
   * Keeps a round. Never rejects: a disk that is full or read-only costs the history, one warning, and nothing else.
   *
   * @param round ISO 8601 with the offset of the site's zone; its day is the file's
   */
  append(ecuId: string, round: string, inverters: readonly RoundInverter[]): Promise<void>;
  /** Keeps a day's energies for ever. Never rejects. */
  closeDay(ecuId: string, day: ClosedDay): Promise<void>;
  /** ECUs of which there is any history. */
  ecus(): Promise<readonly string[]>;
  /** Days of which there are rounds, `yyyy-mm-dd`, oldest first. */
  days(ecuId: string): Promise<readonly string[]>;
  /** Null for a day without rounds. */
  readDay(ecuId: string, day: string): Promise<DayRounds | null>;
  /** The same as the text of its file. */
  readText(ecuId: string, day: string): Promise<string | null>;
  /** The days that are over, oldest first. */
  readEnergies(ecuId: string): Promise<readonly DayEnergies[]>;
  /** Closes days that ended while nobody ran. */
  start(now: Date): Promise<void>;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}
