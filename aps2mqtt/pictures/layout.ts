import type { Layout } from '../src/roof/layout.ts';

export const INVERTERS = Array.from({ length: 12 }, (_, index) => String(704_000_000_011 + index));

/** Two sides of a roof, in two rows each: the first six inverters look to the east. */
export function eastAndWest(): Layout {
  const panels = INVERTERS.flatMap((inverter, index) =>
    [1, 2].map((panel) => {
      const place = (index % 6) * 2 + panel - 1;
      const [side, top] = index < 6 ? (['east', 0] as const) : (['west', 4] as const);
      return { inverter, panel, x: place % 6, y: top + Math.floor(place / 6) * 1.6, angle: 0, side, name: '' };
    }),
  );
  const sides = [
    { id: 'east', name: 'East' },
    { id: 'west', name: 'West' },
  ];
  return { version: 1, sides, panels, background: null };
}
