/**
 * The three queries this program sends. No other is ever sent: some of them clear an ECU's counters or write its
 * inverter list.
 */
export type Command = '0001' | '0002' | '0030';

export const SUMMARY = '0001' satisfies Command;
export const INVERTERS = '0002' satisfies Command;
export const SIGNAL = '0030' satisfies Command;

/** The words for a query in log lines and errors. */
export const COMMAND_NAMES: Readonly<Record<Command, string>> = {
  '0001': 'summary',
  '0002': 'inverters',
  '0030': 'signal',
};

export function summaryRequest(): Buffer {
  return Buffer.from('APS1100160001END\n', 'latin1');
}

/** @param ecuId the 12 digits of the summary's reply; the ECU answers "not me" to any other */
export function inverterRequest(command: '0002' | '0030', ecuId: string): Buffer {
  return Buffer.from(`APS110028${command}${ecuId}END\n`, 'latin1');
}
