import { colourAt, hex, isBright, type Scale } from './colour.ts';
import { HEIGHT, round, UNIT, WIDTH } from './frame.ts';
import { type PlacedPanel, panelKey } from './layout.ts';
import { type Shape, shape } from './shape.ts';

/** A panel as it is drawn. */
export interface DrawnPanel {
  /** In the middle of the panel: short. */
  readonly text: string;
  /** All of it in words, for who does not see it. */
  readonly label: string;
  /** What colours it, 0 to 1 of the scale; null draws it as not known. */
  readonly share: number | null;
  readonly isOffline: boolean;
  readonly hasAlarm: boolean;
}

export interface PanelStyle {
  readonly scale: Scale;
  /** The colour of its side, to be seen on it; null for none. */
  readonly stripe: string | null;
  /** It is a button with `data-panel`. */
  readonly isPage: boolean;
  readonly isChosen: boolean;
}

const PLATE = platePath();
const CELLS = cellLines();
/** In the colour of the panel's side. */
const STRIPE = { x: 8 - WIDTH / 2, y: HEIGHT / 2 - 16, width: WIDTH - 16, height: 10, rx: 4 };

export function panelShape(
  { inverter, panel, x, y, angle, name }: PlacedPanel,
  { text, label, share, isOffline, hasAlarm }: DrawnPanel,
  { scale, stripe, isPage, isChosen }: PanelStyle,
): Shape {
  const rgb = share === null || isOffline ? null : colourAt(scale, share);
  const kind = isOffline ? 'o' : rgb === null ? 'u' : isBright(rgb) ? 'b' : 'w';
  // Texts stay upright however the panel lies.
  const upright = angle === 0 ? {} : { transform: `rotate(${-angle})` };
  return shape(
    'g',
    {
      ...(isPage
        ? {
            'data-panel': panelKey(inverter, panel),
            role: 'button',
            tabindex: 0,
            'aria-label': label,
            'aria-pressed': String(isChosen),
          }
        : {}),
      class: kind,
      transform: `translate(${round(x * UNIT)} ${round(y * UNIT)})${angle === 0 ? '' : `rotate(${angle})`}`,
    },
    [
      ...(isPage ? [] : [shape('title', {}, [label])]),
      ...plateShapes(rgb && hex(rgb), isPage),
      ...(stripe === null ? [] : [shape('rect', { ...STRIPE, fill: stripe })]),
      ...(isChosen ? [shape('path', { class: 'chosen', d: PLATE })] : []),
      shape('text', { y: name === '' ? 10 : 4, ...upright }, [text]),
      ...(name === '' ? [] : [shape('text', { class: 'n', y: 30, ...upright }, [shortened(name)])]),
      ...(hasAlarm ? [alarmMark(angle)] : []),
    ],
  );
}

/** The page tells outline and cells apart, where the focus is; the picture saves the bytes. */
function plateShapes(fill: string | null, isPage: boolean): Shape[] {
  if (fill === null || !isPage) {
    return [shape('path', { fill, d: fill === null ? PLATE : `${PLATE}${CELLS}` })];
  }
  return [shape('path', { fill, d: PLATE }), shape('path', { fill: 'none', d: CELLS })];
}

/** In the upper right corner; on a panel that lies askew nearer to the middle. */
function alarmMark(angle: number): Shape {
  const transform =
    angle === 0 ? `translate(${WIDTH / 2 - 12} ${14 - HEIGHT / 2})` : `rotate(${-angle})translate(30 -44)`;
  return shape('g', { transform }, [
    shape('circle', { class: 'm', r: 17 }),
    shape('text', { class: 'x', y: 9 }, ['!']),
  ]);
}

/** A panel's outline, its corners rounded. */
function platePath(): string {
  const [across, along] = [WIDTH - 12, HEIGHT - 12];
  return `M${-WIDTH / 2}${-along / 2}q0-6 6-6h${across}q6 0 6 6v${along}q0 6-6 6h-${across}q-6 0-6-6z`;
}

/** As on a real panel: its cells, faintly. */
function cellLines(): string {
  const down = [-WIDTH / 6, WIDTH / 6].map((x) => `M${x}-${HEIGHT / 2}v${HEIGHT}`);
  return `${down.join('')}M-${WIDTH / 2} 0h${WIDTH}`;
}

/** It has to fit a panel's width. */
function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length > 11 ? `${characters.slice(0, 10).join('')}…` : name;
}
