import { writeFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** Shows a health check from outside that all loops are alive: a file that is touched as long as they are. */
export interface Heartbeat {
  /** @param waitMs until this loop says so again, the work it has then left out */
  beat(loop: string, waitMs: number): void;
  /** This loop has come to its end, as it should. */
  leave(loop: string): void;
  /** Touches the file until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** Between two touches. */
const TOUCH_MS = 30_000;
/** A poll of six exchanges of 20 s each is the longest that a loop can be busy with. */
const BUSY_MS = 3 * 60_000;

/**
 * @param path null for no file
 * @param touch makes the file's time that of now
 */
export function createHeartbeat(
  path: string | null,
  clock: Clock,
  log: Logger,
  touch: (path: string, text: string) => Promise<void> = writeFile,
): Heartbeat {
  /** ms that each loop has left. Counted in touches, so that a clock that is set means nothing. */
  const left = new Map<string, number>();
  let isTold = false;

  async function touchFile(file: string): Promise<void> {
    try {
      await touch(file, `${clock.now().toISOString()}\n`);
    } catch (error) {
      if (!isTold) {
        isTold = true;
        log.debug(`no heartbeat: ${messageOf(error)}`);
      }
    }
  }

  return {
    beat(loop, waitMs) {
      left.set(loop, waitMs + BUSY_MS);
    },
    leave(loop) {
      left.delete(loop);
    },
    async run(signal) {
      while (path !== null && !signal.aborted) {
        if ([...left.values()].every((ms) => ms >= 0)) {
          await touchFile(path);
        }
        await clock.sleep(TOUCH_MS, signal).catch(() => {});
        for (const [loop, ms] of left) {
          left.set(loop, ms - TOUCH_MS);
        }
      }
    },
  };
}
