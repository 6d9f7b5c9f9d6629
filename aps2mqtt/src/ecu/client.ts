import type { Clock } from '../clock.ts';
import { EcuError, EcuSilentError, MalformedReplyError, messageOf, NoInvertersError } from '../errors.ts';
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
import { decodeInverters } from './inverters.ts';
import type { EcuReading } from './reading.ts';
import { decodeSignal } from './signal.ts';
import { decodeSummary } from './summary.ts';
import type { EcuTransport } from './transport.ts';

export interface EcuClient {
  /** The newest bytes received for each query, good or bad: what a capture is made of. */
  readonly latest: ReadonlyMap<Command, Buffer>;
  /**
   * Asks for summary, inverters and signal, one after the other; each a second time when the first try failed. A signal
   * that is never answered is asked for once, and then now and then: some firmware does not know the query.
   *
   * @throws EcuSilentError when not one byte came back
   * @throws NoInvertersError when the summary alone came
   * @throws EcuError when summary or inverters could not be read
   * @throws the signal's reason when it is aborted
   */
  poll(signal: AbortSignal): Promise<EcuReading>;
}

/** Between a failed try and the second one: time for the ECU to let go of the first connection. */
const PAUSE_MS = 500;
/** After so many polls in a row without an answer to it, the signal is asked for by each 12th only: about once an hour. */
const SILENT_SIGNALS = 3;
const SIGNAL_EVERY = 12;

export function ecuClient(transport: EcuTransport, clock: Clock, log: Logger): EcuClient {
  const latest = new Map<Command, Buffer>();

  /** Polls in a row whose query for the signal met silence, the skipped ones too. */
  let silentSignals = 0;

  async function query<T>(
    command: Command,
    request: Buffer,
    decode: (frame: Buffer) => T,
    signal: AbortSignal,
    isTriedAgain = true,
  ) {
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
    } catch (first) {
      if (!(first instanceof EcuError) || !isTriedAgain) {
        throw first;
      }
      await clock.sleep(PAUSE_MS, signal);
      return attempt().catch((second: unknown) => {
        // Bytes that cannot be read are an answer all the same: this ECU is not silent.
        throw first instanceof MalformedReplyError && second instanceof EcuSilentError ? first : second;
      });
    }
  }

  async function queryInverters(ecuId: string, signal: AbortSignal) {
    try {
      return await query(INVERTERS, inverterRequest(INVERTERS, ecuId), decodeInverters, signal);
    } catch (error) {
      // It has just told who it is.
      throw error instanceof EcuSilentError
        ? new NoInvertersError(`no word of its inverters: ${error.message}`, { cause: error })
        : error;
    }
  }

  async function querySignal(ecuId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null> {
    if (silentSignals >= SILENT_SIGNALS && silentSignals % SIGNAL_EVERY !== 0) {
      silentSignals++;
      return null;
    }
    try {
      const isTriedAgain = silentSignals === 0;
      const signals = await query(SIGNAL, inverterRequest(SIGNAL, ecuId), decodeSignal, signal, isTriedAgain);
      silentSignals = 0;
      return signals;
    } catch (error) {
      if (!(error instanceof EcuError)) {
        throw error;
      }
      silentSignals = error instanceof EcuSilentError ? silentSignals + 1 : 0;
      log.debug(`no signal this time: ${messageOf(error)}`);
      return null;
    }
  }

  return {
    latest,
    async poll(signal) {
      const summary = await query(SUMMARY, summaryRequest(), decodeSummary, signal);
      const inverters = await queryInverters(summary.ecuId, signal);
      const raw = inverters.kind === 'data' ? await querySignal(summary.ecuId, signal) : null;
      return { summary, inverters, signal: raw };
    },
  };
}
