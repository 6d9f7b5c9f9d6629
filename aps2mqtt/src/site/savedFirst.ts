import type { Clock } from '../clock.ts';
import { faultOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Output } from './output.ts';
import type { StateStore } from './stateStore.ts';

/** A disk that hangs for longer does not keep anything from being shown. */
const LONGEST_MS = 2_000;

/**
 * Shows things when the state behind them is on disk: an energy that was shown must not be less after a power cut. All in
 * the order in which they were said; at once where nothing is being written.
 */
export function savedFirst(
  output: Output,
  store: Pick<StateStore, 'isWriting' | 'settled'>,
  clock: Clock,
  log: Logger,
): Output {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  /** The disk hangs: nobody waits for it until it is done. */
  let isHanging = false;

  function say(work: () => void): void {
    if (waiting === 0 && (isHanging || !store.isWriting)) {
      work();
      return;
    }
    waiting++;
    last = last
      .then(written)
      .then(work)
      // A fault of ours must not keep the rest from being said.
      .catch((fault: unknown) => log.error(faultOf(fault)))
      .finally(() => {
        waiting--;
      });
  }

  async function written(): Promise<void> {
    if (isHanging) {
      return;
    }
    const enough = new AbortController();
    const isOver = { yet: false };
    const settled = store.settled().then(() => {
      isHanging = false;
      isOver.yet = true;
    });
    await Promise.race([settled, clock.sleep(LONGEST_MS, enough.signal).catch(() => {})]);
    enough.abort();
    isHanging = !isOver.yet;
  }

  return {
    show: (...args) => say(() => output.show(...args)),
    setAnswering: (...args) => say(() => output.setAnswering(...args)),
    retire: (...args) => say(() => output.retire(...args)),
    remove: (...args) => say(() => output.remove(...args)),
    removeEcu: (...args) => say(() => output.removeEcu(...args)),
  };
}
