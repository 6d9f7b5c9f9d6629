import { gunzipSync } from 'node:zlib';
import type { Context, Hono } from 'hono';

/** A file of the page, compressed when the program was built. */
export interface PageFile {
  readonly type: string;
  /** gzip as base64. */
  readonly gzip: string;
}

declare const PAGE: Readonly<Record<string, PageFile>>;

/** By name; set by the bundler from web/. Without it, as in tests of the parts, there is no page. */
export const pageFiles = (): Readonly<Record<string, PageFile>> => (typeof PAGE === 'object' ? PAGE : {});

/** The page itself: text that the program carries in it, sent as it is compressed. */
export function servePage(app: Hono, files: Readonly<Record<string, PageFile>>): void {
  for (const [name, file] of Object.entries(files)) {
    const isStart = name === 'index.html';
    // All others have their content's hash in the name.
    const caching = isStart ? 'no-cache' : 'public, max-age=31536000, immutable';
    const send = sender(file, caching);
    app.get(`/${name}`, send);
    if (isStart) {
      app.get('/', send);
    }
  }
}

function sender({ type, gzip }: PageFile, caching: string): (context: Context) => Response {
  const bytes = Buffer.from(gzip, 'base64');
  return (context) => {
    const headers = { 'Content-Type': type, 'Cache-Control': caching, Vary: 'Accept-Encoding' };
    return /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
      ? context.body(new Uint8Array(bytes), 200, { ...headers, 'Content-Encoding': 'gzip' })
      : context.body(new Uint8Array(gunzipSync(bytes)), 200, headers);
  };
}
