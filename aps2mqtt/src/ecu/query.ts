import type { Clock } from '../clock.ts';
import { EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { COMMAND_NAMES, type Command } from './commands.ts';
import type { EcuTransport } from './transport.ts';

/**
 * Asks one question and decodes the answer; a second time when the first try failed.
 *
 * @param isFinal whether the first try's error makes a second one pointless
 * @throws EcuError of the second try, or of the first one where that one brought bytes and the second nothing
 * @throws the signal's reason when it is aborted
 */
export type Query = <T>(
  command: Command,
  request: Buffer,
  decode: (frame: Buffer) => T,
  signal: AbortSignal,
  isFinal?: (error: EcuError) => boolean,
) => Promise<T>;

/** Between a failed try and the second one: time for the ECU to let go of the first connection. */
const PAUSE_MS = 500;

/** @param latest gets the newest bytes received for each query, good or bad */
export function createQuery(transport: EcuTransport, latest: Map<Command, Buffer>, clock: Clock, log: Logger): Query {
  async function query<T>(
    command: Command,
    request: Buffer,
    decode: (frame: Buffer) => T,
    signal: AbortSignal,
    isFinal: (error: EcuError) => boolean = () => false,
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
      if (!(first instanceof EcuError) || isFinal(first)) {
        throw first;
      }
      await clock.sleep(PAUSE_MS, signal);
      return attempt().catch((second: unknown) => {
        // Bytes that cannot be read are an answer all the same: this ECU is not silent.
        throw first instanceof MalformedReplyError && second instanceof EcuSilentError ? first : second;
      });
    }
  }

  return query;
}
