import { colourAt, hex, isBright, type Scale, sideColour } from './colour.ts';
import { BACKGROUND_AT, type Layout, PANEL_HEIGHT, type PlacedPanel, panelKey } from './layout.ts';
import { type Shape, shape } from './shape.ts';
import { roofStyle, type Theme } from './theme.ts';

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

export interface DrawnRoof {
  readonly scale: Scale;
  /** By `panelKey`. What the layout has and this has not is left out. */
  readonly panels: ReadonlyMap<string, DrawnPanel>;
  /** Under the roof: left and right. */
  readonly caption?: readonly [left: string, right: string];
}

/** What only the page wants. */
export interface DrawingExtras {
  /** Each panel is a button with `data-panel`, and there is no ground, no style and no caption of its own. */
  readonly isPage: boolean;
  /** Panels are seen with the colours of their sides. */
  readonly showsSides?: boolean;
  readonly chosen?: ReadonlySet<string>;
  /** A picture behind the panels; how big it is in hundredths of a panel's width. */
  readonly background?: { readonly href: string; readonly width: number; readonly height: number } | null;
  /** A frame to keep to, so that nothing jumps while panels move. */
  readonly frame?: Frame;
}

/** In hundredths of a panel's width. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One panel's width. */
export const UNIT = 100;
const WIDTH = 96;
const HEIGHT = UNIT * PANEL_HEIGHT - 4;
const MARGIN = 40;
const CAPTION = 56;
/** For the longest one: panels keep their places whatever it says. */
const CAPTION_WIDTH = 500;
const LABEL = 40;
const PLATE = platePath();
const CELLS = cellLines();
/** In the colour of the panel's side. */
const STRIPE = { x: 8 - WIDTH / 2, y: HEIGHT / 2 - 16, width: WIDTH - 16, height: 10, rx: 4 };

/** Of the values' moment, in this layout, with this theme: always the same picture. */
export function drawRoof(layout: Layout, roof: DrawnRoof, theme: Theme, extras?: DrawingExtras): Shape {
  const shown = layout.panels.filter(({ inverter, panel }) => roof.panels.has(panelKey(inverter, panel)));
  const isPage = extras?.isPage === true;
  const caption = isPage ? undefined : roof.caption;
  const frame = widened(extras?.frame ?? frameOf(layout, shown, extras?.background), caption);
  const height = frame.height + (caption === undefined ? 0 : CAPTION);
  const sides = new Map(layout.sides.map((side, index) => [side.id, sideColour(side, index)]));
  const content = [
    shape('defs', {}, [hatch()]),
    ...(isPage ? [] : [shape('style', {}, [roofStyle(theme)]), ground(frame, height)]),
    ...backgroundShapes(extras),
    ...sideNames(layout, shown, sides),
    ...shown.map((panel) => drawPanel(panel, roof, sides, extras)),
    ...(caption === undefined ? [] : captionShapes(caption, frame)),
  ];
  return shape(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'r',
      viewBox: `${frame.left} ${frame.top} ${frame.width} ${height}`,
      ...(isPage
        ? { role: 'group' }
        : { width: frame.width, height, role: 'img', 'aria-label': (caption ?? []).join(' ') }),
    },
    content,
  );
}

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
  const shown = layout.panels.filter(({ inverter, panel }) => roof.panels.has(panelKey(inverter, panel)));
  const frame = widened(frameOf(layout, shown), roof.caption);
  const height = frame.height + (roof.caption === undefined ? 0 : CAPTION);
  return shown.map(({ inverter, panel, x, y, angle }) => ({
    key: panelKey(inverter, panel),
    left: round(((x * UNIT - frame.left) / frame.width) * 100),
    top: round(((y * UNIT - frame.top) / height) * 100),
    width: round((WIDTH / frame.width) * 100),
    height: round((HEIGHT / height) * 100),
    angle,
  }));
}

/** All that is drawn, with a margin. */
export function frameOf(
  layout: Layout,
  shown: readonly PlacedPanel[] = layout.panels,
  background: DrawingExtras['background'] = null,
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

/** Two texts have to fit under a small roof, too. */
function widened(frame: Frame, caption: DrawnRoof['caption']): Frame {
  const missing = Math.max(0, (caption === undefined ? 0 : CAPTION_WIDTH) - frame.width);
  return { ...frame, left: frame.left - missing / 2, width: frame.width + missing };
}

function cornersOf({ x, y, angle }: PlacedPanel): (readonly [x: number, y: number])[] {
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [-1, 1].flatMap((right) =>
    [-1, 1].map((down) => {
      const [across, along] = [(right * WIDTH) / 2, (down * HEIGHT) / 2];
      return [x * UNIT + across * cos - along * sin, y * UNIT + across * sin + along * cos] as const;
    }),
  );
}

function drawPanel(
  { inverter, panel, x, y, angle, side, name }: PlacedPanel,
  { panels, scale }: DrawnRoof,
  sides: ReadonlyMap<string, string>,
  extras: DrawingExtras | undefined,
): Shape {
  const key = panelKey(inverter, panel);
  const { text, label, share, isOffline, hasAlarm } = panels.get(key) ?? NOTHING;
  const rgb = share === null || isOffline ? null : colourAt(scale, share);
  const kind = isOffline ? 'o' : rgb === null ? 'u' : isBright(rgb) ? 'b' : 'w';
  const colour = (extras?.showsSides && side !== null && sides.get(side)) || null;
  const isChosen = extras?.chosen?.has(key) ?? false;
  // Texts stay upright however the panel lies.
  const upright = angle === 0 ? {} : { transform: `rotate(${-angle})` };
  return shape(
    'g',
    {
      ...(extras?.isPage
        ? { 'data-panel': key, role: 'button', tabindex: 0, 'aria-label': label, 'aria-pressed': String(isChosen) }
        : {}),
      class: kind,
      transform: `translate(${round(x * UNIT)} ${round(y * UNIT)})${angle === 0 ? '' : `rotate(${angle})`}`,
    },
    [
      ...(extras?.isPage ? [] : [shape('title', {}, [label])]),
      ...plateShapes(rgb && hex(rgb), extras?.isPage === true),
      ...(colour === null ? [] : [shape('rect', { ...STRIPE, fill: colour })]),
      ...(isChosen ? [shape('path', { class: 'chosen', d: PLATE })] : []),
      shape('text', { y: name === '' ? 10 : 4, ...upright }, [text]),
      ...(name === '' ? [] : [shape('text', { class: 'n', y: 30, ...upright }, [shortened(name)])]),
      ...(hasAlarm ? alarmMark(angle) : []),
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

const NOTHING: DrawnPanel = { text: '', label: '', share: null, isOffline: false, hasAlarm: false };

function alarmMark(angle: number): Shape[] {
  const transform = `rotate(${-angle})translate(${WIDTH / 2 - 12} ${14 - HEIGHT / 2})`;
  const turned = angle === 0 ? transform.slice('rotate(0)'.length) : `rotate(${-angle})translate(30 -44)`;
  return [
    shape('g', { transform: turned.replace('rotate(0)', '') }, [
      shape('circle', { class: 'm', r: 17 }),
      shape('text', { class: 'x', y: 9 }, ['!']),
    ]),
  ];
}

/** A side's name stands over its highest panel. */
function sideNames(layout: Layout, shown: readonly PlacedPanel[], colours: ReadonlyMap<string, string>): Shape[] {
  return layout.sides.flatMap(({ id, name }) => {
    const corners = shown.filter(({ side }) => side === id).flatMap(cornersOf);
    if (corners.length === 0 || name === '') {
      return [];
    }
    const left = Math.min(...corners.map(([x]) => x));
    const top = Math.min(...corners.map(([, y]) => y));
    return [
      shape('circle', { cx: round(left + 9), cy: round(top - 21), r: 8, fill: colours.get(id) ?? null }),
      shape('text', { class: 's', x: round(left + 26), y: round(top - 12) }, [name]),
    ];
  });
}

function captionShapes([left, right]: readonly [string, string], frame: Frame): Shape[] {
  const y = frame.top + frame.height + 14;
  return [
    shape('text', { class: 'f', x: frame.left + MARGIN, y }, [left]),
    shape('text', { class: 't', x: frame.left + frame.width - MARGIN, y }, [right]),
  ];
}

function backgroundShapes(extras: DrawingExtras | undefined): Shape[] {
  return extras?.background
    ? [shape('image', { ...extras.background, x: BACKGROUND_AT.x * UNIT, y: BACKGROUND_AT.y * UNIT })]
    : [];
}

function ground({ left, top, width }: Frame, height: number): Shape {
  return shape('rect', { class: 'g', x: left, y: top, width, height });
}

function hatch(): Shape {
  return shape(
    'pattern',
    { id: 'h', width: 14, height: 14, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    [shape('path', { class: 'hg', d: 'M0 0h14v14H0z' }), shape('path', { class: 'hl', d: 'M0 0v14' })],
  );
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

const round = (value: number) => Math.round(value * 10) / 10;

/** It has to fit a panel's width. */
function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length > 11 ? `${characters.slice(0, 10).join('')}…` : name;
}
