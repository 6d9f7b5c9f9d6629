import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstLayout } from '../../src/roof/firstLayout.ts';
import { panelKey } from '../../src/roof/layout.ts';
import { parseLayout } from '../../src/roof/parseLayout.ts';
import {
  beginEditing,
  changed,
  choose,
  moved,
  redone,
  turned,
  undone,
  within,
  withNewSide,
  withoutSide,
} from '../../web/editing.ts';

const layout = firstLayout([
  { inverter: '704000000011', panels: 2 },
  { inverter: '801000000012', panels: 4 },
]);
const first = new Set(['704000000011/1']);
const both = new Set(['704000000011/1', '704000000011/2']);

describe('arranging', () => {
  test('moves what is chosen onto the grid, together', () => {
    const after = moved(layout, both, 0.33, -1.08).panels;
    expect(after.slice(0, 2).map(({ x, y }) => [x, y])).toEqual([
      [0.4, -1],
      [1.4, -1],
    ]);
    expect(after.slice(2)).toEqual(layout.panels.slice(2));
  });

  test('turns one in its place, and several around their middle', () => {
    expect(turned(layout, first, 90).panels[0]).toMatchObject({ x: 0, y: 0, angle: 90 });
    expect(turned(layout, both, 90).panels.slice(0, 2)).toMatchObject([
      { x: 0.5, y: -0.5, angle: 90 },
      { x: 0.5, y: 0.5, angle: 90 },
    ]);
    expect(turned(turned(layout, first, -30), first, -30).panels[0]?.angle).toBe(300);
  });

  test('a side that is removed leaves its panels', () => {
    const after = withNewSide(withNewSide(layout, first, 'East'), both, 'West');
    expect(after.sides.map(({ id }) => id)).toEqual(['side-1', 'side-2']);
    expect(after.panels[0]?.side).toBe('side-2');
    const without = withoutSide(after, 'side-2');
    expect([without.sides.length, without.panels[0]?.side]).toEqual([1, null]);
    expect(withNewSide(without, first, 'South').sides.map(({ id }) => id)).toEqual(['side-1', 'side-2']);
  });

  test('a touch chooses one, or adds it and lets go of it', () => {
    expect([...choose(new Set(), 'a', false)]).toEqual(['a']);
    expect([...choose(new Set(['a', 'b']), 'a', false)]).toEqual(['a', 'b']);
    expect([...choose(new Set(['b']), 'a', false)]).toEqual(['a']);
    expect([...choose(new Set(['a', 'b']), 'a', true)]).toEqual(['b']);
    expect([...within(layout, new Set(['704000000011/1', '801000000012/1']), [-1, -1], [0.5, 5])]).toEqual([
      '704000000011/1',
      '801000000012/1',
    ]);
  });

  test('whatever is done can be undone, and done again; and is a layout that the server takes', () => {
    const keys = layout.panels.map(({ inverter, panel }) => panelKey(inverter, panel));
    const step = fc.record({
      chosen: fc.subarray(keys, { minLength: 1 }),
      kind: fc.constantFrom('move', 'turn', 'side'),
      by: fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const apply = (before: typeof layout, { chosen, kind, by }: (typeof steps)[number]) => {
          const some = new Set(chosen);
          return kind === 'move'
            ? moved(before, some, ...by)
            : kind === 'turn'
              ? turned(before, some, Math.round(by[0] * 40))
              : withNewSide(before, some, 'A');
        };
        let editing = beginEditing(layout);
        for (const one of steps) {
          editing = changed(editing, apply(editing.layout, one));
        }
        expect(parseLayout(JSON.parse(JSON.stringify(editing.layout)))).toEqual(editing.layout);
        let back = editing;
        for (const _ of editing.past) {
          back = undone(back);
        }
        expect(back.layout).toEqual(layout);
        for (const _ of back.future) {
          back = redone(back);
        }
        expect(back.layout).toEqual(editing.layout);
        expect(undone(beginEditing(layout)).layout).toBe(layout);
      }),
      { numRuns: 50 },
    );
  });
});
