import { isIP } from 'node:net';

/** An address as browsers and other programs have it. */
const PARTS =
  /^(?:(?<scheme>[a-z]+):\/\/)?(?:[^/@]*@)?(?:\[(?<six>[\da-f:.]+)\]|(?<plain>[^\s:/?#]+))(?::(?<port>\d+))?(?<rest>[/?#].*)?$/i;
/** Schemes that say that the connection is encrypted. */
const ENCRYPTED = new Set(['mqtts', 'ssl', 'tls', 'wss']);

/**
 * What to write in place of an address with more around it than an address: a sentence, or null where that can't be told.
 *
 * @param typed has been refused
 */
export function hostAdvice(typed: string): string | null {
  const { scheme = '', six, plain, port } = PARTS.exec(typed.trim())?.groups ?? {};
  const host = six ?? plain;
  if (host === undefined || host === typed.trim() || (isIP(host) === 0 && !/^\w(?:[\w.-]*\w)?$/.test(host))) {
    return null;
  }
  const why = port === undefined ? '' : `: the port has a field of its own, ${port}`;
  const tls = ENCRYPTED.has(scheme.toLowerCase()) ? ', and switch the encrypted connection (tls) on' : '';
  return `Write ${host}${why}${tls}`;
}
