import { BACKGROUND_AT, type Layout, PANEL_HEIGHT, type PlacedPanel } from './layout.ts';

/** What is seen of the plane that panels lie on, in hundredths of a panel's width. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One panel's width. */
export const UNIT = 100;
/** Of a panel as it is drawn: its neighbours do not touch it. */
export const WIDTH = 96;
export const HEIGHT = UNIT * PANEL_HEIGHT - 4;
export const MARGIN = 40;
/** Above a side's panels, for its name. */
const LABEL = 40;

/** All that is drawn, with a margin. */
export function frameOf(
  layout: Layout,
  shown: readonly PlacedPanel[] = layout.panels,
  background: { readonly width: number; readonly height: number } | null = null,
): Frame {
  const corners = shown.flatMap(cornersOf);
  const above = layout.sides.some(({ name }) => name !== '') ? LABEL : 0;
  const panels = corners.length === 0 ? null : around(corners, MARGIN);
  const { x, y } = { x: BACKGROUND_AT.x * UNIT, y: BACKGROUND_AT.y * UNIT };
  const picture =
    background &&
    around(
      [
        [x, y],
        [x + background.width, y + background.height],
      ],
      0,
    );
  const frames = [panels && { ...panels, top: panels.top - above, height: panels.height + above }, picture];
  return (
    frames.filter((one) => one !== null).reduce<Frame | null>(joined, null) ??
    around(
      [
        [0, 0],
        [UNIT * 2, UNIT],
      ],
      MARGIN,
    )
  );
}

function joined(one: Frame | null, other: Frame): Frame {
  if (one === null) {
    return other;
  }
  const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
  const right = Math.max(one.left + one.width, other.left + other.width);
  const bottom = Math.max(one.top + one.height, other.top + other.height);
  return { left, top, width: right - left, height: bottom - top };
}

function around(corners: readonly (readonly [x: number, y: number])[], margin: number): Frame {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, top] = [Math.floor(Math.min(...xs)) - margin, Math.floor(Math.min(...ys)) - margin];
  return {
    left,
    top,
    width: Math.ceil(Math.max(...xs)) + margin - left,
    height: Math.ceil(Math.max(...ys)) + margin - top,
  };
}

/** Of a panel, as it is turned. */
export function cornersOf({ x, y, angle }: PlacedPanel): (readonly [x: number, y: number])[] {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [-1, 1].flatMap((right) =>
    [-1, 1].map((down) => {
      const [across, along] = [(right * WIDTH) / 2, (down * HEIGHT) / 2];
      return [x * UNIT + across * cos - along * sin, y * UNIT + across * sin + along * cos] as const;
    }),
  );
}

/** No eye sees less than that. */
export const round = (value: number) => Math.round(value * 10) / 10;
