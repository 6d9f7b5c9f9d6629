import { type DrawnRoof, framed } from './drawing.ts';
import { HEIGHT, round, UNIT, WIDTH } from './frame.ts';
import { type Layout, panelKey } from './layout.ts';

/** Where a panel is in the picture, in % of the picture's size. */
export interface Place {
  readonly key: string;
  /** Of its middle. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** How much wider than high the picture (with its caption) is. */
export function ratioOf(layout: Layout, roof: DrawnRoof): number {
  const [first] = placesOf(layout, roof);
  return first === undefined ? 1 : WIDTH / first.width / (HEIGHT / first.height);
}

/** Where the picture (with its caption) has each panel. */
export function placesOf(layout: Layout, roof: DrawnRoof): Place[] {
  const { shown, frame, height } = framed(layout, roof);
  return shown.map(({ inverter, panel, x, y, angle }) => ({
    key: panelKey(inverter, panel),
    left: round(((x * UNIT - frame.left) / frame.width) * 100),
    top: round(((y * UNIT - frame.top) / height) * 100),
    width: round((WIDTH / frame.width) * 100),
    height: round((HEIGHT / height) * 100),
    angle,
  }));
}
