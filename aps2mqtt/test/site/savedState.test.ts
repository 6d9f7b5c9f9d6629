import { describe, expect, test } from 'vitest';
import { NOTHING_SAVED, parseSavedState, printSavedState } from '../../src/site/savedState.ts';
import { exampleState } from '../support/exampleState.ts';

describe('a saved state', () => {
  test('comes back as it was', () => {
    const state = exampleState(3);
    expect(parseSavedState(printSavedState(state))).toEqual(state);
    expect(parseSavedState(printSavedState(NOTHING_SAVED))).toEqual(NOTHING_SAVED);
  });

  test('of before restarts were kept is taken', () => {
    const { ecus } = exampleState(1);
    const before = { ecus: ecus.map(({ restarts: _, lastSeen: __, ...ecu }) => ecu) };
    expect(parseSavedState(printSavedState(before))).toEqual(before);
  });

  test('tells where it was published, and what was removed; one without that is taken as well', () => {
    const publication = {
      topicPrefixes: ['', 'solar/roof'],
      discoveryPrefixes: ['homeassistant'],
      removed: [
        { ecuId: '216200000001', inverterId: '704000000011' },
        { ecuId: '216200000002', inverterId: null },
      ],
    };
    const state = { ...exampleState(1), publication };
    expect(parseSavedState(printSavedState(state))).toEqual(state);
    for (const wrong of [
      null,
      {},
      { ...publication, topicPrefixes: ['#'] },
      { ...publication, topicPrefixes: [7] },
      { ...publication, discoveryPrefixes: ['a/+/b'] },
      { ...publication, discoveryPrefixes: 'homeassistant' },
      { ...publication, removed: [{ ecuId: '216200000001' }] },
      { ...publication, removed: [{ ecuId: '+', inverterId: null }] },
    ]) {
      const text = JSON.stringify({ version: 1, ...state, publication: wrong });
      expect(() => parseSavedState(text), text).toThrow('not what was saved');
    }
  });

  test('is small: 100 inverters take less than 10 kB', () => {
    expect(printSavedState(exampleState(100)).length).toBeLessThan(10_000);
  });

  test.each([
    ['', 'not JSON'],
    ['{"version":1,"ecus":[', 'not JSON'],
    ['\u0000\u0000\u0000', 'not JSON'],
    ['null', 'not an object'],
    ['[]', 'not an object'],
    ['"text"', 'not an object'],
    ['{}', 'version 1'],
    ['{"version":2,"ecus":[]}', 'version 1'],
    ['{"version":1}', 'not what was saved'],
    ['{"version":1,"ecus":{}}', 'not what was saved'],
    ['{"version":1,"ecus":[null]}', 'not what was saved'],
  ])('%j is none: %s', (text, reason) => {
    expect(() => parseSavedState(text)).toThrow(reason);
  });

  test('is not taken with any value of another kind', () => {
    const paths = leaves(exampleState(1));
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths.filter((path) => !path.includes('timing'))) {
      const mayBeMissing = ['ecus.0.lastSeen', 'ecus.0.energy.lifetime.resetAt'].includes(path.join('.'));
      for (const wrong of [...(mayBeMissing ? [] : [undefined]), true, 'x'.repeat(301), [], { a: 1 }]) {
        const state = JSON.parse(printSavedState(exampleState(1))) as object;
        if (typeof at(state, path) !== typeof wrong || typeof wrong === 'string') {
          put(state, path, wrong);
          expect(() => parseSavedState(JSON.stringify(state)), `${path.join('.')} = ${String(wrong)}`).toThrow();
        }
      }
    }
  });

  test.each([
    ['ecuId', '21620001234+'],
    ['inverters.0.id', '#'],
    ['inverters.0.channels.powers', 1e9],
    ['inverters.0.channels.voltages', 1.5],
    ['energy.lifetime.value', -1],
  ])('is not taken with %s = %j', (path, wrong) => {
    const state = JSON.parse(printSavedState(exampleState(1))) as object;
    put(state, ['ecus', '0', ...path.split('.')], wrong);
    expect(() => parseSavedState(JSON.stringify(state))).toThrow('not what was saved');
  });

  test.each([
    [
      { roundMs: 300_000, offsetMs: -5 },
      { roundMs: 300_000, offsetMs: -5 },
    ],
    // As 3.0.0 wrote it.
    [
      { roundMs: 300_000, offsetMs: 18_000, stepMs: 150, spreadMs: 6_000 },
      { roundMs: 300_000, offsetMs: 24_000 },
    ],
    [{ roundMs: 1, offsetMs: 0 }, null],
    [{ roundMs: 1e12, offsetMs: 0 }, null],
    [{ roundMs: 300_000, offsetMs: '0' }, null],
    [{ roundMs: 300_000, offsetMs: 0, spreadMs: 1e12 }, null],
    [{ roundMs: 300_000 }, null],
    [[], null],
    ['x', null],
    [null, null],
    [undefined, null],
  ])('of timing %j keeps %j, and the rest of the ECU', (timing, kept) => {
    const state = JSON.parse(printSavedState(exampleState(1))) as object;
    put(state, ['ecus', '0', 'timing'], timing);
    expect(parseSavedState(JSON.stringify(state)).ecus[0]).toEqual({ ...exampleState(1).ecus[0], timing: kept });
  });
});

type Tree = Record<string, unknown>;

function leaves(value: unknown, path: string[] = []): string[][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]))
    : [path];
}

function at(root: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Tree)[key], root);
}

function put(root: object, path: readonly string[], value: unknown): void {
  (at(root, path.slice(0, -1)) as Tree)[path.at(-1) ?? ''] = value;
}
