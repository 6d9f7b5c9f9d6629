import type { Fault } from '../../src/tools/simulator/faults.ts';
import type { Misbehaviour } from '../../src/tools/simulator/server.ts';

/** What goes wrong with the next queries: the simulated server's rules once more. */
export class FaultQueue {
  #entries: { fault: Fault; command: string | undefined; left: number }[] = [];
  #isRefusing = false;

  get isRefusing(): boolean {
    return this.#isRefusing;
  }

  add(fault: Fault, { command, times = 1 }: Misbehaviour = {}): void {
    if (fault.kind === 'refuse') {
      this.#isRefusing = true;
    } else {
      this.#entries.push({ fault, command, left: times });
    }
  }

  /** Null for a query that goes well. */
  take(command: string): Fault | null {
    const entry = this.#entries.find((one) => one.command === undefined || one.command === command);
    if (entry === undefined) {
      return null;
    }
    entry.left--;
    this.#entries = this.#entries.filter(({ left }) => left > 0);
    return entry.fault;
  }

  clear(): void {
    this.#entries = [];
    this.#isRefusing = false;
  }
}
