import { useRef, useState } from 'preact/hooks';
import { type DrawnRoof, drawRoof } from '../src/roof/drawing.ts';
import { type Frame, frameOf, UNIT } from '../src/roof/frame.ts';
import type { Layout } from '../src/roof/layout.ts';
import type { Background } from './background.ts';
import { choose, GRID, moved, turned, within } from './editing.ts';
import { elementOf, panelAt } from './svg.tsx';
import { words } from './words.ts';

interface ArrangeRoofProps {
  readonly layout: Layout;
  readonly roof: DrawnRoof;
  readonly background: Background | null;
  readonly chosen: ReadonlySet<string>;
  /** Touches add to the choice. */
  readonly isSeveral: boolean;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onChange: (layout: Layout) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

type Point = readonly [x: number, y: number];

interface Drag {
  /** In pixels of the screen, and panel widths a pixel: what is around the roof may move meanwhile. */
  readonly client: Point;
  readonly scale: number;
  readonly from: Point;
  readonly to: Point;
  /** What moves; null while a frame is drawn. */
  readonly chosen: ReadonlySet<string> | null;
}

/** Room around the panels to move them to, in hundredths of a panel's width. */
const ROOM = 160;
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** A finger that moves less only touches, in panel widths. */
const TOUCH = 0.12;

/** The roof to arrange: by finger, mouse and keyboard. */
export function ArrangeRoof(props: ArrangeRoofProps) {
  const { layout, roof, background, chosen, isSeveral, onChoose, onChange, onUndo, onRedo } = props;
  const place = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const frame = useRef<Frame | null>(null);
  const isMoving = drag !== null;
  if (!isMoving || frame.current === null) {
    // It stays as it is while something moves.
    frame.current = withRoom(frameOf(layout, layout.panels, background));
  }
  const preview = drag?.chosen
    ? moved(layout, drag.chosen, drag.to[0] - drag.from[0], drag.to[1] - drag.from[1])
    : layout;
  const drawing = drawRoof(preview, roof, 'auto', {
    isPage: true,
    showsSides: true,
    chosen,
    background,
    frame: frame.current,
  });

  function startOf(event: PointerEvent): Pick<Drag, 'client' | 'scale' | 'from' | 'to'> {
    const matrix = place.current?.querySelector('svg')?.getScreenCTM()?.inverse();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix ?? undefined);
    const from: Point = [point.x / UNIT, point.y / UNIT];
    return { client: [event.clientX, event.clientY], scale: (matrix?.a ?? 1) / UNIT, from, to: from };
  }

  function pointOf(event: PointerEvent, { client, scale, from }: Drag): Point {
    return [from[0] + (event.clientX - client[0]) * scale, from[1] + (event.clientY - client[1]) * scale];
  }

  const onPointerDown = (event: PointerEvent & { currentTarget: Element }) => {
    if (event.button !== 0) {
      return;
    }
    const key = panelAt(event);
    const start = startOf(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (key === null) {
      setDrag({ ...start, chosen: null });
      return;
    }
    const isAdding = isSeveral || event.shiftKey || event.ctrlKey || event.metaKey;
    const after = isAdding && chosen.has(key) ? chosen : choose(chosen, key, isAdding);
    setDrag({ ...start, chosen: after });
    onChoose(after);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag !== null) {
      setDrag({ ...drag, to: pointOf(event, drag) });
    }
  };
  const onPointerUp = (event: PointerEvent) => {
    if (drag === null) {
      return;
    }
    const to = pointOf(event, drag);
    const [right, down] = [to[0] - drag.from[0], to[1] - drag.from[1]];
    const isTouch = Math.hypot(right, down) < TOUCH;
    if (drag.chosen === null) {
      onChoose(isTouch ? new Set() : within(layout, new Set(roof.panels.keys()), drag.from, to));
    } else if (!isTouch) {
      onChange(moved(layout, drag.chosen, right, down));
    }
    setDrag(null);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const key = panelAt(event);
    const arrow = ARROWS[event.key];
    const isControl = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (isControl && (letter === 'z' || letter === 'y')) {
      event.preventDefault();
      (letter === 'y' || event.shiftKey ? onRedo : onUndo)();
    } else if (isControl && letter === 'a') {
      event.preventDefault();
      onChoose(new Set(roof.panels.keys()));
    } else if (event.key === 'Escape') {
      onChoose(new Set());
    } else if (key !== null && (event.key === ' ' || event.key === 'Enter')) {
      event.preventDefault();
      onChoose(choose(chosen, key, true));
    } else if (key !== null && !isControl && (arrow !== undefined || letter === 'r')) {
      event.preventDefault();
      const some = chosen.has(key) ? chosen : new Set([key]);
      onChoose(some);
      const by = event.shiftKey ? 1 : GRID;
      onChange(
        arrow === undefined
          ? turned(layout, some, event.shiftKey ? 5 : 90)
          : moved(layout, some, arrow[0] * by, arrow[1] * by),
      );
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its panels are the buttons; it only hears for all of them.
    <div
      class="roof arranging"
      ref={place}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onKeyDown={onKeyDown}
    >
      {elementOf({
        ...drawing,
        attributes: { ...drawing.attributes, 'aria-label': words.roof },
        children: [...drawing.children, ...rubberBand(drag)],
      })}
    </div>
  );
}

function rubberBand(drag: Drag | null) {
  if (drag === null || drag.chosen !== null) {
    return [];
  }
  const [x, y] = [Math.min(drag.from[0], drag.to[0]), Math.min(drag.from[1], drag.to[1])];
  const [width, height] = [Math.abs(drag.to[0] - drag.from[0]), Math.abs(drag.to[1] - drag.from[1])];
  const attributes = { class: 'band', x: x * UNIT, y: y * UNIT, width: width * UNIT, height: height * UNIT };
  return [{ tag: 'rect', attributes, children: [] }];
}

function withRoom({ left, top, width, height }: Frame): Frame {
  return { left: left - ROOM, top: top - ROOM, width: width + ROOM * 2, height: height + ROOM * 2 };
}
