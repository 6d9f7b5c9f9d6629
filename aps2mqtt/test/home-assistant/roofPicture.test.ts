import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, startEcu, type WholeEcu } from './ecu.ts';
import { installed } from './installed.ts';
import { comes, settle } from './patience.ts';
import { type Key, openStage, type Stage } from './stage.ts';

/** The roof of each ECU, and of all, as Home Assistant gives it to a dashboard. See README. */

const ECUS = ['216200110001', '216200110002'] as const;
const DS3S = ['704000110011', '704000110012'] as const;
const [FIRST, SECOND] = ECUS;
const ROOF: Key = `${FIRST}_roof`;
const ALL: Key = `${FIRST}_roof_of_all`;
const PATIENCE_MS = 60_000;

describe.skipIf(!installed.isThere)('a real Home Assistant, that shows the roof', () => {
  let stage: Stage;
  let ecus: readonly WholeEcu[];

  beforeAll(async () => {
    stage = await openStage('roof', [...ECUS, ...DS3S]);
    ecus = await Promise.all(
      ECUS.map((ecuId, index) =>
        startEcu({ ecu: 'ecu-r-pro', ecuId, inverters: [{ family: 'ds3', id: DS3S[index] ?? '' }] }),
      ),
    );
  }, 60_000);

  afterAll(async () => {
    await stage.close();
    await Promise.all(ecus.map((ecu) => ecu.stop()));
  });

  function start(more: Readonly<Record<string, string>> = {}) {
    return stage.start({ ...environmentOf(ecus), APS_ECU_NAME: 'Barn,House', ...more });
  }

  async function picture(key: Key) {
    const state = await stage.state(key);
    return state === undefined ? { type: null, text: '' } : stage.home.picture(state);
  }

  it(
    'of each ECU and of all, as SVG with the panels in it, and with each change',
    async () => {
      const program = start();
      await settle(PATIENCE_MS, async () => {
        const { text } = await picture(ALL);
        return DS3S.filter((id) => !text.includes(id));
      });
      for (const [index, ecuId] of ECUS.entries()) {
        const { type, text } = await picture(`${ecuId}_roof`);
        expect(type).toBe('image/svg+xml');
        expect(text).toMatch(/^<svg.*<\/svg>\s*$/s);
        expect(DS3S.map((id) => text.includes(id))).toEqual([index === 0, index === 1]);
      }
      expect(await stage.entry(`${SECOND}_roof_of_all`)).toBeUndefined();

      const shown = await stage.state(ROOF);
      ecus[0]?.site.setPowers(DS3S[0], [77, 78]);
      await stage.call('button.press', `${FIRST}_refresh`);
      await comes('the new power in it', PATIENCE_MS, async () => (await picture(ROOF)).text.includes('77 W'));
      // Its state is the time of the picture.
      expect(Date.parse((await stage.state(ROOF))?.state ?? '')).toBeGreaterThan(Date.parse(shown?.state ?? ''));
      await program.stop();
      await stage.shows(ROOF, 'unavailable');
    },
    3 * PATIENCE_MS,
  );

  it(
    'and none where it is switched off, but the same one again',
    async () => {
      const id = (await stage.entry(ROOF))?.entity_id;
      expect(id).toBe('image.barn_roof');
      const without = start({ MQTT_PICTURE: 'false' });
      await comes('no picture', PATIENCE_MS, async () => (await stage.entry(ROOF)) === undefined);
      await comes('none of all', PATIENCE_MS, async () => (await stage.entry(ALL)) === undefined);
      await without.stop();
      start();
      await stage.shows(ROOF, /^2/, PATIENCE_MS);
      expect((await stage.entry(ROOF))?.entity_id).toBe(id);
    },
    4 * PATIENCE_MS,
  );

  it('leaves nothing to complain of in the log', async () => {
    expect(await stage.complaints()).toEqual([]);
  });
});
