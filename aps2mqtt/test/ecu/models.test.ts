import { expect, test } from 'vitest';
import { peakKwOf } from '../../src/ecu/models.ts';

test.each([
  ['a DS3', ['704000000011'], 1, 0.96],
  ['a DS3D, or whatever else begins with 706', ['706000000011'], 1, 2],
  ['a QT2, which may be a QT2D', ['901000000011'], 1, 3.6],
  ['an unknown family', ['601000000011'], 1, 4],
  ['a known one and one of which the id is not known', ['704000000011'], 2, 4.96],
  ['nothing', [], 0, 4],
  ['a count that is garbage', [], 65_535, 800],
])('%s', (_, ids, registered, kW) => {
  expect(peakKwOf(ids, registered, 200)).toBeCloseTo(kW, 6);
});
