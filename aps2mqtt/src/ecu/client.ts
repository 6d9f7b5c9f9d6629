import type { Clock } from '../clock.ts';
import { EcuError, MalformedReplyError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import {
  COMMAND_NAMES,
  type Command,
  INVERTERS,
  inverterRequest,
  SIGNAL,
  SUMMARY,
  summaryRequest,
} from './commands.ts';
import { decodeInverters, type InvertersReply } from './inverters.ts';
import { decodeSignal } from './signal.ts';
import { decodeSummary, type EcuSummary } from './summary.ts';
import type { EcuTransport } from './transport.ts';

/** What one poll brought home. */
export interface EcuReading {
  readonly summary: EcuSummary;
  readonly inverters: InvertersReply;
  /** Raw signal by inverter id; null when it could not be read, or the ECU has none. */
  readonly signal: ReadonlyMap<string, number> | null;
}

/** Does any inverter work? By its records, or by the summary where there are none to read. */
export function isAnyOnline({ summary, inverters }: EcuReading): boolean {
  return inverters.kind === 'data' ? inverters.records.some(({ online }) => online) : summary.invertersOnline > 0;
}

export interface EcuClient {
  /** The newest bytes received for each query, good or bad: what a capture is made of. */
  readonly latest: ReadonlyMap<Command, Buffer>;
  /**
   * Asks for summary, inverters and signal, one after the other; each a second time when the first try failed.
   *
   * @throws EcuError when summary or inverters could not be read
   * @throws the signal's reason when it is aborted
   */
  poll(signal: AbortSignal): Promise<EcuReading>;
}

/** Between a failed try and the second one: time for the ECU to let go of the first connection. */
const PAUSE_MS = 500;

export function ecuClient(transport: EcuTransport, clock: Clock, log: Logger): EcuClient {
  const latest = new Map<Command, Buffer>();

  async function query<T>(command: Command, request: Buffer, decode: (frame: Buffer) => T, signal: AbortSignal) {
    const attempt = async (): Promise<T> => {
      try {
        const frame = await transport.exchange(request, signal);
        latest.set(command, frame);
        log.trace(`${COMMAND_NAMES[command]}: ${frame.toString('hex')}`);
        return decode(frame);
      } catch (error) {
        if (error instanceof MalformedReplyError) {
          latest.set(command, error.bytes);
          log.debug(`${COMMAND_NAMES[command]}: ${error.message}; received: ${error.bytes.toString('hex')}`);
        } else if (error instanceof EcuError) {
          log.debug(`${COMMAND_NAMES[command]}: ${error.message}`);
        }
        throw error;
      }
    };
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof EcuError)) {
        throw error;
      }
      await clock.sleep(PAUSE_MS, signal);
      return attempt();
    }
  }

  async function querySignal(ecuId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null> {
    try {
      return await query(SIGNAL, inverterRequest(SIGNAL, ecuId), decodeSignal, signal);
    } catch (error) {
      if (!(error instanceof EcuError)) {
        throw error;
      }
      log.debug(`no signal this time: ${messageOf(error)}`);
      return null;
    }
  }

  return {
    latest,
    async poll(signal) {
      const summary = await query(SUMMARY, summaryRequest(), decodeSummary, signal);
      const request = inverterRequest(INVERTERS, summary.ecuId);
      const inverters = await query(INVERTERS, request, decodeInverters, signal);
      const raw = inverters.kind === 'data' ? await querySignal(summary.ecuId, signal) : null;
      return { summary, inverters, signal: raw };
    },
  };
}
