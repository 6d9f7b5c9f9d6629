/** The ECU could not be read. Callers tell the cases apart by class, never by wording. */
export class EcuError extends Error {
  override name = 'EcuError';
}

/** Not one byte came back: a closed port, or silence. Only this counts towards a restart. */
export class EcuSilentError extends EcuError {
  override name = 'EcuSilentError';
  /** Something took the connection, and then said nothing. */
  readonly wasConnected: boolean;

  constructor(message: string, wasConnected: boolean, options?: ErrorOptions) {
    super(message, options);
    this.wasConnected = wasConnected;
  }
}

/** Nothing of ours arrived: no such host, or no way to it. It may be our own network, and says nothing of the ECU. */
export class EcuUnreachableError extends EcuSilentError {
  override name = 'EcuUnreachableError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, false, options);
  }
}

/** It told who it is, but not how its inverters are: it is not silent, so there is nothing to restart. */
export class NoInvertersError extends EcuError {
  override name = 'NoInvertersError';
}

/**
 * Bytes came back that are not the reply we asked for: cut, garbled, too long, or from another device.
 * The message says what was expected, what was there, and at which offset.
 */
export class MalformedReplyError extends EcuError {
  override name = 'MalformedReplyError';
  /** Position in `bytes` where expected and found differ. */
  readonly offset: number;
  /** All that was received, for the debug log. */
  readonly bytes: Buffer;

  constructor(expected: string, found: string, offset: number, bytes: Buffer, options?: ErrorOptions) {
    super(`expected ${expected} at offset ${offset}, found ${found}`, options);
    this.offset = offset;
    this.bytes = bytes;
  }
}

/** The ECU says that the id we asked for is not its own (status 01): it has to be asked who it is. */
export class WrongEcuError extends MalformedReplyError {
  override name = 'WrongEcuError';
}

/** The options can't be used. One entry a mistake, each with the path that the person typed. */
export class OptionsError extends Error {
  override name = 'OptionsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`The options can't be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}

/** A command line that can't be understood. The message says what was meant. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where people report what is our fault. */
export const ISSUES = 'https://github.com/aps2mqtt/aps2mqtt/issues';

/** What the log says of a fault of ours, which must not end the program. */
export function faultOf(error: unknown): string {
  return `internal fault, please report it at ${ISSUES}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** The code that Node or a library gave what was thrown, such as ENOENT; '' where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code ?? '') : '';
}
