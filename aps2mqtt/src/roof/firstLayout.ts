import { EMPTY_LAYOUT, type Layout, PANEL_HEIGHT, type PlacedPanel, panelKey } from './layout.ts';

/** An inverter and how many panels it has. */
export interface Strings {
  readonly inverter: string;
  readonly panels: number;
}

/** Between columns of inverters, in panel widths. All places are on the grid to which the page snaps. */
const BETWEEN = 0.4;
/** Of a whole roof: about that of a screen. */
const WANTED_RATIO = 1.6;
/** So many inverters simply stand below each other. */
const ONE_COLUMN = 4;

/**
 * A layout that nobody had to make: one row an inverter, in the ECU's order. Many rows stand in columns beside each
 * other, so that the whole fits a screen.
 */
export function firstLayout(inverters: readonly Strings[]): Layout {
  return { ...EMPTY_LAYOUT, panels: rows(inverters, 0, 0) };
}

/** The saved layout, with new panels below it; the first one where nothing is saved. Panels that are gone stay in it. */
export function layoutInForce(saved: Layout | null, inverters: readonly Strings[]): Layout {
  if (saved === null) {
    return firstLayout(inverters);
  }
  const known = new Set(saved.panels.map(({ inverter, panel }) => panelKey(inverter, panel)));
  const below = Math.max(...saved.panels.map(({ y }) => y), -PANEL_HEIGHT) + PANEL_HEIGHT + BETWEEN;
  const left = Math.min(...saved.panels.map(({ x }) => x), Number.MAX_VALUE);
  const news = inverters.filter(({ inverter, panels }) =>
    indices(panels).some((n) => !known.has(panelKey(inverter, n))),
  );
  const placed = rows(news, left === Number.MAX_VALUE ? 0 : left, below);
  const added = placed.filter(({ inverter, panel }) => !known.has(panelKey(inverter, panel)));
  return added.length === 0 ? saved : { ...saved, panels: [...saved.panels, ...added] };
}

function rows(inverters: readonly Strings[], left: number, top: number): PlacedPanel[] {
  const columns = columnsFor(inverters.length, Math.max(1, ...inverters.map(({ panels }) => panels)));
  const perColumn = Math.ceil(inverters.length / columns);
  let x = left;
  return indices(columns).flatMap((column) => {
    const some = inverters.slice((column - 1) * perColumn, column * perColumn);
    const placed = some.flatMap(({ inverter, panels }, row) =>
      indices(panels).map((panel) => ({
        inverter,
        panel,
        x: round(x + panel - 1),
        y: round(top + row * PANEL_HEIGHT),
        angle: 0,
        side: null,
        name: '',
      })),
    );
    x += Math.max(0, ...some.map(({ panels }) => panels)) + BETWEEN;
    return placed;
  });
}

/** As many as make the whole about as wide as a screen. */
function columnsFor(count: number, widest: number): number {
  if (count <= ONE_COLUMN) {
    return 1;
  }
  const ratio = (columns: number) => (columns * (widest + BETWEEN)) / (Math.ceil(count / columns) * PANEL_HEIGHT);
  const distance = (columns: number) => Math.abs(Math.log(ratio(columns) / WANTED_RATIO));
  return indices(count).reduce((best, columns) => (distance(columns) < distance(best) ? columns : best), 1);
}

const indices = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const round = (value: number) => Math.round(value * 1000) / 1000;
