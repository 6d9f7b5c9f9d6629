import { type Layout, type PlacedPanel, panelKey, type Side } from '../src/roof/layout.ts';

/** Arranging, as pure steps: each gives a new layout. */

/** Panels snap to so many parts of their width. */
export const GRID = 0.2;

export interface Editing {
  readonly layout: Layout;
  readonly chosen: ReadonlySet<string>;
  readonly past: readonly Layout[];
  readonly future: readonly Layout[];
}

const MOST_STEPS = 100;

export const beginEditing = (layout: Layout): Editing => ({ layout, chosen: new Set(), past: [], future: [] });

/** A step that can be undone; none where nothing changes. */
export function changed(editing: Editing, layout: Layout): Editing {
  return layout === editing.layout || JSON.stringify(layout) === JSON.stringify(editing.layout)
    ? editing
    : { ...editing, layout, past: [...editing.past, editing.layout].slice(-MOST_STEPS), future: [] };
}

export function undone(editing: Editing): Editing {
  const before = editing.past.at(-1);
  return before === undefined
    ? editing
    : { ...editing, layout: before, past: editing.past.slice(0, -1), future: [editing.layout, ...editing.future] };
}

export function redone(editing: Editing): Editing {
  const [after, ...future] = editing.future;
  return after === undefined ? editing : { ...editing, layout: after, past: [...editing.past, editing.layout], future };
}

/** @param isAdding to what is chosen already; one that is chosen is let go of then */
export function choose(chosen: ReadonlySet<string>, key: string, isAdding: boolean): ReadonlySet<string> {
  if (!isAdding) {
    return chosen.has(key) && chosen.size > 1 ? chosen : new Set([key]);
  }
  const after = new Set(chosen);
  if (!after.delete(key)) {
    after.add(key);
  }
  return after;
}

/** By so many panel widths, the first of the chosen onto the grid and the others with it. */
export function moved(layout: Layout, chosen: ReadonlySet<string>, right: number, down: number): Layout {
  const lead = layout.panels.find((panel) => chosen.has(keyOf(panel)));
  if (lead === undefined) {
    return layout;
  }
  const [byX, byY] = [snapped(lead.x + right) - lead.x, snapped(lead.y + down) - lead.y];
  return edited(layout, chosen, (panel) => ({ ...panel, x: tidy(panel.x + byX), y: tidy(panel.y + byY) }));
}

/** All around their common middle, by degrees clockwise. */
export function turned(layout: Layout, chosen: ReadonlySet<string>, degrees: number): Layout {
  const some = layout.panels.filter((panel) => chosen.has(keyOf(panel)));
  const middle = (of: (panel: PlacedPanel) => number) => some.reduce((sum, panel) => sum + of(panel), 0) / some.length;
  const [x, y] = [middle((panel) => panel.x), middle((panel) => panel.y)];
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return edited(layout, chosen, (panel) => ({
    ...panel,
    x: tidy(x + (panel.x - x) * cos - (panel.y - y) * sin),
    y: tidy(y + (panel.x - x) * sin + (panel.y - y) * cos),
    angle: (((panel.angle + degrees) % 360) + 360) % 360,
  }));
}

export const withSide = (layout: Layout, chosen: ReadonlySet<string>, side: string | null) =>
  edited(layout, chosen, (panel) => ({ ...panel, side }));

export const named = (layout: Layout, chosen: ReadonlySet<string>, name: string) =>
  edited(layout, chosen, (panel) => ({ ...panel, name }));

/** A new side for the chosen panels. */
export function withNewSide(layout: Layout, chosen: ReadonlySet<string>, name: string): Layout {
  const taken = new Set(layout.sides.map(({ id }) => id));
  let number = layout.sides.length + 1;
  while (taken.has(`side-${number}`)) {
    number++;
  }
  const id = `side-${number}`;
  return withSide({ ...layout, sides: [...layout.sides, { id, name }] }, chosen, id);
}

export const sideEdited = (layout: Layout, id: string, change: Partial<Side>): Layout => ({
  ...layout,
  sides: layout.sides.map((side) => (side.id === id ? { ...side, ...change } : side)),
});

export const withoutSide = (layout: Layout, id: string): Layout => ({
  ...layout,
  sides: layout.sides.filter((side) => side.id !== id),
  panels: layout.panels.map((panel) => (panel.side === id ? { ...panel, side: null } : panel)),
});

/** What lies within a frame that somebody drew, in panel widths. */
export function within(
  layout: Layout,
  shown: ReadonlySet<string>,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
): ReadonlySet<string> {
  const between = (value: number, one: number, other: number) =>
    value >= Math.min(one, other) && value <= Math.max(one, other);
  const inside = layout.panels.filter(({ x, y }) => between(x, from[0], to[0]) && between(y, from[1], to[1]));
  return new Set(inside.map(keyOf).filter((key) => shown.has(key)));
}

function edited(layout: Layout, chosen: ReadonlySet<string>, edit: (panel: PlacedPanel) => PlacedPanel): Layout {
  return { ...layout, panels: layout.panels.map((panel) => (chosen.has(keyOf(panel)) ? edit(panel) : panel)) };
}

const keyOf = ({ inverter, panel }: PlacedPanel) => panelKey(inverter, panel);
const snapped = (value: number) => Math.round(value / GRID) * GRID;
const tidy = (value: number) => Math.round(value * 1_000) / 1_000;
