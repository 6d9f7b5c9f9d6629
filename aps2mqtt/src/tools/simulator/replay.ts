import { SUMMARY } from '../../ecu/commands.ts';
import { type CaptureFile, capturedReply } from '../captureFile.ts';
import { encodeError } from './encode.ts';
import type { ReplySource } from './request.ts';

const ECU_ID_AT = 13;
const ECU_ID_BYTES = 12;

/**
 * Answers with captured replies. Of several captures, each query for the summary goes on to the next one, and from the
 * last to the first; a capture without a summary leaves that query without an answer.
 */
export function replaySource(captures: readonly [CaptureFile, ...CaptureFile[]]): ReplySource {
  let [current] = captures;
  let upcoming = 0;
  return {
    reply({ command, ecuId }) {
      if (command === SUMMARY) {
        current = captures[upcoming % captures.length] ?? current;
        upcoming++;
      }
      const ownId = ecuIdOf(current);
      if (ecuId !== null && ownId !== null && ecuId !== ownId) {
        return encodeError(command, '01');
      }
      return capturedReply(current, command);
    },
  };
}

/** Null where the capture has no summary to tell it. */
function ecuIdOf(capture: CaptureFile): string | null {
  const summary = capturedReply(capture, SUMMARY);
  return summary === null ? null : summary.toString('latin1', ECU_ID_AT, ECU_ID_AT + ECU_ID_BYTES);
}
