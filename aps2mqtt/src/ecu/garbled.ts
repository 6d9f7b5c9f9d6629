import type { MalformedReplyError } from '../errors.ts';

/** What a web server, or the page that it serves, begins with. */
const WEB = /^\s*(?:HTTP\/\d|<!doctype|<html|<\?xml)/i;

/** Did something answer that speaks HTTP? No ECU does on its port. */
export function isWebServer({ bytes }: MalformedReplyError): boolean {
  return WEB.test(bytes.toString('latin1', 0, 64));
}
