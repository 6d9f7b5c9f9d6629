import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/tools/simulator/server.ts';
import { simulatedSite } from '../../src/tools/simulator/site.ts';
import { writeYears } from '../../src/tools/simulator/years/writeYears.ts';
import { describeYear, TWELVE } from '../alarms/roofYears.ts';
import { installed } from './installed.ts';
import { openStage, type Stage } from './stage.ts';

/** A panel that makes less than it should, found in a history of sixty days. See README. */

const ECU = '216200120001';
/** Ids that nobody else has in this Home Assistant. */
const INVERTERS = TWELVE.map((one, index) => ({ ...one, id: String(704_000_120_011 + index) }));
const FINE = '704000120011';
const FAULTY = '704000120012';
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

describe.skipIf(!installed.isThere)('a real Home Assistant, with a weak panel', () => {
  let stage: Stage;
  let ecu: Simulator;
  let folder = '';

  beforeAll(async () => {
    stage = await openStage('problem', [ECU, ...INVERTERS.map(({ id }) => id)]);
    folder = await mkdtemp(path.join(tmpdir(), 'aps2mqtt-history-'));
    const weak = [{ inverter: FAULTY, panel: 1, factor: 0.5, from: 45 }];
    const years = describeYear('sixty', ['snow'], weak, { days: 60, lastDay: YESTERDAY, inverters: INVERTERS });
    await writeYears({ folder, ecuId: ECU, years });
    const inverters = INVERTERS.map(({ id }) => ({ family: 'ds3' as const, id }));
    const source = simulatedSite({ ecu: 'ecu-r-pro', ecuId: ECU, inverters }, { now: () => new Date() });
    ecu = await startSimulator({ source });
    stage.start({
      APS_ECU_IP: '127.0.0.1',
      APS_ECU_PORT: String(ecu.port),
      APS_ECU_NAME: 'Problem',
      APS_HISTORY_DIR: folder,
    });
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await ecu.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows it, with the reason in the attributes', async () => {
    await stage.shows(`${FAULTY}_problem`, 'on');
    await stage.shows(`${ECU}_array_problem`, 'on');
    await stage.shows(`${FINE}_problem`, 'off');
    const { attributes } = (await stage.state(`${FAULTY}_problem`)) ?? {};
    expect(attributes).toMatchObject({
      device_class: 'problem',
      good_days: 10,
      problems: [{ panel: 1, kind: 'faulty', since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }],
    });
    expect((await stage.state(`${FINE}_problem`))?.attributes).toMatchObject({ good_days: 10, problems: [] });
  }, 120_000);

  it('lets a template read the reason, as in DOCS', async () => {
    const { entity_id: id } = (await stage.entry(`${FAULTY}_problem`)) ?? {};
    const rendered = await stage.home.render(`{{ (state_attr('${id}', 'problems') | first).reason }}`);
    expect(rendered).toMatch(/[a-z]/);
  });

  it('shows the ratio of a panel to who switches it on', async () => {
    const { entity_id: id } = (await stage.entry(`${FAULTY}_panel_1_ratio`)) ?? {};
    const switchTo = (by: 'user' | null) =>
      stage.home.ask('config/entity_registry/update', { entity_id: id, disabled_by: by });
    // Home Assistant remembers what an earlier run did.
    await switchTo('user');
    await switchTo(null);
    // It loads the integration anew after half a minute.
    await stage.shows(`${FAULTY}_panel_1_ratio`, /^[45]\d(\.\d+)?$/, 90_000);
    await switchTo('user');
  }, 120_000);

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
