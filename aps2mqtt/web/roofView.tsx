import { drawRoof } from '../src/roof/drawing.ts';
import type { Layout } from '../src/roof/layout.ts';
import type { Background } from './background.ts';
import type { Colouring } from './colouring.ts';
import { elementOf, panelAt } from './svg.tsx';
import { words } from './words.ts';

interface RoofProps {
  readonly layout: Layout;
  readonly colouring: Colouring;
  readonly background: Background | null;
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
  readonly onHint: (key: string | null) => void;
}

/** The roof to look at: each panel is a button. */
export function RoofView({ layout, colouring, background, chosen, onChoose, onHint }: RoofProps) {
  const marked = new Set(chosen === null ? [] : [chosen]);
  const drawing = drawRoof(layout, colouring.roof, 'auto', { isPage: true, chosen: marked, background });
  const pick = (event: Event) => {
    const key = panelAt(event);
    if (key !== null) {
      onChoose(key);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      pick(event);
    }
  };
  const hint = (event: Event) => onHint(panelAt(event));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its panels are the buttons; it only hears for all of them.
    <div
      class="roof"
      onClick={pick}
      onKeyDown={onKey}
      onPointerOver={hint}
      onPointerLeave={() => onHint(null)}
      onFocusCapture={hint}
      onBlurCapture={() => onHint(null)}
    >
      {elementOf({ ...drawing, attributes: { ...drawing.attributes, 'aria-label': words.roof } })}
    </div>
  );
}
