import { setTimeout as timeout } from 'node:timers/promises';

/**
 * What decides by the time of day, or waits between polls and messages, takes its time from here: tests bring their own,
 * so that a night or a week takes milliseconds. Deadlines that guard one socket or the end of the process (the ECU's
 * transport and restart, a try of a port, main) are timers of their own: they are about real peers.
 */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await timeout(Math.max(0, ms), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
