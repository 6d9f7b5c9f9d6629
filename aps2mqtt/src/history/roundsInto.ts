import type { RoundOutput } from '../site/output.ts';
import type { History } from './history.ts';

/** Keeps each poll round that was read, and each day's energies. */
export function roundsInto(history: History): RoundOutput {
  return {
    onRound({ ecuId, inverters }, { isNew, moment, closed }) {
      for (const day of closed) {
        void history.closeDay(ecuId, day);
      }
      if (isNew) {
        void history.append(ecuId, moment, inverters);
      }
    },
  };
}
