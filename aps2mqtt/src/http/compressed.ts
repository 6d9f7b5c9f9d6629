import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';

const pack = promisify(gzip);

/** Smaller ones fit a packet anyway. */
const LEAST = 1_000;
const TEXTS = /^(?:text\/|image\/svg|application\/(?:json|yaml))/;

/** Texts go out compressed to whom it helps. Not by streams, of which Node would load a lot for a few kB. */
export const compressed: MiddlewareHandler = async (context, next) => {
  await next();
  const { res, req } = context;
  const isWanted = /\bgzip\b/.test(req.header('accept-encoding') ?? '') && req.method !== 'HEAD';
  if (!isWanted || res.headers.has('content-encoding') || !TEXTS.test(res.headers.get('content-type') ?? '')) {
    return;
  }
  const body = Buffer.from(await res.arrayBuffer());
  const headers = new Headers(res.headers);
  headers.set('Vary', 'Accept-Encoding');
  if (body.length < LEAST) {
    context.res = new Response(body, { status: res.status, headers });
    return;
  }
  headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
  context.res = new Response(new Uint8Array(await pack(body)), { status: res.status, headers });
};
