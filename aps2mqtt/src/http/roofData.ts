import type { Captured } from '../ecu/captured.ts';
import type { Layout } from '../roof/layout.ts';
import type { RoofEcu } from '../roof/panels.ts';

/** How an ECU is, in one word. */
export type EcuCondition = 'fine' | 'resting' | 'silent' | 'starting';

/** An ECU now. */
export interface PageEcu extends RoofEcu {
  readonly model: string;
  readonly firmware: string | null;
  readonly condition: EcuCondition;
  /** When that began; null where nobody knows. */
  readonly since: Date | null;
  /** Why it is silent, in words; null otherwise. */
  readonly reason: string | null;
  /** When its newest values came; null before the first ones. */
  readonly takenAt: Date | null;
  /** When it is asked next; null where nobody knows. */
  readonly next: Date | null;
}

/** What is kept of earlier days (ENERGY 3). Days are `yyyy-mm-dd` in the ECU's zone. */
export interface History {
  /** Days with rounds, oldest first. */
  days(ecuId: string): Promise<readonly string[]>;
  /** A day's rounds as CSV; null where there are none. */
  day(ecuId: string, day: string): Promise<string | null>;
  /** Each day's energies as CSV; null where there are none. */
  energies(ecuId: string): Promise<string | null>;
}

/** What a look through the networks has found. */
export interface ScanResult {
  /** Where was looked, such as `192.168.1.0/24`. */
  readonly networks: readonly string[];
  readonly found: readonly {
    readonly host: string;
    /** Null where something else answers. */
    readonly ecu: string | null;
    readonly model: string | null;
    readonly inverters: number | null;
    readonly problem: string | null;
  }[];
}

export interface LogEntry {
  readonly at: Date;
  readonly level: string;
  readonly text: string;
}

/** All that page and API show and do: the rest of the program gives it. */
export interface RoofData {
  /** In the order of the options. */
  ecus(): readonly PageEcu[];
  /** The person's layout; null while nobody has made one. */
  layout(): Layout | null;
  /** @returns false where it holds only until the next start */
  saveLayout(layout: Layout): Promise<boolean>;
  readonly history: History;
  /** Null where there is no such ECU, or it has not answered since the start. */
  capture(ecuId: string): Captured | null;
  /** Looks for ECUs; null where that is not possible. */
  readonly scan: ((signal: AbortSignal) => Promise<ScanResult>) | null;
  /** The log's last lines about this ECU, oldest first. */
  log(ecuId: string): readonly LogEntry[];
  /** YAML for Home Assistant: a dashboard, or one card. */
  dashboard(kind: 'dashboard' | 'card'): Promise<string>;
}
