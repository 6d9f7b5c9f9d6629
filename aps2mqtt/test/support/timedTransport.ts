import type { Clock } from '../../src/clock.ts';
import type { EcuTransport } from '../../src/ecu/transport.ts';
import { messageOf } from '../../src/errors.ts';

/** How long the transport of the program waits for an ECU, ms; on the wire it is cut short here. */
const IDLE_MS = 8_000;
const TOTAL_MS = 20_000;
/** ms for an exchange that goes well, or is turned down. */
export const USUAL_MS = 30;

export interface TimedTransport extends EcuTransport {
  /** Is something on the wire? */
  isBusy(): boolean;
}

/** Lets as much of the injected time pass with each exchange as a real one would take. */
export function timedTransport(inner: EcuTransport, clock: Clock, usualMs = USUAL_MS): TimedTransport {
  let busy = 0;
  async function work<T>(promise: Promise<T>): Promise<T> {
    busy++;
    try {
      return await promise;
    } finally {
      busy--;
    }
  }
  return {
    isBusy: () => busy > 0,
    async exchange(request, signal) {
      try {
        const reply = await work(inner.exchange(request, signal));
        await clock.sleep(usualMs, signal);
        return reply;
      } catch (error) {
        await clock.sleep(durationOf(messageOf(error)), signal);
        throw error;
      }
    },
  };
}

function durationOf(message: string): number {
  if (message.includes('no whole reply within')) {
    return TOTAL_MS;
  }
  return message.includes('silent for') ? IDLE_MS : USUAL_MS;
}
