import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { parseJson } from '../json.ts';
import { layoutInForce } from '../roof/firstLayout.ts';
import { LayoutError, parseLayout } from '../roof/parseLayout.ts';
import { roofPicture, stringsOf } from '../roof/picture.ts';
import { THEMES } from '../roof/theme.ts';
import type { RoofData } from './roofData.ts';
import type { ScanResult } from './scanResult.ts';
import { stateJson } from './state.ts';

/** With its picture. */
const LARGEST_LAYOUT = 2_000_000;

/** What the page asks for, and everybody else may: documented in DOCS.md, and stable. */
export function apiRoutes(app: Hono, data: RoofData, clock: Clock, stop: AbortSignal): void {
  app.get('/api/state', (context) => context.json(stateJson(data.ecus(), clock.now())));

  app.get('/api/layout', (context) => context.json(layoutInForce(data.layout(), stringsOf(data.ecus()))));

  const tooLarge = (context: Context) => context.json({ problems: ['the layout: must be at most 2 MB'] }, 413);
  app.put('/api/layout', bodyLimit({ maxSize: LARGEST_LAYOUT, onError: tooLarge }), async (context) => {
    try {
      const layout = parseLayout(jsonOf(await context.req.text()));
      return context.json({ kept: await data.saveLayout(layout) });
    } catch (error) {
      if (error instanceof LayoutError) {
        return context.json({ problems: error.problems }, 400);
      }
      throw error;
    }
  });

  app.get('/api/capture/:ecu{\\d{12}}', (context) => {
    const ecu = context.req.param('ecu');
    const captured = data.capture(ecu);
    return captured === null
      ? context.text('This ECU has not answered since the start\n', 404)
      : context.json(captured, 200, { 'Content-Disposition': 'attachment; filename="aps2mqtt-capture.json"' });
  });

  app.get('/api/log/:ecu{\\d{12}}', (context) => context.json({ lines: data.log(context.req.param('ecu')) }));

  app.get('/api/dashboard.yaml', async (context) => {
    const kind = context.req.query('kind') === 'card' ? 'card' : 'dashboard';
    return context.body(await data.dashboard(kind), 200, { 'Content-Type': 'application/yaml; charset=utf-8' });
  });

  /** Whoever asks while one is under way gets its result. */
  let scanning: Promise<ScanResult> | null = null;
  app.post('/api/scan', async (context) => {
    if (data.scan === null) {
      return context.text('Nothing to look with\n', 404);
    }
    scanning ??= data.scan(stop).finally(() => {
      scanning = null;
    });
    try {
      return context.json(await scanning);
    } catch (error) {
      // Home Assistant may be starting, of which it says so.
      return context.text(`${messageOf(error)}\n`, 503);
    }
  });

  app.get('/roof.svg', (context) => {
    const theme = THEMES.find((one) => one === context.req.query('theme')) ?? 'auto';
    return context.body(roofPicture(data.layout(), data.ecus(), theme), 200, {
      'Content-Type': 'image/svg+xml; charset=utf-8',
      // A picture of its own, which other pages may show: its style is within it.
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
  });

  app.get('/healthz', (context) => context.text('ok\n'));
}

/** @throws LayoutError when it is no JSON */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new LayoutError([`the layout: ${messageOf(error)}`]);
  }
}
