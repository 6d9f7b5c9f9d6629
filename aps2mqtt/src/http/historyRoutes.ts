import type { Context, Hono } from 'hono';
import { dayJson, energiesCsv, energiesJson } from './days.ts';
import type { RoofData } from './roofData.ts';

const NO_DATA = 'No data of this day\n';

/** Days and energies, as JSON for the page and as the very files for people. */
export function historyRoutes(app: Hono, data: RoofData): void {
  const { history } = data;
  const ids = () => data.ecus().map(({ id }) => id);
  const asked = (context: Context) => {
    const ecu = context.req.query('ecu');
    return ids().filter((id) => ecu === undefined || ecu === id);
  };

  app.get('/api/days', async (context) => {
    const days = await Promise.all(asked(context).map((id) => history.days(id)));
    return context.json({ days: [...new Set(days.flat())].sort() });
  });

  app.get('/api/days/:file{\\d{4}-\\d{2}-\\d{2}(?:\\.csv)?}', async (context) => {
    const file = context.req.param('file');
    const day = file.slice(0, 10);
    if (file.endsWith('.csv')) {
      return csv(context, day, (ecu) => history.readText(ecu, day));
    }
    const ecus = await Promise.all(
      asked(context).map(async (ecu) => {
        const rounds = await history.readDay(ecu, day);
        return rounds === null ? [] : [{ ecu, ...dayJson(rounds) }];
      }),
    );
    return ecus.flat().length === 0 ? context.text(NO_DATA, 404) : context.json({ day, ecus: ecus.flat() });
  });

  app.get('/api/energies', async (context) => {
    const ecus = await Promise.all(
      asked(context).map(async (ecu) => ({ ecu, ...energiesJson(await history.readEnergies(ecu)) })),
    );
    return context.json({ ecus });
  });

  app.get('/api/energies.csv', (context) =>
    csv(context, 'energies', async (ecu) => energiesCsv(await history.readEnergies(ecu))),
  );

  /** One file is one ECU's. */
  async function csv(context: Context, name: string, read: (ecu: string) => Promise<string | null>) {
    const [ecu, ...others] = asked(context);
    if (ecu !== undefined && others.length > 0) {
      return context.text(`Of which ECU? Add ?ecu= and one of ${[ecu, ...others].join(', ')}\n`, 400);
    }
    const text = ecu === undefined ? null : await read(ecu);
    return text === null
      ? context.text(NO_DATA, 404)
      : context.body(text, 200, {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': `attachment; filename="${ecu}-${name}.csv"`,
        });
  }
}
