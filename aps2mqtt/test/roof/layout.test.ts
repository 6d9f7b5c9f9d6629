import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstLayout, layoutInForce } from '../../src/roof/firstLayout.ts';
import { EMPTY_LAYOUT } from '../../src/roof/layout.ts';
import { LayoutStore, layoutFile } from '../../src/roof/layoutStore.ts';
import { LayoutError, parseLayout } from '../../src/roof/parseLayout.ts';
import { recordingLog } from '../support/logs.ts';

const ds3 = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ inverter: String(704000000011 + index), panels: 2 }));

describe('the first layout', () => {
  test('has one row an inverter, in the order of the ECU', () => {
    const { panels } = firstLayout([
      { inverter: '704000000011', panels: 2 },
      { inverter: '801000000012', panels: 4 },
    ]);
    expect(panels.map(({ inverter, panel }) => `${inverter}/${panel}`)).toEqual([
      '704000000011/1',
      '704000000011/2',
      '801000000012/1',
      '801000000012/2',
      '801000000012/3',
      '801000000012/4',
    ]);
    const rowsOf = (inverter: string) => new Set(panels.filter((one) => one.inverter === inverter).map(({ y }) => y));
    expect(rowsOf('704000000011').size).toBe(1);
    expect(rowsOf('801000000012').size).toBe(1);
    expect(panels[0]?.y).toBeLessThan(panels[2]?.y ?? 0);
  });

  test.each([1, 5, 12, 30, 100])('of %i inverters has no panel on another, and fits a screen', (count) => {
    const { panels } = firstLayout(ds3(count));
    expect(panels).toHaveLength(count * 2);
    for (const [index, one] of panels.entries()) {
      for (const other of panels.slice(index + 1)) {
        expect(Math.abs(one.x - other.x) > 0.999 || Math.abs(one.y - other.y) > 1.599).toBe(true);
      }
    }
    const width = Math.max(...panels.map(({ x }) => x)) + 1;
    const height = Math.max(...panels.map(({ y }) => y)) + 1.6;
    expect(count < 5 || (width / height > 0.8 && width / height < 3.2)).toBe(true);
  });

  test('of nothing is empty', () => {
    expect(firstLayout([])).toEqual(EMPTY_LAYOUT);
  });
});

describe('the layout in force', () => {
  const saved = parseLayout({ version: 1, panels: [{ inverter: '704000000011', panel: 1, x: 5, y: 7 }] });

  test('has new panels below the saved ones, and leaves those where they are', () => {
    const { panels } = layoutInForce(saved, ds3(2));
    expect(panels[0]).toEqual(saved.panels[0]);
    expect(panels).toHaveLength(4);
    expect(Math.min(...panels.slice(1).map(({ y }) => y))).toBeGreaterThan(7 + 1.6);
  });

  test('keeps panels that are gone: they may come back', () => {
    expect(
      layoutInForce(saved, [{ inverter: '801000000012', panels: 1 }]).panels.map(({ inverter }) => inverter),
    ).toEqual(['704000000011', '801000000012']);
    expect(layoutInForce(saved, [])).toBe(saved);
  });
});

describe('a layout from outside', () => {
  const panel = { inverter: '704000000011', panel: 1, x: 0, y: 0 };

  test('is understood, with what may be left out filled in', () => {
    expect(parseLayout({ version: 1, panels: [{ ...panel, angle: -90 }] })).toEqual({
      version: 1,
      sides: [],
      panels: [{ ...panel, angle: 270, side: null, name: '' }],
      background: null,
    });
  });

  test('is refused with every mistake named', () => {
    const wrong = {
      version: 2,
      sides: [
        { id: '', name: 3 },
        { id: 'e', name: 'East', color: 'red' },
      ],
      panels: [
        { ...panel, x: Number.NaN, side: 'nowhere' },
        { ...panel, inverter: '../../etc', panel: 0, y: 1e9, angle: '90', name: 'x'.repeat(61) },
        panel,
        'panel',
      ],
      background: 'data:image/svg+xml;base64,PHN2Zz4=',
    };
    const problems = problemsOf(wrong);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'version',
      'sides[0].id',
      'sides[0].name',
      'sides[1].color',
      'panels[0].side',
      'panels[0].x',
      'panels[1].inverter',
      'panels[1].panel',
      'panels[1].angle',
      'panels[1].y',
      'panels[1].name',
      'panels[3]',
      'panels[2]',
      'background',
    ]);
  });

  test.each([null, [], 'text', 7, { version: 1 }, { version: 1, panels: {} }])('%j is refused', (value) => {
    expect(() => parseLayout(value)).toThrow(LayoutError);
  });

  test('has bounds', () => {
    expect(problemsOf({ version: 1, panels: Array.from({ length: 4_001 }, () => panel) })).toEqual([
      'panels: must have at most 4000 entries',
    ]);
    const background = `data:image/png;base64,${'A'.repeat(1_400_000)}`;
    expect(problemsOf({ version: 1, panels: [], background })).toHaveLength(1);
    expect(problemsOf({ version: 1, panels: Array.from({ length: 200 }, () => 1) })).toHaveLength(50);
  });

  test('loses characters that XML cannot hold', () => {
    expect(parseLayout({ version: 1, panels: [{ ...panel, name: 'a\u0000b\u0007\ud800c' }] }).panels[0]?.name).toBe(
      'a b  c',
    );
  });

  function problemsOf(value: unknown): readonly string[] {
    try {
      parseLayout(value);
    } catch (error) {
      return error instanceof LayoutError ? error.problems : [String(error)];
    }
    return [];
  }
});

describe('the store', () => {
  const layout = parseLayout({ version: 1, panels: [{ inverter: '704000000011', panel: 1, x: 5, y: 7, name: 'A' }] });

  test('keeps the layout beside the state, over a restart', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'roof-'));
    const file = layoutFile(path.join(folder, 'state.json'));
    const { log } = recordingLog();
    expect(await new LayoutStore(file, log).save(layout)).toBe(true);
    const after = new LayoutStore(file, log);
    await after.load();
    expect(after.layout).toEqual(layout);
    expect(await readdir(folder)).toEqual(['roof.json']);
  });

  test('sets a broken file aside, and says so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'roof-'));
    const file = path.join(folder, 'roof.json');
    await writeFile(file, '{"version": 1, "panels": [');
    const { log, lines } = recordingLog();
    const store = new LayoutStore(file, log);
    await store.load();
    expect(store.layout).toBeNull();
    expect(await readFile(`${file}.broken`, 'utf8')).toContain('version');
    expect(lines.map(({ text }) => text).join()).toContain('set aside');
  });

  test('holds what it cannot write, and says so', async () => {
    const { log, lines } = recordingLog();
    const store = new LayoutStore('/nowhere/at/all/roof.json', log);
    await store.load();
    expect(lines).toEqual([]);
    expect(await store.save(layout)).toBe(false);
    expect(store.layout).toBe(layout);
    expect(lines).toHaveLength(1);
  });
});
