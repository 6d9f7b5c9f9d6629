/** Notices an ECU that is reached by two addresses, as by its name and its number: it would be asked twice as often. */
export class Twins {
  /** The addresses at which each ECU answered, in turn: the last three. */
  readonly #turns = new Map<string, readonly string[]>();

  /**
   * Two ECUs that change places answer at each other's address as well, but not here, there, and here again.
   *
   * @returns the other address of an ECU that does
   */
  answers(ecuId: string, address: string): string | null {
    const before = this.#turns.get(ecuId) ?? [];
    if (before.at(-1) === address) {
      return null;
    }
    const turns = [...before, address].slice(-3);
    this.#turns.set(ecuId, turns);
    const [first, other = null, last] = turns;
    return first === last ? other : null;
  }
}
