import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dashboardYaml, slug } from '../../src/roof/dashboard.ts';
import { dashboardEcus } from '../../src/roof/dashboardEcus.ts';
import { roofPicture } from '../../src/roof/picture.ts';
import { exampleRoof } from './exampleRoof.ts';

const one = [exampleRoof(6)];
const two = [exampleRoof(6), { ...exampleRoof(0, '216200000000') }];

describe('the card of the roof', () => {
  const card = parse(dashboardYaml('card', dashboardEcus(one), null, () => null));

  test('shows the picture, and has each panel to touch where the picture has it', () => {
    expect(card).toMatchObject({ type: 'picture-elements', image_entity: 'image.ecu_r_pro_roof' });
    expect(card.elements).toHaveLength(12);
    const [, left = 0, top = 0, width = 1, height = 1] =
      /viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"/.exec(roofPicture(null, one, 'light'))?.map(Number) ?? [];
    const groups = [...roofPicture(null, one, 'light').matchAll(/translate\((-?[\d.]+) (-?[\d.]+)\)"><title>/g)];
    for (const [index, { style }] of card.elements.entries()) {
      const [, x = 0, y = 0] = groups[index]?.map(Number) ?? [];
      expect(Number.parseFloat(style.left)).toBeCloseTo(((x - left) / width) * 100, 0);
      expect(Number.parseFloat(style.top)).toBeCloseTo(((y - top) / height) * 100, 0);
    }
    expect(card.elements[3].entity).toBe('sensor.ds3_704000000012_panel_2_power');
  });

  test("takes Home Assistant's own entity ids where they are known", () => {
    const known = new Map([
      ['aps_704000000011_panel_1_power', 'sensor.chimney'],
      ['aps_216200000001_roof', 'image.mine'],
    ]);
    const own = parse(dashboardYaml('card', dashboardEcus(one), null, (id) => known.get(id) ?? null));
    expect([own.image_entity, own.elements[0].entity]).toEqual(['image.mine', 'sensor.chimney']);
  });

  test('of several ECUs has the picture of all, which is an entity of the first', () => {
    const all = parse(dashboardYaml('card', dashboardEcus(two), null, () => null));
    expect(all.image_entity).toBe('image.ecu_r_pro_216200000000_roof_of_all_ecus');
  });
});

test('the whole dashboard has the card, each ECU and each inverter', () => {
  const { views } = parse(dashboardYaml('dashboard', dashboardEcus(one), null, () => null));
  expect(views[0].sections[0].cards[0].type).toBe('picture-elements');
  expect(JSON.stringify(views[0])).toContain('sensor.ecu_r_pro_energy_today');
  expect(views[1].sections).toHaveLength(6);
  expect(JSON.stringify(views[1])).toContain('sensor.ds3_704000000016_panel_2_power');
});

test.each([
  ['ECU-R-Pro Power', 'ecu_r_pro_power'],
  ['Scheune Süd: größer', 'scheune_sud_grosser'],
  ['  Éta 2 ', 'eta_2'],
  ['屋根', 'unknown'],
])('%s is %s in an entity id', (name, id) => {
  expect(slug(name)).toBe(id);
});
