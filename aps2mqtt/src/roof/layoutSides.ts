import { type Layout, panelKey } from './layout.ts';

/** Which panels stand on which side, for whoever compares them. */
export interface LayoutSides {
  /** The side of a panel, by `panelKey`, as the layout has it now; null for none. */
  now(): (key: string) => string | null;
  /** Since the question before: dragging a panel changes no side. */
  haveChanged(): boolean;
}

export function layoutSides(layout: () => Layout | null): LayoutSides {
  let before = signature(layout());
  return {
    now() {
      const panels = layout()?.panels ?? [];
      const sides = new Map(panels.map(({ inverter, panel, side }) => [panelKey(inverter, panel), side]));
      return (key) => sides.get(key) ?? null;
    },
    haveChanged() {
      const now = signature(layout());
      const isOther = now !== before;
      before = now;
      return isOther;
    },
  };
}

function signature(layout: Layout | null): string {
  const sided = layout?.panels.filter(({ side }) => side !== null) ?? [];
  return sided
    .map(({ inverter, panel, side }) => `${panelKey(inverter, panel)} ${side}`)
    .sort()
    .join();
}
