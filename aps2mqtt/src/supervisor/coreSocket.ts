import { connectionProblem } from '../address.ts';
import { asObject, type JsonObject, parseObject } from '../json.ts';
import { SupervisorError } from './client.ts';

/** An open line to Home Assistant. */
export interface CoreSocket {
  /**
   * Asks a command that has no arguments, such as `network`.
   *
   * @returns an answer that is a list as its `list`
   * @throws SupervisorError when it is refused, or the line is gone
   */
  ask(type: string): Promise<JsonObject>;
  /**
   * Subscribes, and waits for what is there already.
   *
   * @throws SupervisorError when it is refused, or the line is gone
   */
  firstEvent(type: string): Promise<JsonObject>;
}

interface Waiting {
  readonly wants: 'result' | 'event';
  readonly resolve: (value: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

/** For all of it: nothing that is asked here takes Home Assistant longer. */
const TIMEOUT_MS = 10_000;
const LONGEST_MESSAGE = 4_000_000;

/**
 * Opens Home Assistant's WebSocket through the Supervisor, lets `use` talk, and closes it.
 *
 * @param base of the Supervisor, such as `http://supervisor`
 * @throws SupervisorError while Home Assistant starts, and for whatever it does not answer
 * @throws the signal's reason when it is aborted
 */
export async function withCoreSocket<T>(
  base: string,
  token: string,
  signal: AbortSignal,
  use: (core: CoreSocket) => Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  signal.throwIfAborted();
  // Only here: outside Home Assistant nobody pays for it.
  const { default: WebSocket } = await import('ws');
  signal.throwIfAborted();
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/core/websocket`, { maxPayload: LONGEST_MESSAGE });
  const waiting = new Map<number, Waiting>();
  let ids = 0;

  const send = (message: JsonObject) => socket.send(JSON.stringify(message));
  const ask = (type: string, wants: Waiting['wants']) =>
    new Promise<JsonObject>((resolve, reject) => {
      const id = ++ids;
      waiting.set(id, { wants, resolve, reject });
      send({ id, type });
    });

  try {
    return await new Promise<T>((resolve, reject) => {
      const fail = (why: string, cause?: Error) => {
        const error = new SupervisorError(`Home Assistant cannot be asked: ${why}`, false, cause && { cause });
        for (const { reject: rejectOne } of waiting.values()) {
          rejectOne(error);
        }
        reject(error);
      };
      const deadline = setTimeout(() => fail('it does not answer'), timeoutMs);
      const onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      socket.on('error', (error) => fail(connectionProblem(error), error));
      socket.on('unexpected-response', (_, { statusCode }) => fail(`answer ${statusCode}`));
      socket.on('close', () => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', onAbort);
        fail('it has closed the connection');
      });
      socket.on('message', (data: Buffer) => {
        const message = readMessage(data);
        switch (message.type) {
          case 'auth_required':
            send({ type: 'auth', access_token: token });
            break;
          case 'auth_invalid':
            fail('it does not take our token');
            break;
          case 'auth_ok':
            use({ ask: (type) => ask(type, 'result'), firstEvent: (type) => ask(type, 'event') }).then(resolve, reject);
            break;
          case 'result':
          case 'event':
            settle(waiting, message);
        }
      });
    });
  } finally {
    socket.terminate();
  }
}

function settle(waiting: Map<number, Waiting>, { id, type, success, result, event }: JsonObject): void {
  const one = waiting.get(Number(id));
  if (type === 'result' && success !== true) {
    one?.reject(new SupervisorError('Home Assistant does not know what it was asked for', true));
  } else if (type === one?.wants) {
    const answer = type === 'result' ? result : event;
    one?.resolve(Array.isArray(answer) ? { list: answer } : asObject(answer));
  } else {
    return;
  }
  waiting.delete(Number(id));
}

/** What cannot be read is no message. */
function readMessage(data: Buffer): JsonObject {
  try {
    return parseObject(data.toString('utf8'));
  } catch {
    return {};
  }
}
