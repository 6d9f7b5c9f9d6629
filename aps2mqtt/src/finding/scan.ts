import { setMaxListeners } from 'node:events';
import { summaryRequest } from '../ecu/commands.ts';
import { decodeSummary, type EcuSummary } from '../ecu/summary.ts';
import { type Timeouts, tcpTransport } from '../ecu/transport.ts';
import { EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';

export interface FoundEcu {
  readonly host: string;
  readonly summary: EcuSummary;
}

/** Something that serves the ECU's port, and is none. */
export interface OtherDevice {
  readonly host: string;
  /** What it did in place of an ECU's answer. */
  readonly problem: string;
}

export interface ScanResult {
  readonly ecus: readonly FoundEcu[];
  readonly others: readonly OtherDevice[];
}

export interface ScanSettings {
  readonly hosts: readonly string[];
  readonly port: number;
  /** Told at once. */
  readonly onEcu?: (ecu: FoundEcu) => void;
  /** Told after each address. */
  readonly onProgress?: (done: number) => void;
  readonly timeouts?: Timeouts;
}

const AT_ONCE = 64;
/** 1 s until nobody is at home; an ECU that is there may take longer for its words. */
const TIMEOUTS: Timeouts = { connect: 1_000, idle: 5_000, total: 8_000 };

/**
 * Tries each address once, many at a time, and asks who it is where the port is open, on the same connection. There
 * is no second try: whoever has nothing to do with us is left in peace.
 *
 * @returns what was found, in the order of the addresses
 * @throws the signal's reason when it is aborted
 */
export async function scan(settings: ScanSettings, signal: AbortSignal): Promise<ScanResult> {
  const { hosts, port, onEcu, onProgress, timeouts = TIMEOUTS } = settings;
  const ending = AbortSignal.any([signal]);
  // Each connection listens.
  setMaxListeners(0, ending);
  const queue = hosts.values();
  const ecus: FoundEcu[] = [];
  const others: OtherDevice[] = [];
  let done = 0;

  async function worker(): Promise<void> {
    for (const host of queue) {
      const answer = await ask(host, port, timeouts, ending);
      if (typeof answer === 'string') {
        others.push({ host, problem: answer });
      } else if (answer !== null) {
        const ecu = { host, summary: answer };
        ecus.push(ecu);
        onEcu?.(ecu);
      }
      onProgress?.(++done);
    }
  }

  signal.throwIfAborted();
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, hosts.length) }, worker));
  const places = new Map(hosts.map((host, place) => [host, place]));
  const placeOf = ({ host }: { readonly host: string }) => places.get(host) ?? 0;
  const inOrder = <T extends { readonly host: string }>(list: readonly T[]) =>
    list.toSorted((one, other) => placeOf(one) - placeOf(other));
  return { ecus: inOrder(ecus), others: inOrder(others) };
}

/** @returns null where nobody is, and in words why it is no ECU */
async function ask(
  host: string,
  port: number,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<EcuSummary | string | null> {
  try {
    return decodeSummary(await tcpTransport(host, port, timeouts).exchange(summaryRequest(), signal));
  } catch (error) {
    if (!(error instanceof EcuError)) {
      throw error;
    }
    const isSomebody = error instanceof MalformedReplyError || (error instanceof EcuSilentError && error.wasConnected);
    return isSomebody ? error.message : null;
  }
}
