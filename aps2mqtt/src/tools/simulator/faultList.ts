import type { Fault } from './faults.ts';
import type { Misbehaviour } from './simulator.ts';

/** What goes wrong with the next replies. */
export interface FaultList {
  /** Of several that match a query, the one added first is used up first. */
  add(fault: Fault, misbehaviour?: Misbehaviour): void;
  /** @returns null for a reply that goes well */
  take(command: string): Fault | null;
  clear(): void;
}

export function faultList(): FaultList {
  let entries: { readonly fault: Fault; readonly command: string | undefined; left: number }[] = [];
  return {
    add(fault, { command, times = 1 } = {}) {
      if (times > 0) {
        entries.push({ fault, command, left: times });
      }
    },
    take(command) {
      const entry = entries.find((candidate) => candidate.command === undefined || candidate.command === command);
      if (entry === undefined) {
        return null;
      }
      entry.left--;
      entries = entries.filter(({ left }) => left > 0);
      return entry.fault;
    },
    clear() {
      entries = [];
    },
  };
}
