import { expect, test } from 'vitest';
import { Twins } from '../../src/monitor/twins.ts';

const ECU = '216200000001';

test('an ECU that answers here, there, and here again has two addresses', () => {
  const twins = new Twins();
  expect(['a', 'b', 'a'].map((address) => twins.answers(ECU, address))).toEqual([null, null, 'b']);
});

test('one that moved, and stays, has one', () => {
  const twins = new Twins();
  expect(['a', 'a', 'b', 'b', 'b'].map((address) => twins.answers(ECU, address))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('two that change places have one each', () => {
  const twins = new Twins();
  const told = [
    [ECU, 'a'],
    ['216200000002', 'b'],
    ['216200000002', 'a'],
    [ECU, 'b'],
    ['216200000002', 'a'],
    [ECU, 'b'],
  ].map(([id = '', address = '']) => twins.answers(id, address));
  expect(told).toEqual([null, null, null, null, null, null]);
});
