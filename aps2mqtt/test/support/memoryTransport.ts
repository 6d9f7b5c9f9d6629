import { scanFrame } from '../../src/ecu/frame.ts';
import type { EcuTransport } from '../../src/ecu/transport.ts';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import { steps } from '../../src/tools/simulator/faults.ts';
import { type ReplySource, takeRequest } from '../../src/tools/simulator/request.ts';
import type { FaultQueue } from './faultQueue.ts';

/** Asks a simulated ECU without any socket. Pauses take no time here. */
export function memoryTransport(source: ReplySource, faults: FaultQueue): EcuTransport {
  return {
    async exchange(bytes) {
      const { request } = takeRequest(bytes);
      const reply = faults.isRefusing || request === null ? null : source.reply(request);
      if (request === null || reply === null) {
        throw new EcuSilentError('cannot be reached: connection refused', false);
      }
      return receive(steps(faults.take(request.command), reply));
    },
  };
}

function receive(all: ReturnType<typeof steps>): Buffer {
  let received: Buffer = Buffer.alloc(0);
  let reason = 'closed the connection';
  for (const step of all) {
    if (step.kind === 'send') {
      received = Buffer.concat([received, step.bytes]);
      const frame = received.length === 0 ? undefined : scanFrame(received);
      if (frame !== undefined) {
        return frame;
      }
    } else if (step.kind === 'end') {
      reason = step.how === 'hang' ? 'silent for 8 s' : reason;
      break;
    }
  }
  throw received.length === 0
    ? new EcuSilentError(`gives no answer: ${reason}`, true)
    : new MalformedReplyError('the rest of the reply', reason, received.length, received);
}
