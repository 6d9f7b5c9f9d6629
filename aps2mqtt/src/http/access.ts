import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { hostName, isOwnHost } from './hostNames.ts';

/** Who may enter: through Home Assistant only, or at a port of our own. */
export type Access =
  | { readonly kind: 'ingress' }
  | {
      readonly kind: 'port';
      /** Null for none. */
      readonly password: string | null;
      /** In lower case. */
      readonly allowedHosts: readonly string[];
    };

/** What changes something wants this header: no foreign page can send it without asking first, which we refuse. */
export const OUR_HEADER = 'X-Aps2mqtt';

/**
 * Refuses who may not enter. Through ingress nobody is refused here: the server has let in only the Supervisor,
 * who knows the person.
 */
export function checkAccess(access: Access): MiddlewareHandler {
  const isRight = access.kind === 'port' && access.password !== null ? passwordCheck(access.password) : () => true;
  return async (context, next) => {
    const header = (name: string) => context.req.header(name);
    if (access.kind === 'port' && !isOwnHost(header('host'), access.allowedHosts)) {
      const name = hostName(header('host')) ?? 'this name';
      return context.text(`Not reachable as ${name}. If it is yours, add it to http_allowed_hosts.\n`, 403);
    }
    if (!isRight(header('authorization'))) {
      return context.text('Password needed\n', 401, { 'WWW-Authenticate': 'Basic realm="aps2mqtt", charset="UTF-8"' });
    }
    if (!['GET', 'HEAD'].includes(context.req.method) && !isOwnPage(access, header)) {
      return context.text(`Refused: changes come from the page itself, with the header ${OUR_HEADER}: 1\n`, 403);
    }
    return next();
  };
}

/** A request of our own page, or of a program that knows our header. */
function isOwnPage(access: Access, header: (name: string) => string | undefined): boolean {
  const site = header('sec-fetch-site');
  const origin = header('origin');
  // The Supervisor passes on Home Assistant's origin, which is not the host that we see.
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (access.kind === 'port' && origin !== undefined && !isOriginOf(origin, header('host')));
  return header(OUR_HEADER) === '1' && !isForeign;
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return /^https?:\/\//i.test(origin) && origin.slice(origin.indexOf('//') + 2).toLowerCase() === host?.toLowerCase();
}

/** The name before the colon does not matter. Takes the same time however much of the password is right. */
function passwordCheck(password: string): (authorization: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(password);
  return (authorization) => {
    const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '')?.[1] ?? '';
    const login = Buffer.from(encoded, 'base64').toString('utf8');
    const typed = login.includes(':') ? login.slice(login.indexOf(':') + 1) : '';
    return timingSafeEqual(digest(typed), wanted) && login.includes(':');
  };
}
