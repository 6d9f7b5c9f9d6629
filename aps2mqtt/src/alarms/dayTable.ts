/** A day's rounds of one ECU, as the history has them: all that is needed to judge its panels. */
export interface DayTable {
  /** `yyyy-mm-dd`. */
  readonly day: string;
  /** ISO 8601 with the offset of the ECU's zone. */
  readonly stamps: readonly string[];
  /** ms since 1970, rising. */
  readonly times: readonly number[];
  /** By column (`<inverter>/<panel>` in W, `<inverter>/online` as 1 or 0, `<inverter>/temperature` in °C): a value a round. */
  readonly columns: ReadonlyMap<string, readonly (number | null)[]>;
}

/** `<inverter>/<panel>`. */
const PANEL = /^\d{12}\/\d{1,2}$/;

/** Keys of the panels of a day. */
export function panelKeys({ columns }: DayTable): string[] {
  return [...columns.keys()].filter((name) => PANEL.test(name));
}

/** 1 or 0 by round, null for what is not known. */
export function onlineOf(inverterId: string, { columns }: DayTable): readonly (number | null)[] {
  return columns.get(`${inverterId}/online`) ?? [];
}

/** W by round, null for what is not known. */
export function powersOf(key: string, { columns }: DayTable): readonly (number | null)[] {
  return columns.get(key) ?? [];
}

export const inverterOf = (key: string) => key.slice(0, 12);
export const panelOf = (key: string) => Number(key.slice(13));

/** °C of the coldest inverter from a round on; null where none told it. */
export function coldestOf({ columns }: DayTable, from = 0): number | null {
  let coldest = Number.POSITIVE_INFINITY;
  for (const [name, values] of columns) {
    if (name.endsWith('/temperature')) {
      for (let round = from; round < values.length; round++) {
        const value = values[round] ?? coldest;
        coldest = value < coldest ? value : coldest;
      }
    }
  }
  return coldest === Number.POSITIVE_INFINITY ? null : coldest;
}

/** Minutes that the zone of a stamp is ahead of UTC; 0 for a stamp without one. */
export function offsetOf(stamp: string | undefined): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(stamp ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
}
