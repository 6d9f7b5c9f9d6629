import { type Scale, sideColour } from './colour.ts';
import { cornersOf, type Frame, frameOf, MARGIN, round, UNIT } from './frame.ts';
import { BACKGROUND_AT, type Layout, type PlacedPanel, panelKey } from './layout.ts';
import { type DrawnPanel, panelShape } from './panelShape.ts';
import { type Shape, shape } from './shape.ts';
import { roofStyle, type Theme } from './theme.ts';

export interface DrawnRoof {
  readonly scale: Scale;
  /** By `panelKey`. What the layout has and this has not is left out. */
  readonly panels: ReadonlyMap<string, DrawnPanel>;
  /** Under the roof: left and right. */
  readonly caption?: readonly [left: string, right: string] | undefined;
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

const CAPTION = 56;
/** For the longest one: panels keep their places whatever it says. */
const CAPTION_WIDTH = 500;
const NOTHING: DrawnPanel = { text: '', label: '', share: null, isOffline: false, hasAlarm: false };

/** Of the values' moment, in this layout, with this theme: always the same picture. */
export function drawRoof(layout: Layout, roof: DrawnRoof, theme: Theme, extras?: DrawingExtras): Shape {
  const isPage = extras?.isPage === true;
  const caption = isPage ? undefined : roof.caption;
  const { shown, frame, height } = framed(layout, { ...roof, caption }, extras);
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

/** The panels that are drawn, the frame around them, and the picture's height with its caption. */
export function framed(layout: Layout, roof: DrawnRoof, extras?: DrawingExtras) {
  const shown = layout.panels.filter(({ inverter, panel }) => roof.panels.has(panelKey(inverter, panel)));
  const frame = widened(extras?.frame ?? frameOf(layout, shown, extras?.background), roof.caption);
  return { shown, frame, height: frame.height + (roof.caption === undefined ? 0 : CAPTION) };
}

/** Two texts have to fit under a small roof, too. */
function widened(frame: Frame, caption: DrawnRoof['caption']): Frame {
  const missing = Math.max(0, (caption === undefined ? 0 : CAPTION_WIDTH) - frame.width);
  return { ...frame, left: frame.left - missing / 2, width: frame.width + missing };
}

function drawPanel(
  panel: PlacedPanel,
  { panels, scale }: DrawnRoof,
  sides: ReadonlyMap<string, string>,
  extras: DrawingExtras | undefined,
): Shape {
  const key = panelKey(panel.inverter, panel.panel);
  return panelShape(panel, panels.get(key) ?? NOTHING, {
    scale,
    stripe: (extras?.showsSides && panel.side !== null && sides.get(panel.side)) || null,
    isPage: extras?.isPage === true,
    isChosen: extras?.chosen?.has(key) ?? false,
  });
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
