/** More than an ECU has: anybody on the broker can name inverters to remove. */
const MOST = 200;

/** What was removed, and its topics, which the broker shall forget once nothing reads them any more. */
export class Removed {
  /** By the 12 digits of an inverter or ECU. */
  readonly #entries = new Map<string, { readonly topics: readonly string[]; isDue: boolean }>();

  get ids(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  add(id: string, topics: readonly string[]): void {
    this.#entries.set(id, { topics, isDue: true });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }

  /** It is there again. */
  delete(id: string): void {
    this.#entries.delete(id);
  }

  /** What was said while there was no connection, or lost with one, has to be said again. */
  onConnect(): void {
    this.#setDue(true);
  }

  /** Topics to be emptied now: each once on a connection. */
  take(): string[] {
    const topics = [...this.#entries.values()].flatMap((entry) => (entry.isDue ? entry.topics : []));
    this.#setDue(false);
    return topics;
  }

  #setDue(isDue: boolean): void {
    for (const entry of this.#entries.values()) {
      entry.isDue = isDue;
    }
  }
}
