import { type DayTable, inverterOf, onlineOf, panelKeys, powersOf } from './dayTable.ts';
import { median } from './numbers.ts';

/** Panels that see the same sun; null before that is known: then all do. */
export type NeighboursOf = (key: string) => readonly string[] | null;

/** W of the median neighbour in which a panel makes power. */
export const BRIGHT = 50;

type Column = readonly (number | null)[];

/** Neighbours of some panel, and their medians of the rounds that somebody has asked for. */
interface Neighbours {
  readonly columns: readonly { readonly powers: Column; readonly online: Column }[];
  readonly medians: Map<number, number>;
}

/** What the neighbours of panels make, round by round: worked out for the rounds that somebody asks for. */
export class Light {
  readonly #table: DayTable;
  readonly #neighboursOf: NeighboursOf;
  #keys: readonly string[] | null = null;
  readonly #known = new Map<readonly string[], Neighbours>();

  constructor(table: DayTable, neighboursOf: NeighboursOf) {
    this.#table = table;
    this.#neighboursOf = neighboursOf;
  }

  /** W of the median panel among the neighbours whose inverter is awake; 0 where there is none. */
  of(key: string, round: number): number {
    const { columns, medians } = this.#neighbours(this.#neighboursOf(key) ?? this.#everybody());
    const light = medians.get(round) ?? medianOf(columns, round);
    medians.set(round, light);
    return light;
  }

  #everybody(): readonly string[] {
    this.#keys ??= panelKeys(this.#table);
    return this.#keys;
  }

  isBright(key: string, round: number): boolean {
    return this.of(key, round) > BRIGHT;
  }

  #neighbours(keys: readonly string[]): Neighbours {
    const known = this.#known.get(keys) ?? {
      columns: keys.map((key) => ({
        powers: powersOf(key, this.#table),
        online: onlineOf(inverterOf(key), this.#table),
      })),
      medians: new Map<number, number>(),
    };
    this.#known.set(keys, known);
    return known;
  }
}

function medianOf(columns: Neighbours['columns'], round: number): number {
  const awake: number[] = [];
  for (const { powers, online } of columns) {
    const power = powers[round] ?? null;
    if (power !== null && online[round] !== 0) {
      awake.push(power);
    }
  }
  return awake.length === 0 ? 0 : median(awake);
}
