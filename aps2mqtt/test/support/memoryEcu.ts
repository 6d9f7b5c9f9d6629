import { scanFrame } from '../../src/ecu/frame.ts';
import type { EcuTransport } from '../../src/ecu/transport.ts';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import { type Fault, steps } from '../../src/tools/simulator/faults.ts';
import { type ReplySource, takeRequest } from '../../src/tools/simulator/request.ts';
import type { Misbehaviour, Simulator } from '../../src/tools/simulator/server.ts';

type MemoryEcu = Pick<Simulator, 'host' | 'port' | 'misbehave' | 'behave' | 'stop'> & {
  readonly transport: EcuTransport;
};

let count = 0;

/** A simulated ECU that is asked without any socket. Pauses take no time here. */
export function memoryEcu(source: ReplySource): MemoryEcu {
  let faults: { fault: Fault; command: string | undefined; left: number }[] = [];
  let isRefusing = false;

  function takeFault(command: string): Fault | null {
    const entry = faults.find((one) => one.command === undefined || one.command === command);
    if (entry === undefined) {
      return null;
    }
    entry.left--;
    faults = faults.filter(({ left }) => left > 0);
    return entry.fault;
  }

  return {
    host: '127.0.0.1',
    port: ++count,
    misbehave(fault: Fault, { command, times = 1 }: Misbehaviour = {}) {
      isRefusing ||= fault.kind === 'refuse';
      faults.push({ fault, command, left: times });
    },
    async behave() {
      faults = [];
      isRefusing = false;
    },
    async stop() {},
    transport: {
      async exchange(bytes) {
        const { request } = takeRequest(bytes);
        const reply = isRefusing || request === null ? null : source.reply(request);
        if (reply === null) {
          throw new EcuSilentError('can not be reached: connection refused');
        }
        return receive(steps(takeFault(request?.command ?? ''), reply));
      },
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
    ? new EcuSilentError(`gives no answer: ${reason}`)
    : new MalformedReplyError('the rest of the reply', reason, received.length, received);
}
