import { Hono } from 'hono';
import type { Clock } from '../clock.ts';
import { codeOf, faultOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Access, checkAccess } from './access.ts';
import { apiRoutes } from './api.ts';
import { compressed } from './compressed.ts';
import { historyRoutes } from './historyRoutes.ts';
import type { metricsOf } from './metrics.ts';
import { pageFiles, servePage } from './page.ts';
import type { RoofData } from './roofData.ts';

/** No inline script and no inline style; nothing from elsewhere. Pictures of the roof are data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** Everything that is served through ingress, or at a port of our own. */
export function createApp(access: Access, data: RoofData, clock: Clock, log: Logger, stop: AbortSignal): Hono {
  const app = new Hono();
  // Home Assistant shows the page in a frame of its own origin; at our own port anybody's dashboard may.
  const policy = [...POLICY, ...(access.kind === 'ingress' ? ["frame-ancestors 'self'"] : [])].join('; ');
  app.use(async (context, next) => {
    await next();
    const defaults = {
      'Content-Security-Policy': policy,
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    };
    for (const [name, value] of Object.entries(defaults)) {
      if (!context.res.headers.has(name)) {
        context.res.headers.set(name, value);
      }
    }
  });
  app.use(checkAccess(access));
  app.use(compressed);
  servePage(app, pageFiles());
  apiRoutes(app, data, clock, stop);
  historyRoutes(app, data);
  if (access.kind === 'port') {
    // Its library comes when somebody asks: most never do.
    let metrics: ReturnType<typeof metricsOf> | null = null;
    app.get('/metrics', async (context) => {
      metrics ??= (await import('./metrics.ts')).metricsOf(() => data.ecus(), clock);
      return context.body(await metrics.print(), 200, { 'Content-Type': metrics.type });
    });
  }
  app.notFound((context) => context.text('Nothing here\n', 404));
  app.onError((error, context) => {
    // Who asked has gone in the middle of it: no fault of ours.
    const isGone = codeOf(error) === 'ECONNRESET' || context.req.raw.signal.aborted;
    log[isGone ? 'debug' : 'error'](faultOf(error));
    return context.text('An internal fault; the log has it\n', 500);
  });
  return app;
}
