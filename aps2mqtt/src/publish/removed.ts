/** More than an ECU has: anybody on the broker can name inverters to remove. */
const MOST = 200;

/** What was removed, and its topics, which the broker shall forget once nothing reads them any more. */
export class Removed {
  /** By the 12 digits of an inverter or ECU. */
  readonly #topics = new Map<string, readonly string[]>();
  readonly #emptied = new Set<string>();

  get ids(): ReadonlySet<string> {
    return new Set(this.#topics.keys());
  }

  add(id: string, topics: readonly string[]): void {
    this.#topics.set(id, topics);
    this.#emptied.delete(id);
    const [oldest] = this.#topics.keys();
    if (this.#topics.size > MOST && oldest !== undefined) {
      this.#topics.delete(oldest);
    }
  }

  /** It is there again. */
  delete(id: string): void {
    this.#topics.delete(id);
  }

  /** What was said while there was no connection, or lost with one, has to be said again. */
  onConnect(): void {
    this.#emptied.clear();
  }

  /** Topics to be emptied now: each once on a connection. */
  take(): string[] {
    const due = [...this.#topics].filter(([id]) => !this.#emptied.has(id));
    for (const [id] of due) {
      this.#emptied.add(id);
    }
    return due.flatMap(([, topics]) => topics);
  }
}
