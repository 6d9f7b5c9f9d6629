import type { Clock } from '../clock.ts';
import type { Output } from './output.ts';
import type { StateStore } from './stateStore.ts';

/** A disk that hangs for longer does not keep anything from being shown. */
const LONGEST_MS = 2_000;

/**
 * Shows things when the state behind them is on disk: an energy that was shown must not be less after a power cut. All in
 * the order in which they were said; at once where nothing is being written.
 */
export function savedFirst(output: Output, store: Pick<StateStore, 'isWriting' | 'settled'>, clock: Clock): Output {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  function say(work: () => void): void {
    if (waiting === 0 && !store.isWriting) {
      work();
      return;
    }
    waiting++;
    last = last
      .then(() => written(store, clock))
      .then(work)
      .finally(() => {
        waiting--;
      });
  }

  return {
    show: (...args) => say(() => output.show(...args)),
    setAnswering: (...args) => say(() => output.setAnswering(...args)),
    retire: (...args) => say(() => output.retire(...args)),
    remove: (...args) => say(() => output.remove(...args)),
    removeEcu: (...args) => say(() => output.removeEcu(...args)),
  };
}

async function written(store: Pick<StateStore, 'settled'>, clock: Clock): Promise<void> {
  const enough = new AbortController();
  const limit = clock.sleep(LONGEST_MS, enough.signal).catch(() => {});
  await Promise.race([store.settled(), limit]);
  enough.abort();
}
