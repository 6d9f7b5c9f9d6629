import type { Clock } from '../clock.ts';
import type { EcuTransport } from '../ecu/transport.ts';

/** ms before a poll in which nothing else begins: what began earlier is over by then. */
const MARGIN_MS = 5_000;

/** The time between two polls of one ECU, when it may be asked over Modbus or its web page. */
export class Quiet {
  readonly #clock: Clock;
  /** ms since 1970; 0 while a poll is under way. */
  #endsAt = 0;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A poll begins. */
  close(): void {
    this.#endsAt = 0;
  }

  /** A poll is over. @param ms until the next one */
  open(ms: number): void {
    this.#endsAt = this.#clock.now().getTime() + ms - MARGIN_MS;
    for (const wake of this.#waiting) {
      wake();
    }
  }

  /** Resolves when it is quiet; also when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#clock.now().getTime() >= this.#endsAt) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }
}

/** A transport that ends the quiet: nothing else is asked of an ECU while it is being polled. */
export function closing(quiet: Quiet, transport: EcuTransport): EcuTransport {
  return {
    exchange: (request, signal) => {
      quiet.close();
      return transport.exchange(request, signal);
    },
  };
}
