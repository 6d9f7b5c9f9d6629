import { request } from 'node:http';
import { connectionProblem, hostAndPort } from '../address.ts';
import { parseJson } from '../json.ts';

/** The ECU's web page did not do what it was asked for. */
export class WebPageError extends Error {
  override name = 'WebPageError';
}

/** An ECU's web page: it asks for no login, and tells what it did in JSON. */
export interface WebPage {
  /**
   * @param path below `/index.php/`
   * @param form to be sent; null to read
   * @throws WebPageError
   * @throws the signal's reason when it is aborted
   */
  ask(path: string, form: Readonly<Record<string, string>> | null, signal: AbortSignal): Promise<unknown>;
}

const PORT = 80;
const TIMEOUT_MS = 15_000;
/** A day's points of two meters take 60 kB. */
const MOST_BYTES = 1_000_000;

export function ecuWebPage(host: string, port = PORT, timeoutMs = TIMEOUT_MS): WebPage {
  return {
    ask: async (path, form, signal) => {
      const text = await exchange(
        { host, port },
        path,
        form,
        AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ).catch((error: unknown): never => {
        signal.throwIfAborted();
        throw new WebPageError(`its web page at ${hostAndPort(host, port)} ${reasonOf(error, timeoutMs)}`, {
          cause: error,
        });
      });
      try {
        return parseJson(text);
      } catch (error) {
        throw new WebPageError(`its web page at ${hostAndPort(host, port)} sent no JSON`, { cause: error });
      }
    },
  };
}

/** The page answered, and not with what was asked for. */
class StatusError extends Error {
  override name = 'StatusError';
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof StatusError) {
    return error.message;
  }
  const isLate = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return isLate
    ? `gave no answer within ${timeoutMs / 1_000} s`
    : `cannot be reached (${connectionProblem(error as Error)})`;
}

function exchange(
  place: { readonly host: string; readonly port: number },
  path: string,
  form: Readonly<Record<string, string>> | null,
  signal: AbortSignal,
): Promise<string> {
  const body = form === null ? '' : new URLSearchParams(form).toString();
  const headers = {
    'X-Requested-With': 'XMLHttpRequest',
    Connection: 'close',
    ...(form !== null && {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': Buffer.byteLength(body),
    }),
  };
  return new Promise((resolve, reject) => {
    const method = form === null ? 'GET' : 'POST';
    const outgoing = request({ ...place, path: `/index.php/${path}`, method, headers, agent: false, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const { statusCode = 0 } = response;
      if (statusCode !== 200) {
        const isGone = statusCode === 404;
        reject(
          new StatusError(isGone ? 'has no such page (404): this firmware has withdrawn it' : `answered ${statusCode}`),
        );
        response.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > MOST_BYTES) {
          response.destroy(new StatusError('sent more than a day can have'));
        }
      });
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    outgoing.end(body);
  });
}
