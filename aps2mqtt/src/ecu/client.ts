import type { Clock } from '../clock.ts';
import {
  EcuError,
  EcuSilentError,
  MalformedReplyError,
  messageOf,
  NoInvertersError,
  WrongEcuError,
} from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Command, INVERTERS, inverterRequest, SIGNAL, SUMMARY, summaryRequest } from './commands.ts';
import { decodeInverters, type InvertersReply } from './inverters.ts';
import { createQuery } from './query.ts';
import type { EcuReading, PolledReading } from './reading.ts';
import { decodeSignal } from './signal.ts';
import { decodeSummary, type EcuSummary } from './summary.ts';
import type { EcuTransport } from './transport.ts';

export interface EcuClient {
  /** The newest bytes received for each query, good or bad: what a capture is made of. */
  readonly latest: ReadonlyMap<Command, Buffer>;
  /**
   * Asks for inverters and summary, one after the other; each a second time when the first try failed. The inverters come
   * first where the ECU's id is known: the totals that follow are of the same poll round then, or of none that is older.
   *
   * @param knownId the 12 digits of the ECU that was read here last; null to ask who it is
   * @throws EcuSilentError when not one byte came back
   * @throws EcuError when neither half could be read
   * @throws the signal's reason when it is aborted
   */
  read(knownId: string | null, signal: AbortSignal): Promise<PolledReading>;
  /**
   * Asks for the raw signal by inverter id. One that is never answered is asked for once, and then now and then: some
   * firmware does not know the query.
   *
   * @returns null where it could not be read
   * @throws the signal's reason when it is aborted
   */
  readSignal(ecuId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null>;
  /**
   * Asks for all there is.
   *
   * @throws NoInvertersError when the summary alone came
   * @throws EcuError when summary or inverters could not be read
   * @throws the signal's reason when it is aborted
   */
  readAll(signal: AbortSignal): Promise<EcuReading>;
}

/** One query's outcome. */
type Half<T> = { readonly value: T; readonly error: null } | { readonly value: null; readonly error: EcuError };

type Halves = Pick<PolledReading, 'summary' | 'inverters'>;

/** After so many polls in a row without an answer to it, the signal is asked for by each 12th only: about once an hour. */
const SILENT_SIGNALS = 3;
const SIGNAL_EVERY = 12;

export function ecuClient(transport: EcuTransport, clock: Clock, log: Logger): EcuClient {
  const latest = new Map<Command, Buffer>();
  const query = createQuery(transport, latest, clock, log);

  let last: Halves = { summary: null, inverters: null };
  /** Polls in a row whose query for the signal met silence, the skipped ones too. */
  let silentSignals = 0;

  /** What an ECU cannot tell is no reason to do without the rest. */
  async function half<T>(asked: Promise<T>): Promise<Half<T>> {
    try {
      return { value: await asked, error: null };
    } catch (error) {
      if (!(error instanceof EcuError)) {
        throw error;
      }
      return { value: null, error };
    }
  }

  const readInverters = (ecuId: string, signal: AbortSignal, isFinal?: (error: EcuError) => boolean) =>
    half(query(INVERTERS, inverterRequest(INVERTERS, ecuId), decodeInverters, signal, isFinal));

  async function read(knownId: string | null, signal: AbortSignal): Promise<PolledReading> {
    const first = knownId === null ? null : await readInverters(knownId, signal, isWrongEcu);
    const isSilent = first?.error instanceof EcuSilentError;
    if (isSilent && !first.error.wasConnected) {
      throw first.error;
    }
    const summary = await half(query(SUMMARY, summaryRequest(), decodeSummary, signal, () => isSilent));
    const ecuId = summary.value?.ecuId ?? knownId;
    if (ecuId === null || (summary.error !== null && first?.value == null)) {
      throw worse(first?.error ?? null, summary.error);
    }
    const isAskedAnew = first === null || ecuId !== knownId || isWrongEcu(first.error);
    let inverters = isAskedAnew ? await readInverters(ecuId, signal) : first;
    if (isAhead(summary.value, inverters.value, last)) {
      // A new round has begun to show between the two queries: here it is whole.
      const newer = await readInverters(ecuId, signal);
      inverters = newer.value === null ? inverters : newer;
    }
    last = { summary: summary.value, inverters: inverters.value };
    const problem = summary.error ?? noInverters(inverters.error);
    return { ecuId, summary: summary.value, inverters: inverters.value, problem };
  }

  async function readSignal(ecuId: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | null> {
    if (silentSignals >= SILENT_SIGNALS && silentSignals % SIGNAL_EVERY !== 0) {
      silentSignals++;
      return null;
    }
    try {
      const isSilent = silentSignals > 0;
      const signals = await query(SIGNAL, inverterRequest(SIGNAL, ecuId), decodeSignal, signal, () => isSilent);
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

  async function readAll(signal: AbortSignal): Promise<EcuReading> {
    const { summary, inverters, problem, ecuId } = await read(null, signal);
    if (summary === null || inverters === null) {
      throw problem;
    }
    return { summary, inverters, signal: inverters.kind === 'data' ? await readSignal(ecuId, signal) : null };
  }

  return { latest, read, readSignal, readAll };
}

/** Are the totals of a newer round than the inverters, which have not changed since the poll before? */
function isAhead(summary: EcuSummary | null, inverters: InvertersReply | null, last: Halves): boolean {
  const isSameRound =
    inverters?.kind === 'data' && last.inverters?.kind === 'data' && inverters.stamp === last.inverters.stamp;
  return (
    isSameRound &&
    summary !== null &&
    last.summary !== null &&
    summary.ecuId === last.summary.ecuId &&
    (summary.currentPower !== last.summary.currentPower || summary.lifetimeEnergy !== last.summary.lifetimeEnergy)
  );
}

const isWrongEcu = (error: EcuError | null) => error instanceof WrongEcuError;

/** Bytes that cannot be read are an answer all the same: an ECU that sent some is not silent. */
function worse(inverters: EcuError | null, summary: EcuError | null): EcuError {
  const both = [inverters, summary].filter((error) => error !== null);
  return both.find((error) => error instanceof MalformedReplyError) ?? both.at(-1) ?? new EcuError('nothing was read');
}

/** It has just told who it is. */
function noInverters(error: EcuError | null): EcuError | null {
  return error instanceof EcuSilentError
    ? new NoInvertersError(`no word of its inverters: ${error.message}`, { cause: error })
    : error;
}
