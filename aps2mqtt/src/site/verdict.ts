/** How bad it is. */
export type ProblemKind = 'weak' | 'faulty' | 'dead' | 'offline';

/** What the shape of a loss tells: certain hours, all day and at once, slowly over weeks, or nothing yet. */
export type Cause = 'shade' | 'fault' | 'dirt' | 'unclear';

export interface Problem {
  /** From 1; null for the whole inverter. */
  readonly panel: number | null;
  readonly kind: ProblemKind;
  /** A day, `yyyy-mm-dd`, or a moment in ISO 8601. */
  readonly since: string;
  readonly cause: Cause | null;
  /** % less than it should make; null where it makes nothing. */
  readonly loss: number | null;
  /** Why, in words. */
  readonly reason: string;
  /** The hours of the day in which it is lost, such as 14 and 16.5; null for all day. */
  readonly hours: readonly [from: number, to: number] | null;
}

/** A panel against its neighbours. */
export interface PanelVerdict {
  /** % of what its own past lets expect, on the last good day; null while it is not judged. */
  readonly ratio: number | null;
  /** Good days so far, of `GOOD_DAYS_TO_JUDGE`. */
  readonly goodDays: number;
}

/** An inverter's panels against their neighbours. */
export interface InverterVerdict {
  readonly problems: readonly Problem[];
  /** By place. */
  readonly panels: readonly PanelVerdict[];
}

/** A panel is not judged before it has so many good days. */
export const GOOD_DAYS_TO_JUDGE = 10;

/** What is thought of an inverter before anything is known. */
export const UNJUDGED: InverterVerdict = { problems: [], panels: [] };

/** Is something wrong? Null while nothing of it is judged. */
export function problemOf({ problems, panels }: InverterVerdict): boolean | null {
  return problems.length > 0 ? true : panels.some(({ ratio }) => ratio !== null) ? false : null;
}

/** The same for all inverters of an ECU. */
export function arrayProblemOf(verdicts: readonly InverterVerdict[]): boolean | null {
  const problems = verdicts.map(problemOf);
  return problems.includes(true) ? true : problems.includes(false) ? false : null;
}
