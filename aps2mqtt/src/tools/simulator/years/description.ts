/** What happens on a roof over the years, and is no fault of a panel. */
export const ORDINARY = ['chimney', 'snow', 'dirt', 'clipping', 'limit', 'moved', 'gaps', 'sizes', 'tree'] as const;

export type Ordinary = (typeof ORDINARY)[number];

/** From this day on (0 is the first one) a panel makes this part of what it should; 0 for a dead one. */
export interface WeakFrom {
  readonly inverter: string;
  /** From 1; null for an inverter that falls silent. */
  readonly panel: number | null;
  readonly factor: number;
  readonly from: number;
  /** Whole again from this day on. */
  readonly until?: number;
  /** Days that it takes to get there; 0 for a fault that is there at once. */
  readonly over?: number;
  /** Hours of the day, such as 9 to 12, where a new thing stands in the sun; all day unless told. */
  readonly hours?: readonly [from: number, to: number];
  /** The hour of the first day at which it begins; before sunrise unless told. */
  readonly hour?: number;
}

/** A roof and its years. */
export interface YearsDescription {
  readonly inverters: readonly {
    /** 12 digits. */
    readonly id: string;
    /** Degrees clockwise from north that each panel looks at. */
    readonly azimuths: readonly number[];
    /** Its first day; 0 unless told. */
    readonly from?: number;
  }[];
  /** The last day, `yyyy-mm-dd`. */
  readonly lastDay: string;
  readonly days: number;
  readonly position: { readonly latitude: number; readonly longitude: number };
  /** IANA. */
  readonly timeZone: string;
  /** s between rounds. */
  readonly round: number;
  readonly seed: string;
  readonly ordinary: ReadonlySet<Ordinary>;
  readonly weak: readonly WeakFrom[];
}

export const PARIS = { latitude: 48.86, longitude: 2.35 };
export const PEAK = 410;
export const TILT = 32;
