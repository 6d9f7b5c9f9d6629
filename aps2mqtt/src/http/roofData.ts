import type { Captured } from '../capture/captured.ts';
import type { LogEntry } from '../logTail.ts';
import type { BoardEcu } from '../roof/board.ts';
import type { Layout } from '../roof/layout.ts';
import type { ScanResult } from './scanResult.ts';

/** A day's rounds. */
export interface Rounds {
  /** ISO 8601 with the offset of the ECU's zone. */
  readonly stamps: readonly string[];
  /** By column of the history's files: `<inverter>/1` in W, `<inverter>/online` as 1 or 0, `<inverter>/temperature`. */
  readonly columns: ReadonlyMap<string, readonly (number | null)[]>;
}

/** A day's energies, kWh by `<inverter>/<panel>`. */
export interface DayOfEnergies {
  readonly day: string;
  readonly panels: ReadonlyMap<string, { readonly energy: number; readonly estimated: number }>;
}

/** What is kept of earlier days. Days are `yyyy-mm-dd` in the ECU's zone. */
export interface Past {
  /** Days with rounds, oldest first. */
  days(ecuId: string): Promise<readonly string[]>;
  /** Null for a day without rounds. */
  readDay(ecuId: string, day: string): Promise<Rounds | null>;
  /** The same as CSV. */
  readText(ecuId: string, day: string): Promise<string | null>;
  /** Oldest first. */
  readEnergies(ecuId: string): Promise<readonly DayOfEnergies[]>;
}

/** All that page and API show and do: the rest of the program gives it. */
export interface RoofData {
  /** In the order of the options. */
  ecus(): readonly BoardEcu[];
  /** The person's layout; null while nobody has made one. */
  layout(): Layout | null;
  /** @returns false where it holds only until the next start */
  saveLayout(layout: Layout): Promise<boolean>;
  readonly history: Past;
  /** Null where there is no such ECU, or it has not answered since the start. */
  capture(ecuId: string): Captured | null;
  /** Looks for ECUs; null where that is not possible. */
  readonly scan: ((signal: AbortSignal) => Promise<ScanResult>) | null;
  /** The log's last lines about this ECU, oldest first. */
  log(ecuId: string): readonly LogEntry[];
  /** YAML for Home Assistant: a dashboard, or one card. */
  dashboard(kind: 'dashboard' | 'card'): Promise<string>;
}
